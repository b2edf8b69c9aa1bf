"""Windows of one, two, three words that slide over the text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from pydantic import Field

from nnapp.architectures.base import ARCHITECTURES, Architecture
from nnapp.architectures.inputs import network
from nnapp.architectures.words import TEXT_TASKS, Dropout, Width, WordDropout, phrases, summed, text_input, text_presets
from nnapp.data.dataset import DataSpec
from nnapp.data.specs import DataKind
from nnapp.tasks import TaskKind, TaskSpec

if TYPE_CHECKING:
    import keras


@ARCHITECTURES.register("text_cnn")
class TextCNN(Architecture):
    """Convolutions of several widths, of each the strongest answer, beside the sum of the words (after Kim 2014)."""

    title: ClassVar[str] = "Text CNN"
    sentence: ClassVar[str] = (
        "Looks for phrases of one to three words, wherever they stand. Choose it first for text: quick, and hard to beat without much data."
    )
    accepts: ClassVar[frozenset[DataKind]] = frozenset({"text"})
    tasks: ClassVar[frozenset[TaskKind]] = TEXT_TASKS
    because: ClassVar[str] = (
        "It learns phrases from 150 short texts as from 40,000, was better than a bag of words on both, and trains in minutes without a GPU."
    )
    rank: ClassVar[int] = 10
    presets: ClassVar[Mapping[str, Mapping[str, Any]]] = text_presets(
        quick={"model.width": 32, "model.filters": 64}, best={"model.width": 128, "model.filters": 256}
    )

    width: Width = 64
    filters: Annotated[
        int, Field(ge=1, le=2048, description="Phrases of each length that are looked for. Raise it for many classes, lower it for speed and small files.")
    ] = 128
    longest: Annotated[int, Field(ge=1, le=8, description="Words in the longest phrase. Raise it where the order of words matters; training slows.")] = 3
    word_dropout: WordDropout = 0.1
    dropout: Dropout = 0.4

    def build(self, data: DataSpec, task: TaskSpec) -> keras.Model:
        """Embed, look for phrases, keep the strongest of each kind, read out the logits."""
        from keras import layers

        self.check(data, task)
        inputs, words, there = text_input(data, self.width, self.word_dropout)
        found = [summed(words, there), *phrases(words, self.filters, self.longest)]
        return network(inputs, layers.Concatenate(name="found")(found), task, dropout=self.dropout, name="text_cnn")
