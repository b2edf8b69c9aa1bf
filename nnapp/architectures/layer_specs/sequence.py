"""Layers that read a series step by step, or all at once: Sequence, LSTM, GRU, Attention."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from nnapp.architectures.layer_specs.base import LAYERS, DoesNotFitError, LayerSpec, Shape, Tensor, need

STEPS = 128
"""Longest series that a recurrent layer reads: it is written out step by step, so that every export format can take it."""
SERIES = "a series (steps, numbers each)"
AS_SERIES = "Put a Sequence layer before it."


def need_series(given: Shape) -> None:
    """Refuse what is not a series."""
    if len(given) != 2:
        raise need(SERIES, given, AS_SERIES)


@LAYERS.register("sequence")
class Sequence(LayerSpec):
    """A picture or a row of numbers as a series."""

    title: ClassVar[str] = "Sequence"
    sentence: ClassVar[str] = "Reads a picture row by row, or numbers one by one, as LSTM, GRU and Attention want them."

    kind: Annotated[Literal["sequence"], Field(description="Which layer it is, as its registry calls it.")] = "sequence"
    of: Annotated[Literal["rows", "places"], Field(description="What a step of a picture is: a whole row of pixels, or a single place with its channels.")] = (
        "rows"
    )

    def shape(self, given: Shape) -> Shape:
        """Two axes."""
        if len(given) == 1:
            return (given[0], 1)
        if len(given) == 2:
            return given
        height, width, channels = given
        if width is None or channels is None or height is None:
            return (None, None)
        return (height, width * channels) if self.of == "rows" else (height * width, channels)

    def flops(self, given: Shape) -> int:
        """Nothing is computed."""
        del given
        return 0

    def add(self, x: Tensor, name: str) -> Tensor:
        """Keras' Reshape."""
        from keras import layers

        return layers.Reshape(self.shape(tuple(x.shape[1:])), name=name)(x)


class Recurrent(LayerSpec):
    """Reads a series step by step."""

    main: ClassVar[str] = "units"
    gates: ClassVar[int]
    offsets: ClassVar[int]

    units: Annotated[int, Field(ge=1, le=1024, description="Numbers that it remembers from step to step. Raise it for long or varied series.")] = 64
    both_ways: Annotated[
        bool, Field(description="Read it backwards too and put the two together: twice the numbers and the time, for series that are there as a whole.")
    ] = False
    each_step: Annotated[
        bool, Field(description="Give what is remembered after every step, as a next LSTM, GRU or Attention wants it; else only after the last.")
    ] = False

    def shape(self, given: Shape) -> Shape:
        """What is remembered, after every step or after the last."""
        need_series(given)
        if given[0] is not None and given[0] > STEPS:
            problem = f"reads at most {STEPS} steps but gets {given[0]}"
            raise DoesNotFitError(problem, remedy="Make the series shorter first, with Pool or a Conv of stride 2.")
        width = self.units * (2 if self.both_ways else 1)
        return (given[0], width) if self.each_step else (width,)

    def parameters(self, given: Shape) -> int:
        """For each gate the weights of what comes in, of what is remembered, and offsets."""
        one = self.gates * self.units * ((given[-1] or 1) + self.units + self.offsets)
        return one * (2 if self.both_ways else 1)

    def flops(self, given: Shape) -> int:
        """Every weight at every step."""
        return 2 * (given[0] or 1) * self.parameters(given)

    def add(self, x: Tensor, name: str) -> Tensor:
        """Keras' layer of the same name, written out step by step."""
        from keras import layers

        made = getattr(layers, self.title)(self.units, return_sequences=self.each_step, unroll=True, name=name if not self.both_ways else f"{name}_way")
        return (layers.Bidirectional(made, name=name) if self.both_ways else made)(x)


@LAYERS.register("lstm")
class LSTM(Recurrent):
    """A memory that learns what to keep."""

    title: ClassVar[str] = "LSTM"
    sentence: ClassVar[str] = "Reads step by step with a memory that it learns to keep and to clear."
    gates: ClassVar[int] = 4
    offsets: ClassVar[int] = 1

    kind: Annotated[Literal["lstm"], Field(description="Which layer it is, as its registry calls it.")] = "lstm"


@LAYERS.register("gru")
class GRU(Recurrent):
    """A smaller memory."""

    title: ClassVar[str] = "GRU"
    sentence: ClassVar[str] = "Reads step by step with a small memory: an LSTM with fewer weights."
    gates: ClassVar[int] = 3
    offsets: ClassVar[int] = 2

    kind: Annotated[Literal["gru"], Field(description="Which layer it is, as its registry calls it.")] = "gru"


@LAYERS.register("attention")
class Attention(LayerSpec):
    """Every step looks at all others; added to what came in."""

    title: ClassVar[str] = "Attention"
    sentence: ClassVar[str] = "Lets every step look at all others and take over what matters to it; added to what came in."
    main: ClassVar[str] = "heads"

    kind: Annotated[Literal["attention"], Field(description="Which layer it is, as its registry calls it.")] = "attention"
    heads: Annotated[int, Field(ge=1, le=16, description="Questions that a step asks the others at a time. Raise it for wide series.")] = 4
    width: Annotated[int, Field(ge=1, le=256, description="Numbers of each question. Raise it when even the training loss stays high.")] = 16

    def shape(self, given: Shape) -> Shape:
        """As it came."""
        need_series(given)
        return given

    def parameters(self, given: Shape) -> int:
        """Questions, keys and values of each head, and the way back, each with offsets."""
        inner, numbers = self.heads * self.width, given[-1] or 1
        return 3 * (numbers + 1) * inner + (inner + 1) * numbers

    def flops(self, given: Shape) -> int:
        """Every weight at every step, and every step with every other, once to compare and once to gather."""
        steps = given[0] or 1
        return 2 * steps * self.parameters(given) + 4 * steps * steps * self.heads * self.width

    def add(self, x: Tensor, name: str) -> Tensor:
        """Keras' MultiHeadAttention, added to its input."""
        from keras import layers

        return layers.Add(name=f"{name}_add")([x, layers.MultiHeadAttention(self.heads, self.width, name=name)(x, x)])
