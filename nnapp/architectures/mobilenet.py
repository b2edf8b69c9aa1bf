"""A network of depthwise convolutions, for phones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from pydantic import Field

from nnapp.architectures.base import ARCHITECTURES, Architecture
from nnapp.architectures.blocks import conv, normalized, picture_presets
from nnapp.architectures.inputs import network, picture_input
from nnapp.data.dataset import DataSpec
from nnapp.data.specs import DataKind
from nnapp.tasks import TaskSpec

if TYPE_CHECKING:
    import keras


@ARCHITECTURES.register("mobilenet")
class MobileNet(Architecture):
    """Inverted bottlenecks of depthwise convolutions (MobileNetV2, Sandler et al. 2018), sized for small pictures."""

    title: ClassVar[str] = "MobileNet"
    sentence: ClassVar[str] = "Looks at each channel apart, then mixes them: few weights, small files, quick answers. Choose it for phones and small boards."
    accepts: ClassVar[frozenset[DataKind]] = frozenset({"pictures"})
    rank: ClassVar[int] = 30
    presets: ClassVar[Mapping[str, Mapping[str, Any]]] = picture_presets(quick={"model.blocks": 1}, best={"model.filters": 24})

    filters: Annotated[int, Field(ge=1, le=256, description="Channels of the first stage; every stage has twice as many. Raise it for varied pictures.")] = 16
    stages: Annotated[
        int, Field(ge=1, le=5, description="Stages, each at half the resolution of the one before. Raise it for large pictures with large objects.")
    ] = 3
    blocks: Annotated[int, Field(ge=1, le=6, description="Bottlenecks a stage. Raise it for finer patterns; training slows in step.")] = 2
    expansion: Annotated[
        int,
        Field(
            ge=1,
            le=8,
            description="Channels inside a bottleneck after the first stage, in multiples of those outside. Raise it for richer patterns, lower it for speed.",
        ),
    ] = 4
    dropout: Annotated[
        float, Field(ge=0, le=0.9, description="Share of patterns hidden before the answer. Raise it when validation is worse than training.")
    ] = 0.2

    def build(self, data: DataSpec, task: TaskSpec) -> keras.Model:
        """One convolution, then the stages of bottlenecks; average over the picture, read out the logits."""
        from keras import layers

        self.check(data, task)
        inputs, x = picture_input(data)
        x = conv(x, self.filters, stride=2 if x.shape[1] > 48 else 1, activation="relu6", name="stem")
        for stage in range(1, self.stages + 1):
            for index in range(1, self.blocks + 1):
                # At full resolution channels are dear: the first stage does not widen them.
                stride, widen = 2 if index == 1 and stage > 1 else 1, self.expansion if stage > 1 else 1
                x = self._block(x, self.filters * 2 ** (stage - 1), stride, widen, f"stage{stage}_{index}")
        x = conv(x, x.shape[-1] * 2, kernel=1, activation="relu6", name="head")
        x = layers.GlobalAveragePooling2D(name="average")(x)
        return network(inputs, x, task, dropout=self.dropout, name="mobilenet")

    def _block(self, x: Any, filters: int, stride: int, widen: int, name: str) -> Any:
        """Widen, convolve each channel apart, narrow; added to its input where shapes agree.

        Args:
            x: Tensor `(batch, height, width, channels)`.
            filters: Channels of the result.
            stride: 2 halves the picture.
            widen: Channels inside, in multiples of the input's.
            name: Prefix of the layers' names.
        """
        from keras import layers

        inner = x if widen == 1 else conv(x, x.shape[-1] * widen, kernel=1, activation="relu6", name=f"{name}_widen")
        inner = layers.DepthwiseConv2D(3, strides=stride, padding="same", use_bias=False, name=f"{name}_depthwise")(inner)
        inner = normalized(inner, f"{name}_depthwise")
        inner = layers.Activation("relu6", name=f"{name}_depthwise_relu6")(inner)
        inner = conv(inner, filters, kernel=1, activation=None, name=f"{name}_narrow")
        if stride > 1 or x.shape[-1] != filters:
            return inner
        return layers.Add(name=f"{name}_add")([x, inner])
