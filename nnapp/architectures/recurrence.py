"""What LSTM and GRU for text share: reading word after word, in one direction or both."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from pydantic import Field

from nnapp.architectures.base import Architecture
from nnapp.architectures.inputs import network
from nnapp.architectures.words import TEXT_TASKS, Dropout, Width, WordDropout, averaged, strongest, text_input
from nnapp.data.dataset import DataSpec
from nnapp.data.specs import DataKind
from nnapp.tasks import TaskKind, TaskSpec

if TYPE_CHECKING:
    import keras


class TextRecurrence(Architecture):
    """Reads the words in order and remembers; the memory's mean and its strongest values over all words answer."""

    accepts: ClassVar[frozenset[DataKind]] = frozenset({"text"})
    tasks: ClassVar[frozenset[TaskKind]] = TEXT_TASKS
    unrolls: ClassVar[bool] = True

    width: Width = 64
    units: Annotated[int, Field(ge=1, le=1024, description="Numbers of the memory. Raise it for long dependencies and much data; training slows.")] = 64
    layers: Annotated[int, Field(ge=1, le=4, description="Memories upon each other. Raise it only with much data; every one doubles the time.")] = 1
    bidirectional: Annotated[
        bool, Field(description="Read from the end as well, so that every word is seen in the light of both sides. Turn it off to halve the time.")
    ] = True
    word_dropout: WordDropout = 0.1
    dropout: Dropout = 0.3

    def build(self, data: DataSpec, task: TaskSpec) -> keras.Model:
        """Embed, read in order, read out the logits."""
        return self._built(data, task, unroll=False)

    def build_for_export(self, data: DataSpec, task: TaskSpec) -> keras.Model:
        """The same without a loop: one copy of the cell a word."""
        return self._built(data, task, unroll=True)

    @abstractmethod
    def _layer(self) -> Callable[..., Any]:
        """The recurrent layer's class."""

    def _built(self, data: DataSpec, task: TaskSpec, *, unroll: bool) -> keras.Model:
        from keras import layers

        self.check(data, task)
        inputs, x, there = text_input(data, self.width, self.word_dropout)
        for index in range(1, self.layers + 1):
            reader = self._layer()(self.units, return_sequences=True, unroll=unroll, name=f"memory{index}")
            x = (layers.Bidirectional(reader, name=f"both{index}") if self.bidirectional else reader)(x)
        found = layers.Concatenate(name="found")([averaged(x, there), strongest(x, there)])
        return network(inputs, found, task, dropout=self.dropout, name=f"text_{self._layer().__name__.lower()}")
