"""A plain convolutional network."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from pydantic import Field

from nnapp.architectures.base import ARCHITECTURES, Architecture
from nnapp.architectures.blocks import ACTIVATION_TEXT, Activation, Initialize, Normalize, coarse, conv_stages, dense, picture_presets
from nnapp.architectures.inputs import network, picture_input
from nnapp.data.dataset import DataSpec
from nnapp.data.specs import DataKind
from nnapp.tasks import TaskKind, TaskSpec

if TYPE_CHECKING:
    import keras

GRID = 4
"""Largest side of the map whose places are weighed one by one; where a pattern lies matters, but not to the pixel."""


def automatic_stages(side: int) -> int:
    """Halvings that leave 3 to 7 pixels of a side, four at most.

    >>> automatic_stages(28), automatic_stages(64), automatic_stages(512), automatic_stages(5)
    (3, 4, 4, 1)
    """
    stages = 1
    while stages < 4 and side >> (stages + 1) >= 3:
        stages += 1
    return stages


@ARCHITECTURES.register("cnn")
class CNN(Architecture):
    """Stages of convolutions, each at half the resolution and twice the channels of the one before."""

    title: ClassVar[str] = "CNN"
    sentence: ClassVar[str] = "Small windows slide over the picture and look for patterns, then patterns of patterns. Choose it first for pictures."
    because: ClassVar[str] = "It learns from few pictures, and is small enough for a telephone."
    accepts: ClassVar[frozenset[DataKind]] = frozenset({"pictures"})
    tasks: ClassVar[frozenset[TaskKind]] = frozenset({"binary", "multiclass", "regression"})
    rank: ClassVar[int] = 10
    presets: ClassVar[Mapping[str, Mapping[str, Any]]] = picture_presets(quick={"model.filters": 16}, best={"model.convolutions": 2})

    filters: Annotated[
        int, Field(ge=1, le=512, description="Patterns looked for in the first stage; every stage has twice as many. Raise it for varied pictures.")
    ] = 24
    stages: Annotated[
        int | None,
        Field(
            ge=1,
            le=6,
            description="Times the picture is halved. Empty: until about 4 pixels a side are left, four times at most. More see larger objects, fewer keep detail.",
        ),
    ] = None
    convolutions: Annotated[int, Field(ge=1, le=4, description="Convolutions a stage. Raise it for finer patterns; training slows in step.")] = 1
    units: Annotated[
        int, Field(ge=1, le=4096, description="Units of the layer that weighs the patterns found. Raise it for many classes, lower it for small files.")
    ] = 128
    activation: Annotated[Activation, Field(description=ACTIVATION_TEXT)] = "relu"
    normalize: Normalize = "batch"
    initializer: Initialize = "he"
    dropout: Annotated[
        float, Field(ge=0, le=0.9, description="Share of patterns hidden before the answer. Raise it when validation is worse than training.")
    ] = 0.3

    def build(self, data: DataSpec, task: TaskSpec) -> keras.Model:
        """Halve and widen `stages` times, weigh what was found where, read out the logits."""
        from keras import layers

        self.check(data, task)
        inputs, x = picture_input(data)
        style: dict[str, Any] = {"activation": self.activation, "normalize": self.normalize, "initializer": self.initializer}
        x = conv_stages(x, self.stages or automatic_stages(min(x.shape[1:3])), self.convolutions, self.filters, style)
        x = layers.Flatten(name="flat")(coarse(x, GRID, "grid"))
        x = dense(layers.Dropout(self.dropout, name="dropout_flat")(x), self.units, **style, name="head")
        return network(inputs, x, task, dropout=self.dropout, name="cnn")
