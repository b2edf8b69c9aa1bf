"""Layers that read a series or text step by step: Sequence, LSTM, GRU."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from nnapp.architectures.layer_specs.base import LAYERS, DoesNotFitError, Flow, LayerSpec, Shape, Tensor, need

STEPS = 256
"""Longest series that a recurrent layer reads: files hold it written out step by step, so that every format can take it."""
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

    def add(self, flow: Flow, name: str) -> Tensor:
        """Keras' Reshape."""
        from keras import layers

        return layers.Reshape(self.shape(tuple(flow.x.shape[1:])), name=name)(flow.x)


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

    def add(self, flow: Flow, name: str) -> Tensor:
        """Keras' layer of the same name; of a text that has ended what was remembered after its last word, read both ways after its last place."""
        from keras import layers

        last = not self.each_step and flow.there is not None and not self.both_ways
        made = getattr(layers, self.title)(
            self.units, return_sequences=self.each_step or last, unroll=flow.unroll, name=name if not self.both_ways else f"{name}_way"
        )
        remembered = (layers.Bidirectional(made, name=name) if self.both_ways else made)(flow.x)
        return at_the_last_word(remembered, flow.there) if last else remembered


def at_the_last_word(steps: Tensor, there: Tensor) -> Tensor:
    """The step of each text after which no word comes, `(batch, width)`; zeros for an empty text, the sum of both for two texts.

    Args:
        steps: Tensor `(batch, steps, width)`.
        there: Where words stand, `(batch, steps, 1)`.
    """
    from keras import ops

    after = ops.concatenate([there[:, 1:], ops.multiply(there[:, :1], 0.0)], axis=1)
    return ops.sum(ops.multiply(steps, ops.maximum(ops.subtract(there, after), 0.0)), axis=1)


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
