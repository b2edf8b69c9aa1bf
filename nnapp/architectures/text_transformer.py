"""A transformer encoder for text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from pydantic import Field

from nnapp.architectures.base import ARCHITECTURES, Architecture
from nnapp.architectures.blocks import dropped
from nnapp.architectures.inputs import network
from nnapp.architectures.words import TEXT_TASKS, Dropout, WordDropout, attended, averaged, far_from, positions, text_input, text_presets
from nnapp.data.dataset import DataSpec
from nnapp.data.specs import DataKind
from nnapp.tasks import TaskKind, TaskSpec

if TYPE_CHECKING:
    import keras


@ARCHITECTURES.register("text_transformer")
class TextTransformer(Architecture):
    """Blocks in which every word looks at every other (Vaswani et al. 2017), normalised first."""

    title: ClassVar[str] = "Text transformer"
    sentence: ClassVar[str] = (
        "Every word looks at every other to find what it means here. Choose it with tens of thousands of rows; on fewer the CNN is better."
    )
    accepts: ClassVar[frozenset[DataKind]] = frozenset({"text"})
    tasks: ClassVar[frozenset[TaskKind]] = TEXT_TASKS
    rank: ClassVar[int] = 50
    presets: ClassVar[Mapping[str, Mapping[str, Any]]] = text_presets(
        quick={"model.heads": 2, "model.head_width": 16, "model.blocks": 1}, best={"model.blocks": 4}, learning_rate=1e-3
    )

    heads: Annotated[int, Field(ge=1, le=16, description="Ways in which a word looks at the others at once. Raise it with the amount of data.")] = 4
    head_width: Annotated[int, Field(ge=4, le=128, description="Numbers of each way of looking; times the heads it is what stands for a word.")] = 16
    blocks: Annotated[int, Field(ge=1, le=12, description="Rounds of looking. Raise it for much data and long texts; training slows in step.")] = 2
    word_dropout: WordDropout = 0.1
    dropout: Dropout = 0.2

    def build(self, data: DataSpec, task: TaskSpec) -> keras.Model:
        """Embed, tell the places apart, look around `blocks` times, average, read out the logits."""
        from keras import layers, ops

        self.check(data, task)
        width = self.heads * self.head_width
        inputs, words, there = text_input(data, width, self.word_dropout)
        x = ops.add(words, positions(words.shape[1], width) * 0.05)
        far = far_from(there)
        for index in range(1, self.blocks + 1):
            looked = attended(layers.LayerNormalization(name=f"norm{index}a")(x), far, self.heads, self.head_width, str(index))
            x = ops.add(x, dropped(looked, self.dropout, f"looked{index}"))
            bent = layers.Dense(2 * width, activation="relu", name=f"bent{index}")(layers.LayerNormalization(name=f"norm{index}b")(x))
            x = ops.add(x, dropped(layers.Dense(width, name=f"back{index}")(bent), self.dropout, f"back{index}"))
        x = averaged(layers.LayerNormalization(name="norm")(x), there)
        return network(inputs, x, task, dropout=self.dropout, name="text_transformer")
