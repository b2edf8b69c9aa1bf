"""What LSTM and GRU for series share: reading stretch after stretch with a memory."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from pydantic import Field

from nnapp.architectures.inputs import Tensor
from nnapp.architectures.series import Frame, SeriesNetwork
from nnapp.data.dataset import DataSpec
from nnapp.tasks import TaskSpec

if TYPE_CHECKING:
    import keras

MOST_STRETCHES = 24
"""Stretches that are read one after the other at most: each is a copy of the cell in an exported file."""


class SeriesRecurrence(SeriesNetwork):
    """Cuts the series into stretches of steps and reads them in order; the last memory and the mean of all answer."""

    unrolls: ClassVar[bool] = True

    units: Annotated[int, Field(ge=1, le=1024, description="Numbers of the memory. Raise it for many channels and much data; training slows.")] = 64
    layers: Annotated[int, Field(ge=1, le=4, description="Memories upon each other. Raise it only with much data; every one doubles the time.")] = 1

    def build_for_export(self, data: DataSpec, task: TaskSpec) -> keras.Model:
        """The same without a loop: one copy of the cell a stretch."""
        return self.built(data, task, partial(self.body, unroll=True))

    def body(self, x: Tensor, frame: Frame, *, places: bool, unroll: bool = False) -> Tensor:
        """Read in order; what is remembered at the end stands beside the mean of what was remembered on the way."""
        from keras import layers

        stretch = -(-x.shape[1] // MOST_STRETCHES)
        if stretch > 1:
            x = layers.Conv1D(self.units, stretch, strides=stretch, name="stretches")(x)
        for index in range(1, self.layers + 1):
            x = self._layer()(self.units, return_sequences=True, unroll=unroll, name=f"memory{index}")(x)
        last = layers.Flatten(name="last")(x[:, x.shape[1] - 1 :])
        return layers.Concatenate(name="found")([last, layers.GlobalAveragePooling1D(name="pool")(x)])

    @abstractmethod
    def _layer(self) -> Callable[..., Any]:
        """The recurrent layer's class."""
