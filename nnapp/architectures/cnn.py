"""A plain convolutional network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import Field

from nnapp.architectures.base import ARCHITECTURES, Architecture
from nnapp.architectures.blocks import conv
from nnapp.architectures.inputs import network, picture_input
from nnapp.data.dataset import DataSpec
from nnapp.data.specs import DataKind
from nnapp.tasks import TaskKind, TaskSpec

if TYPE_CHECKING:
    import keras


@ARCHITECTURES.register("cnn")
class CNN(Architecture):
    """Stages of convolutions, each at half the resolution and twice the channels of the one before."""

    title: ClassVar[str] = "CNN"
    sentence: ClassVar[str] = "Small windows slide over the picture and look for patterns, then patterns of patterns. Choose it first for pictures."
    accepts: ClassVar[frozenset[DataKind]] = frozenset({"pictures"})
    tasks: ClassVar[frozenset[TaskKind]] = frozenset({"binary", "multiclass", "regression"})
    rank: ClassVar[int] = 10

    filters: Annotated[
        int, Field(ge=1, le=512, description="Patterns looked for in the first stage; every stage has twice as many. Raise it for varied pictures.")
    ] = 32
    stages: Annotated[
        int, Field(ge=1, le=6, description="Times the picture is halved. Raise it for large pictures, so that the last stage sees whole objects.")
    ] = 3
    convolutions: Annotated[int, Field(ge=1, le=4, description="Convolutions a stage. Raise it for finer patterns; training slows in step.")] = 1
    dropout: Annotated[
        float, Field(ge=0, le=0.9, description="Share of patterns hidden before the answer. Raise it when validation is worse than training.")
    ] = 0.3

    def build(self, data: DataSpec, task: TaskSpec) -> keras.Model:
        """Halve and widen `stages` times, average over the picture, read out the logits."""
        from keras import layers

        self.check(data, task)
        inputs, x = picture_input(data)
        for stage in range(1, self.stages + 1):
            for index in range(1, self.convolutions + 1):
                x = conv(x, self.filters * 2 ** (stage - 1), name=f"stage{stage}_{index}")
            if min(x.shape[1:3]) >= 2:
                x = layers.MaxPooling2D(name=f"stage{stage}_pool")(x)
        x = layers.GlobalAveragePooling2D(name="average")(x)
        return network(inputs, x, task, dropout=self.dropout, name="cnn")
