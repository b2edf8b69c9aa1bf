"""Layers that take any shape: Dense, Activation, Dropout, Norm, Flatten."""

from __future__ import annotations

import math
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from nnapp.architectures.blocks import MOMENTUM
from nnapp.architectures.layer_specs.base import LAYERS, Flow, LayerSpec, Shape, Tensor, size

Bend = Literal["none", "relu", "relu6", "leaky_relu", "elu", "silu", "gelu", "tanh", "sigmoid"]
BEND_TEXT = "The bend after the layer. ReLU is fast and survives 8-bit export best; none leaves the numbers as they are."


def bent(x: Tensor, bend: Bend, name: str) -> Tensor:
    """The bend as a layer of its own, where there is one. GELU in the form that every converter knows."""
    from keras import layers, ops

    if bend == "none":
        return x
    return ops.gelu(x, approximate=True) if bend == "gelu" else layers.Activation(bend, name=f"{name}_{bend}")(x)


@LAYERS.register("dense")
class Dense(LayerSpec):
    """Units that each weigh all numbers of the last axis."""

    title: ClassVar[str] = "Dense"
    sentence: ClassVar[str] = "Every unit weighs all numbers that come in (of a picture or series: at every place apart)."
    main: ClassVar[str] = "units"

    kind: Annotated[Literal["dense"], Field(description="Which layer it is, as its registry calls it.")] = "dense"
    units: Annotated[int, Field(ge=1, le=4096, description="Numbers that come out. Raise it for more patterns, lower it for fewer weights.")] = 64
    activation: Annotated[Bend, Field(description=BEND_TEXT)] = "relu"

    def shape(self, given: Shape) -> Shape:
        """The last axis becomes the units."""
        return (*given[:-1], self.units)

    def parameters(self, given: Shape) -> int:
        """A weight for each number and unit, an offset for each unit."""
        return ((given[-1] or 1) + 1) * self.units

    def flops(self, given: Shape) -> int:
        """Every weight at every place."""
        return 2 * size(given) * self.units

    def add(self, flow: Flow, name: str) -> Tensor:
        """Keras' Dense, then the bend."""
        from keras import layers

        return bent(layers.Dense(self.units, kernel_initializer="he_normal", name=name)(flow.x), self.activation, name)


@LAYERS.register("activation")
class Activation(LayerSpec):
    """A bend on its own."""

    title: ClassVar[str] = "Activation"
    sentence: ClassVar[str] = "Bends the numbers, without which layers could only draw straight lines."

    kind: Annotated[Literal["activation"], Field(description="Which layer it is, as its registry calls it.")] = "activation"
    activation: Annotated[Bend, Field(description="The bend itself. ReLU is fast and survives 8-bit export best; SiLU is smoother.")] = "relu"

    def shape(self, given: Shape) -> Shape:
        """As it came."""
        return given

    def add(self, flow: Flow, name: str) -> Tensor:
        """Keras' Activation."""
        return bent(flow.x, self.activation, name)


@LAYERS.register("dropout")
class Dropout(LayerSpec):
    """Hides numbers while the network learns."""

    title: ClassVar[str] = "Dropout"
    sentence: ClassVar[str] = "Hides some numbers while it learns, so that none is relied upon."
    main: ClassVar[str] = "share"

    kind: Annotated[Literal["dropout"], Field(description="Which layer it is, as its registry calls it.")] = "dropout"
    share: Annotated[float, Field(ge=0, le=0.9, description="Share of the numbers that is hidden. Raise it when validation is worse than training.")] = 0.3

    def shape(self, given: Shape) -> Shape:
        """As it came."""
        return given

    def flops(self, given: Shape) -> int:
        """Nothing when the network answers."""
        del given
        return 0

    def add(self, flow: Flow, name: str) -> Tensor:
        """Keras' Dropout."""
        from keras import layers

        return layers.Dropout(self.share, name=name)(flow.x)


@LAYERS.register("norm")
class Norm(LayerSpec):
    """Brings numbers to the same range."""

    title: ClassVar[str] = "Norm"
    sentence: ClassVar[str] = "Brings numbers to the same range, which steadies and quickens learning."

    kind: Annotated[Literal["norm"], Field(description="Which layer it is, as its registry calls it.")] = "norm"
    over: Annotated[
        Literal["batch", "layer"],
        Field(description="Over what: batch suits pictures and tables, and costs nothing once exported; layer suits series and small batches."),
    ] = "batch"

    def shape(self, given: Shape) -> Shape:
        """As it came."""
        return given

    def parameters(self, given: Shape) -> int:
        """A scale and an offset for each channel; over batches also a running mean and variance."""
        return (4 if self.over == "batch" else 2) * (given[-1] or 1)

    def flops(self, given: Shape) -> int:
        """A few for each number."""
        return (2 if self.over == "batch" else 8) * size(given)

    def add(self, flow: Flow, name: str) -> Tensor:
        """Keras' BatchNormalization or LayerNormalization."""
        from keras import layers

        return (layers.BatchNormalization(momentum=MOMENTUM, name=name) if self.over == "batch" else layers.LayerNormalization(name=name))(flow.x)


@LAYERS.register("flatten")
class Flatten(LayerSpec):
    """All numbers in one row."""

    title: ClassVar[str] = "Flatten"
    sentence: ClassVar[str] = "Writes all numbers in one row, as Dense and the answer want them."

    kind: Annotated[Literal["flatten"], Field(description="Which layer it is, as its registry calls it.")] = "flatten"

    def shape(self, given: Shape) -> Shape:
        """One axis."""
        known = [length for length in given if length is not None]
        return (math.prod(known) if len(known) == len(given) else None,)

    def flops(self, given: Shape) -> int:
        """Nothing is computed."""
        del given
        return 0

    def add(self, flow: Flow, name: str) -> Tensor:
        """Keras' Flatten."""
        from keras import layers

        return layers.Flatten(name=name)(flow.x)
