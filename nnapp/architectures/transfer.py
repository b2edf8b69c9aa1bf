"""A network that somebody else has trained on photographs, with a new end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import Field

from nnapp.architectures.base import ARCHITECTURES, Architecture
from nnapp.architectures.blocks import MOMENTUM
from nnapp.architectures.inputs import network, picture_input
from nnapp.data.dataset import DataSpec
from nnapp.data.specs import DataKind
from nnapp.tasks import TaskSpec

if TYPE_CHECKING:
    import keras

Backbone = Literal["mobilenet_small", "mobilenet", "efficientnet", "resnet"]
LEAST = 32
"""Smallest side that the backbones take."""
PRESET: Mapping[str, Any] = {"start.weights": "imagenet"}


def application(backbone: str, shape: tuple[int, ...], weights: str | None) -> keras.Model:
    """A backbone of `keras.applications` without its end; pixels from -1 to 1 go in, a map of patterns comes out.

    Args:
        backbone: One of `Backbone`.
        shape: Of a picture: height, width and 3 channels.
        weights: `imagenet`, which are downloaded, or None for chance.
    """
    from keras import applications

    settings: dict[str, Any] = {"include_top": False, "input_shape": shape, "weights": weights}
    if backbone.startswith("mobilenet"):
        return applications.MobileNetV2(alpha=0.35 if backbone == "mobilenet_small" else 1.0, **settings)
    if backbone == "efficientnet":
        return applications.EfficientNetV2B0(include_preprocessing=False, **settings)
    return applications.ResNet50V2(**settings)


@ARCHITECTURES.register("transfer")
class Transfer(Architecture):
    """A backbone of `keras.applications`, its map averaged, and a new read-out."""

    title: ClassVar[str] = "Transfer"
    sentence: ClassVar[str] = "Begins with what a large network learned from a million photographs. Choose it for photographs when you have few of them."
    accepts: ClassVar[frozenset[DataKind]] = frozenset({"pictures"})
    rank: ClassVar[int] = 50
    presets: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "quick": {**PRESET, "training.epochs": 6, "start.frozen_epochs": 4},
        "balanced": {**PRESET, "training.epochs": 15, "start.frozen_epochs": 5},
        "best": {**PRESET, "training.epochs": 40, "start.frozen_epochs": 8, "model.backbone": "efficientnet"},
    }

    backbone: Annotated[
        Backbone,
        Field(description="The trained network. The small MobileNet is quick on a processor; EfficientNet and ResNet know more and want a GPU or patience."),
    ] = "mobilenet_small"
    side: Annotated[
        int | None,
        Field(
            ge=LEAST,
            le=512,
            description="Side in pixels to which pictures are enlarged for the backbone. Empty: 96, or their own if that is larger. Raise it for fine detail; "
            "time grows with its square.",
        ),
    ] = None
    dropout: Annotated[
        float, Field(ge=0, le=0.9, description="Share of patterns hidden before the answer. Raise it when validation is worse than training.")
    ] = 0.2

    def build(self, data: DataSpec, task: TaskSpec) -> keras.Model:
        """Enlarge, three channels, backbone, average, logits. Its weights are by chance until a run gives it others."""
        from keras import layers

        self.check(data, task)
        inputs, x = picture_input(data)
        side = self.side or max(96, *x.shape[1:3])
        if tuple(x.shape[1:3]) != (side, side):
            x = layers.Resizing(side, side, name="resizing")(x)
        if x.shape[-1] == 1:
            x = layers.Concatenate(name="three_channels")([x, x, x])
        backbone = application(self.backbone, (side, side, 3), None)
        for layer in backbone.layers:
            if type(layer).__name__ == "BatchNormalization":
                layer.momentum = MOMENTUM
        x = layers.GlobalAveragePooling2D(name="average")(backbone(x))
        return network(inputs, x, task, dropout=self.dropout, name="transfer")
