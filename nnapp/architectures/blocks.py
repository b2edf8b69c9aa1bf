"""Pieces that several networks are made of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

Activation = Literal["relu", "relu6", "leaky_relu", "elu", "silu", "tanh"]
"""Bends between layers; all of them convert to TFLite builtins."""

ACTIVATION_TEXT = "The bend between layers. ReLU is fast and survives 8-bit export best; SiLU and ELU are smoother; tanh suits very small networks."


PICTURE_TRAINING: Mapping[str, Any] = {"training.learning_rate": 2e-3}
"""Convolutions that are batch-normalised bear, and on few epochs want, larger steps than a table's network."""


def picture_presets(*, quick: Mapping[str, Any], best: Mapping[str, Any]) -> Mapping[str, Mapping[str, Any]]:
    """The presets of a picture network: an epoch is dear, so there are fewer of them, of larger steps.

    Args:
        quick: Settings of the network itself, by path, for a first result.
        best: The same for the best result.
    """
    return {
        "quick": {**PICTURE_TRAINING, "training.epochs": 10, **quick},
        "balanced": {**PICTURE_TRAINING, "training.epochs": 30},
        "best": {**PICTURE_TRAINING, "training.epochs": 60, "training.patience": 15, **best},
    }


MOMENTUM = 0.9
"""Memory of batch normalisation's running means: short, because small data make few steps, and stale means judge wrongly."""


def normalized(x: Any, name: str) -> Any:
    """Batch normalisation, which the converter folds into the layer before."""
    from keras import layers

    return layers.BatchNormalization(momentum=MOMENTUM, name=f"{name}_norm")(x)


def coarse(x: Any, side: int, name: str) -> Any:
    """Average a map `(batch, height, width, channels)` over even patches until no side is much longer than `side`."""
    from keras import layers

    window = tuple(max(1, length // side) for length in x.shape[1:3])
    return x if window == (1, 1) else layers.AveragePooling2D(window, name=name)(x)


def dropped(x: Any, share: float, name: str) -> Any:
    """Hide a share of the units while training; no layer at all for a share of 0."""
    from keras import layers

    return layers.Dropout(share, name=f"{name}_dropout")(x) if share else x


def dense(x: Any, units: int, *, activation: str | None, normalize: bool, name: str) -> Any:
    """A dense layer, batch-normalised if wanted (foldable into the layer at export), then bent.

    Args:
        x: Tensor `(batch, width)`.
        units: Width of the result.
        activation: Name of the bend, or None.
        normalize: Whether batch normalisation stands between the two.
        name: Prefix of the layers' names.
    """
    from keras import layers

    x = layers.Dense(units, use_bias=not normalize, kernel_initializer="he_normal", name=f"{name}_dense")(x)
    if normalize:
        x = normalized(x, name)
    return layers.Activation(activation, name=f"{name}_{activation}")(x) if activation else x


def conv(x: Any, filters: int, *, kernel: int = 3, stride: int = 1, activation: str | None = "relu", name: str) -> Any:
    """A convolution, batch-normalised (foldable), then bent.

    Args:
        x: Tensor `(batch, height, width, channels)`.
        filters: Channels of the result.
        kernel: Side of the window in pixels.
        stride: Pixels between windows; 2 halves the picture.
        activation: Name of the bend, or None.
        name: Prefix of the layers' names.
    """
    from keras import layers

    x = layers.Conv2D(filters, kernel, strides=stride, padding="same", use_bias=False, kernel_initializer="he_normal", name=f"{name}_conv")(x)
    x = normalized(x, name)
    return layers.Activation(activation, name=f"{name}_{activation}")(x) if activation else x
