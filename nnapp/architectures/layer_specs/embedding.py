"""The layer that turns the words of a text into numbers."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from nnapp.architectures.layer_specs.base import LAYERS, Flow, LayerSpec, Shape, Tensor, need
from nnapp.architectures.words import embedding, hidden, swapped
from nnapp.data.layout import TokenShape


@LAYERS.register("embedding")
class Embedding(LayerSpec):
    """Learned numbers for every word."""

    title: ClassVar[str] = "Embedding"
    sentence: ClassVar[str] = "Looks up learned numbers for every word: the first layer of every list for texts, and the only one that reads words."
    main: ClassVar[str] = "width"

    kind: Annotated[Literal["embedding"], Field(description="Which layer it is, as its registry calls it.")] = "embedding"
    width: Annotated[int, Field(ge=1, le=1024, description="Numbers that stand for a word. Raise it for much and varied text, lower it for few rows.")] = 64
    hide: Annotated[float, Field(ge=0, le=0.9, description="Share of the words hidden while it learns. Raise it when validation is worse than training.")] = 0.1

    def shape(self, given: Shape) -> Shape:
        """So many numbers a word."""
        if not isinstance(given, TokenShape):
            raise need("the words of a text", given, "Remove it: only texts have words.")
        return (given[0], self.width)

    def parameters(self, given: Shape) -> int:
        """The numbers of every word that is known."""
        return ((given.vocabulary if isinstance(given, TokenShape) else None) or 1) * self.width

    def flops(self, given: Shape) -> int:
        """Nothing is computed, only looked up."""
        del given
        return 0

    def add(self, flow: Flow, name: str) -> Tensor:
        """Keras' Embedding; zeros where the text has ended."""
        assert isinstance(flow.shape, TokenShape)  # `shape` has looked
        words = swapped(embedding(flow.shape.vocabulary or 1, self.width, name)(flow.x), flow.there, flow.swap, "swap")
        return hidden(words, flow.there, self.hide, "word_dropout")
