"""Convolutions on a spectrogram, then a recurrent layer over time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import Field

from nnapp.architectures.base import ARCHITECTURES, Architecture
from nnapp.architectures.blocks import ACTIVATION_TEXT, Activation, Initialize, Normalize, conv_stages, picture_presets
from nnapp.architectures.inputs import network, sound_input
from nnapp.data.dataset import DataSpec
from nnapp.data.specs import DataKind
from nnapp.tasks import TaskSpec

if TYPE_CHECKING:
    import keras

MOST_STEPS = 40
"""Steps of the recurrent layer: it is laid out step by step (unrolled), so that it exports to every format, integers included."""


@ARCHITECTURES.register("crnn")
class CRNN(Architecture):
    """Convolutions find what happens, a recurrent layer reads in which order (Cakir et al. 2017)."""

    title: ClassVar[str] = "CRNN"
    sentence: ClassVar[str] = (
        "Convolutions find sounds, then a layer with a memory reads them in order. Choose it where the order tells the class, as in phrases."
    )
    accepts: ClassVar[frozenset[DataKind]] = frozenset({"sounds"})
    rank: ClassVar[int] = 20
    presets: ClassVar[Mapping[str, Mapping[str, Any]]] = picture_presets(quick={"model.filters": 16}, best={"model.filters": 32, "model.units": 128})

    filters: Annotated[
        int, Field(ge=1, le=512, description="Patterns looked for in the first stage; every stage has twice as many. Raise it for varied sounds.")
    ] = 24
    stages: Annotated[
        int, Field(ge=1, le=6, description="Times that time and pitch are halved before the order is read. Fewer keep quick changes, more train faster.")
    ] = 3
    cell: Annotated[Literal["gru", "lstm"], Field(description="The memory: a GRU is smaller and usually as good; an LSTM may keep more over long sounds.")] = (
        "gru"
    )
    units: Annotated[
        int, Field(ge=1, le=1024, description="Numbers the memory holds in each direction. Raise it for long sounds, lower it for small files.")
    ] = 64
    both_ways: Annotated[
        bool, Field(description="Read forwards and backwards. Turn it off for a smaller file, or where the end must not explain the beginning.")
    ] = True
    activation: Annotated[Activation, Field(description=ACTIVATION_TEXT)] = "relu"
    normalize: Normalize = "batch"
    initializer: Initialize = "he"
    dropout: Annotated[
        float,
        Field(ge=0, le=0.9, description="Share of patterns hidden before the memory and before the answer. Raise it when validation is worse than training."),
    ] = 0.3

    def build(self, data: DataSpec, task: TaskSpec) -> keras.Model:
        """Halve and widen `stages` times, pool time until it has few steps, read them in order."""
        from keras import layers

        self.check(data, task)
        inputs, x = sound_input(data)
        style: dict[str, Any] = {"activation": self.activation, "normalize": self.normalize, "initializer": self.initializer}
        x = conv_stages(x, self.stages, 1, self.filters, style)
        together = -(-x.shape[1] // MOST_STEPS)
        if together > 1:
            x = layers.AveragePooling2D((together, 1), name="steps")(x)
        x = layers.Reshape((x.shape[1], x.shape[2] * x.shape[3]), name="sequence")(x)
        x = layers.Dropout(self.dropout, name="dropout_sequence")(x)
        kind = layers.GRU if self.cell == "gru" else layers.LSTM
        memory = kind(self.units, unroll=True, name="memory_way" if self.both_ways else "memory")
        x = layers.Bidirectional(memory, name="memory")(x) if self.both_ways else memory(x)
        return network(inputs, x, task, dropout=self.dropout, name="crnn")
