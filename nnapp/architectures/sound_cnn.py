"""A convolutional network on spectrograms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from pydantic import Field

from nnapp.architectures.base import ARCHITECTURES, Architecture
from nnapp.architectures.blocks import ACTIVATION_TEXT, Activation, Initialize, Normalize, coarse, conv_stages, dense, picture_presets
from nnapp.architectures.inputs import network, sound_input
from nnapp.data.dataset import DataSpec
from nnapp.data.specs import DataKind
from nnapp.tasks import TaskSpec

if TYPE_CHECKING:
    import keras

GRID = 4
"""Stretches of time and of pitch that are weighed one by one: a word has a beginning and an end."""


@ARCHITECTURES.register("sound_cnn")
class SoundCNN(Architecture):
    """Stages of convolutions over time and pitch, each at half the resolution and twice the channels of the one before."""

    title: ClassVar[str] = "Sound CNN"
    sentence: ClassVar[str] = "Looks at the spectrogram as at a picture: small windows find clicks, tones and slides, then patterns of them. Choose it first."
    because: ClassVar[str] = "It learns from few sounds, trains fastest, and exports to every format."
    accepts: ClassVar[frozenset[DataKind]] = frozenset({"sounds"})
    rank: ClassVar[int] = 10
    presets: ClassVar[Mapping[str, Mapping[str, Any]]] = picture_presets(quick={"model.filters": 16}, best={"model.filters": 32, "model.convolutions": 2})

    filters: Annotated[
        int, Field(ge=1, le=512, description="Patterns looked for in the first stage; every stage has twice as many. Raise it for varied sounds.")
    ] = 24
    stages: Annotated[int, Field(ge=1, le=6, description="Times that time and pitch are halved. More hear longer patterns; fewer keep fine detail.")] = 3
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
        """Halve and widen `stages` times; weigh what was found when and at which pitch, and what was strongest at any time."""
        from keras import layers, ops

        self.check(data, task)
        inputs, x = sound_input(data)
        style: dict[str, Any] = {"activation": self.activation, "normalize": self.normalize, "initializer": self.initializer}
        x = conv_stages(x, self.stages, self.convolutions, self.filters, style)
        grid = coarse(x, GRID, "grid")
        pitches = coarse(x, GRID, "pitches") if grid is x else layers.AveragePooling2D((1, max(1, x.shape[2] // GRID)), name="pitches")(x)
        anywhere = ops.max(pitches, axis=1)
        x = layers.Concatenate(name="found")([layers.Flatten(name="flat")(grid), layers.Flatten(name="anywhere")(anywhere)])
        x = dense(layers.Dropout(self.dropout, name="dropout_found")(x), self.units, **style, name="head")
        return network(inputs, x, task, dropout=self.dropout, name="sound_cnn")
