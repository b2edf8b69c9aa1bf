"""The words of a text, added up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from pydantic import Field

from nnapp.architectures.base import ARCHITECTURES, Architecture
from nnapp.architectures.blocks import dense, dropped
from nnapp.architectures.inputs import network
from nnapp.architectures.words import TEXT_TASKS, Dropout, Width, WordDropout, summed, text_input, text_presets
from nnapp.data.dataset import DataSpec
from nnapp.data.specs import DataKind
from nnapp.tasks import TaskKind, TaskSpec

if TYPE_CHECKING:
    import keras


@ARCHITECTURES.register("text_bag")
class TextBag(Architecture):
    """An embedding for every word; their sum answers."""

    title: ClassVar[str] = "Bag of words"
    sentence: ClassVar[str] = (
        "Adds up what each word says, whatever the order. Choose it for long texts, for small files and quick runs, and to see how much order matters."
    )
    accepts: ClassVar[frozenset[DataKind]] = frozenset({"text"})
    tasks: ClassVar[frozenset[TaskKind]] = TEXT_TASKS
    rank: ClassVar[int] = 20
    presets: ClassVar[Mapping[str, Mapping[str, Any]]] = text_presets(quick={"model.width": 32}, best={"model.width": 128}, learning_rate=3e-3)

    width: Width = 64
    layers: Annotated[
        int, Field(ge=0, le=8, description="Hidden layers behind the sum. Raise it when words mean something only together; 0 lets every word vote by itself.")
    ] = 0
    units: Annotated[int, Field(ge=1, le=2048, description="Units of each hidden layer. Raise it for many classes; without effect at 0 layers.")] = 128
    word_dropout: WordDropout = 0.2
    dropout: Dropout = 0.2

    def build(self, data: DataSpec, task: TaskSpec) -> keras.Model:
        """Embed, add up, read out the logits."""
        self.check(data, task)
        inputs, words, there = text_input(data, self.width, self.word_dropout)
        x = summed(words, there)
        for index in range(1, self.layers + 1):
            x = dropped(dense(x, self.units, activation="relu", normalize="none", name=f"hidden{index}"), self.dropout, f"hidden{index}")
        return network(inputs, x, task, dropout=self.dropout, name="text_bag")
