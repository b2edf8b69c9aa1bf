"""The networks and arrays that are measured."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nnapp.architectures import ARCHITECTURES
from nnapp.data.dataset import FEATURES, Dataset, DataSpec, InputSpec
from nnapp.tasks import OUTPUT, TaskSpec

WIDTH = 30


def table(rows: int, seed: int = 0, width: int = WIDTH) -> Dataset:
    """A binary question whose answer is a threshold on a sum of two of `width` features."""
    x = np.random.default_rng(seed).standard_normal((rows, width), dtype=np.float32)
    y = (x[:, :1] + x[:, 1:2] > 0).astype(np.float32)
    names = tuple(f"x{index}" for index in range(width))
    data = DataSpec(kind="tabular", inputs={FEATURES: InputSpec(shape=(width,), feature_names=names, feature_columns=names)})
    task = TaskSpec.classification("y", ("no", "yes"))
    return Dataset({FEATURES: x}, {OUTPUT: y}, np.arange(rows), data, task)


def network(dataset: Dataset, name: str = "mlp", **hyperparameters: object):
    """An untrained network for a data set, its weights drawn from seed 0."""
    import keras

    keras.utils.set_random_seed(0)
    return ARCHITECTURES[name].parse(hyperparameters).build(dataset.data, dataset.task)


def features(dataset: Dataset) -> NDArray[np.float32]:
    """The one input of a table."""
    return dataset.x[FEATURES]
