"""Pieces that several networks are made of."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

Activation = Literal["relu", "relu6", "leaky_relu", "elu", "gelu", "silu", "hard_silu", "tanh", "sigmoid"]
"""Bends between layers; all convert to TFLite builtins and keep their values in 8 bits. SELU and softplus do not: measured, an int8 layer of either answers nonsense."""

ACTIVATION_TEXT = (
    "The bend between layers. ReLU is fast and survives 8-bit export best; GELU, SiLU and ELU are smoother; tanh and sigmoid suit very small networks."
)


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


Normalization = Literal["batch", "layer", "group", "none"]
"""How a layer's numbers are kept in range."""


def _normalization_word(value: Any) -> Any:
    """`true` and `false` are what settings said while there was one kind only."""
    return {True: "batch", False: "none"}[value] if isinstance(value, bool) else value


Normalize = Annotated[
    Normalization,
    BeforeValidator(_normalization_word),
    Field(
        description="Keeps each layer's numbers in range, so that training is quicker and surer. Batch compares the rows of a batch, costs nothing once "
        "exported, and is the usual choice; layer and group look at one row alone: choose them for batches below 16. None leaves numbers as they are."
    ),
]
"""A field of an architecture."""

Initializer = Literal["he", "glorot", "lecun"]
Initialize = Annotated[
    Initializer,
    Field(
        description="How large the first weights are drawn. He suits ReLU and its kin, Glorot tanh and sigmoid; LeCun draws smaller ones than He. "
        "Change it with the activation when the first epochs stand still or run wild."
    ),
]
"""A field of an architecture."""

GROUPS = 8
"""Groups of channels that group normalisation makes where their number allows it."""
MOMENTUM = 0.9
"""Memory of batch normalisation's running means: short, because small data make few steps, and stale means judge wrongly."""


def normalized(x: Any, name: str, kind: Normalization = "batch") -> Any:
    """Keep numbers in range; the converter folds batch normalisation into the layer before, the others stay and cost a little.

    Args:
        x: Tensor whose last axis holds units or channels.
        name: Prefix of the layer's name.
        kind: `none` gives `x` itself.
    """
    from keras import layers

    if kind == "none":
        return x
    if kind == "layer":
        return layers.LayerNormalization(name=f"{name}_norm")(x)
    if kind == "group":
        return layers.GroupNormalization(math.gcd(GROUPS, x.shape[-1]), name=f"{name}_norm")(x)
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


def dense(x: Any, units: int, *, activation: str | None, normalize: Normalization, initializer: Initializer = "he", name: str) -> Any:
    """A dense layer, normalised if wanted, then bent.

    Args:
        x: Tensor `(batch, width)`.
        units: Width of the result.
        activation: Name of the bend, or None.
        normalize: What stands between the two.
        initializer: How the first weights are drawn.
        name: Prefix of the layers' names.
    """
    from keras import layers

    x = layers.Dense(units, use_bias=normalize == "none", kernel_initializer=f"{initializer}_normal", name=f"{name}_dense")(x)
    x = normalized(x, name, normalize)
    return layers.Activation(activation, name=f"{name}_{activation}")(x) if activation else x


def conv(
    x: Any,
    filters: int,
    *,
    kernel: int = 3,
    stride: int = 1,
    activation: str | None = "relu",
    normalize: Normalization = "batch",
    initializer: Initializer = "he",
    name: str,
) -> Any:
    """A convolution, normalised, then bent.

    Args:
        x: Tensor `(batch, height, width, channels)`.
        filters: Channels of the result.
        kernel: Side of the window in pixels.
        stride: Pixels between windows; 2 halves the picture.
        activation: Name of the bend, or None.
        normalize: What stands between the two.
        initializer: How the first weights are drawn.
        name: Prefix of the layers' names.
    """
    from keras import layers

    bias, drawn = normalize == "none", f"{initializer}_normal"
    x = layers.Conv2D(filters, kernel, strides=stride, padding="same", use_bias=bias, kernel_initializer=drawn, name=f"{name}_conv")(x)
    x = normalized(x, name, normalize)
    return layers.Activation(activation, name=f"{name}_{activation}")(x) if activation else x


def conv_stages(x: Any, stages: int, convolutions: int, filters: int, style: Mapping[str, Any]) -> Any:
    """Stages of convolutions, each with twice the filters of the one before, each halving what is long enough to be halved.

    Args:
        x: Tensor `(batch, height, width, channels)`.
        stages: How often the map is halved.
        convolutions: Convolutions a stage.
        filters: Channels of the first stage.
        style: Bend, normalisation and first weights, as `conv` takes them.
    """
    from keras import layers

    for stage in range(1, stages + 1):
        for index in range(1, convolutions + 1):
            x = conv(x, filters * 2 ** (stage - 1), **style, name=f"stage{stage}_{index}")
        window = (min(2, x.shape[1]), min(2, x.shape[2]))
        if window != (1, 1):
            x = layers.MaxPooling2D(window, name=f"stage{stage}_pool")(x)
    return x
