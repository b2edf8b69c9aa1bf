"""The networks of the speed table, in plain Keras, with data of the right shapes. Each has a twin in `torch_twin.py`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

WORDS = 2_000
"""Size of the transformer's vocabulary."""


@dataclass(frozen=True)
class Workload:
    """One row of the table.

    Attributes:
        name: As the table says it.
        network: Name of the builder here and in the twin.
        batch: Rows a step.
        rows: Rows of an epoch, which is one round of the measurement.
    """

    name: str
    network: str
    batch: int
    rows: int

    def data(self) -> tuple[NDArray[np.generic], NDArray[np.generic]]:
        """Inputs and labels, the same ones every time."""
        random = np.random.default_rng(0)
        if self.network == "transformer":
            return random.integers(0, WORDS, (self.rows, 128)).astype(np.int32), random.integers(0, 2, (self.rows, 1)).astype(np.float32)
        shape = {"mlp": (30,), "cnn": (28, 28, 1), "lstm": (100, 8)}[self.network]
        x = random.normal(size=(self.rows, *shape)).astype(np.float32)
        if self.network == "cnn":
            return x, random.integers(0, 10, self.rows).astype(np.int32)
        return x, (x.reshape(self.rows, -1)[:, :2].sum(axis=1, keepdims=True) > 0).astype(np.float32)

    def build(self) -> Any:
        """The network, its weights drawn from seed 0."""
        import keras

        keras.utils.set_random_seed(0)
        return BUILDERS[self.network]()


def mlp() -> Any:
    """30-128-64-1."""
    import keras
    from keras import layers

    inputs = keras.Input((30,), name="x")
    hidden = layers.Dense(64, "relu")(layers.Dense(128, "relu")(inputs))
    return keras.Model({"x": inputs}, layers.Dense(1)(hidden))


def cnn() -> Any:
    """Two convolutions and a dense layer on 28 x 28 pictures."""
    import keras
    from keras import layers

    inputs = keras.Input((28, 28, 1), name="x")
    x = layers.MaxPooling2D()(layers.Conv2D(32, 3, activation="relu")(inputs))
    x = layers.MaxPooling2D()(layers.Conv2D(64, 3, activation="relu")(x))
    x = layers.Dense(128, "relu")(layers.Flatten()(x))
    return keras.Model({"x": inputs}, layers.Dense(10)(x))


def lstm() -> Any:
    """64 units over 100 steps of 8 channels."""
    import keras
    from keras import layers

    inputs = keras.Input((100, 8), name="x")
    return keras.Model({"x": inputs}, layers.Dense(1)(layers.LSTM(64)(inputs)))


def transformer() -> Any:
    """Two encoder layers of width 128 and four heads over 128 tokens."""
    import keras
    from keras import layers

    inputs = keras.Input((128,), dtype="int32", name="x")
    x = layers.Embedding(WORDS, 128)(inputs)
    for _ in range(2):
        x = layers.LayerNormalization()(x + layers.MultiHeadAttention(4, 32)(x, x))
        x = layers.LayerNormalization()(x + layers.Dense(128)(layers.Dense(256, "relu")(x)))
    return keras.Model({"x": inputs}, layers.Dense(1)(layers.GlobalAveragePooling1D()(x)))


BUILDERS: dict[str, Callable[[], Any]] = {"mlp": mlp, "cnn": cnn, "lstm": lstm, "transformer": transformer}
WORKLOADS = (
    Workload("MLP 30-128-64, 100,000 rows, batch 32", "mlp", 32, 100_000),
    Workload("MLP 30-128-64, 100,000 rows, batch 128", "mlp", 128, 100_000),
    Workload("MLP 30-128-64, 100,000 rows, batch 1,024", "mlp", 1024, 100_000),
    Workload("CNN 28x28, batch 32", "cnn", 32, 2048),
    Workload("CNN 28x28, batch 128", "cnn", 128, 4096),
    Workload("LSTM 100x8, batch 64", "lstm", 64, 2048),
    Workload("transformer, 128 tokens, d 128, 2 layers, batch 32", "transformer", 32, 256),
)
