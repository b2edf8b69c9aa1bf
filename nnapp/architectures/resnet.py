"""A residual convolutional network."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from pydantic import Field

from nnapp.architectures.base import ARCHITECTURES, Architecture
from nnapp.architectures.blocks import ACTIVATION_TEXT, Activation, Initialize, Normalize, conv, picture_presets
from nnapp.architectures.inputs import network, picture_input
from nnapp.data.dataset import DataSpec
from nnapp.data.specs import DataKind
from nnapp.tasks import TaskSpec

if TYPE_CHECKING:
    import keras


@ARCHITECTURES.register("resnet")
class ResNet(Architecture):
    """Convolutional blocks added to their input (He et al. 2016), sized for small pictures."""

    title: ClassVar[str] = "ResNet"
    sentence: ClassVar[str] = "Convolutions in blocks that each correct what came before. Choose it for thousands of pictures and some patience, or a GPU."
    accepts: ClassVar[frozenset[DataKind]] = frozenset({"pictures"})
    rank: ClassVar[int] = 20
    presets: ClassVar[Mapping[str, Mapping[str, Any]]] = picture_presets(quick={"model.filters": 8}, best={"model.blocks": 2})

    filters: Annotated[
        int, Field(ge=1, le=512, description="Patterns looked for in the first stage; every stage has twice as many. Raise it for varied pictures.")
    ] = 16
    stages: Annotated[
        int, Field(ge=1, le=5, description="Stages, each at half the resolution of the one before. Raise it for large pictures with large objects.")
    ] = 3
    blocks: Annotated[int, Field(ge=1, le=8, description="Blocks of two convolutions a stage. Raise it for finer patterns; training slows in step.")] = 1
    activation: Annotated[Activation, Field(description=ACTIVATION_TEXT)] = "relu"
    normalize: Normalize = "batch"
    initializer: Initialize = "he"
    dropout: Annotated[
        float, Field(ge=0, le=0.9, description="Share of patterns hidden before the answer. Raise it when validation is worse than training.")
    ] = 0.2

    def build(self, data: DataSpec, task: TaskSpec) -> keras.Model:
        """One convolution, then the stages of blocks; average over the picture, read out the logits."""
        from keras import layers

        self.check(data, task)
        inputs, x = picture_input(data)
        x = self._conv(x, self.filters, "stem", activation=self.activation)
        for stage in range(1, self.stages + 1):
            for index in range(1, self.blocks + 1):
                halve = 2 if index == 1 and (stage > 1 or x.shape[1] > 48) else 1
                x = self._block(x, self.filters * 2 ** (stage - 1), halve, f"stage{stage}_{index}")
        x = layers.GlobalAveragePooling2D(name="average")(x)
        return network(inputs, x, task, dropout=self.dropout, name="resnet")

    def _block(self, x: Any, filters: int, stride: int, name: str) -> Any:
        """Two convolutions added to their input, which is projected where shapes differ.

        Args:
            x: Tensor `(batch, height, width, channels)`.
            filters: Channels of the result.
            stride: 2 halves the picture.
            name: Prefix of the layers' names.
        """
        from keras import layers

        inner = self._conv(x, filters, f"{name}_in", stride=stride, activation=self.activation)
        inner = self._conv(inner, filters, f"{name}_out")
        if stride > 1:
            # Averaged, not skipped (He et al. 2019, ResNet-D); and a kernel of 1 with a stride crashes TensorFlow's oneDNN on AVX-512 when it learns.
            x = layers.AveragePooling2D(stride, padding="same", name=f"{name}_pool")(x)
        if x.shape[-1] != filters:
            x = self._conv(x, filters, f"{name}_project", kernel=1)
        return layers.Activation(self.activation, name=f"{name}_{self.activation}")(layers.Add(name=f"{name}_add")([x, inner]))

    def _conv(self, x: Any, filters: int, name: str, *, kernel: int = 3, stride: int = 1, activation: str | None = None) -> Any:
        """A convolution as the settings want it."""
        return conv(x, filters, kernel=kernel, stride=stride, activation=activation, normalize=self.normalize, initializer=self.initializer, name=name)
