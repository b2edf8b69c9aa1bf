"""What every layer of a list shares."""

from __future__ import annotations

import math
from abc import abstractmethod
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from pydantic import Field

from nnapp.data.layout import TokenShape
from nnapp.errors import NnappError
from nnapp.registry import Registry
from nnapp.specs import Spec

Shape = tuple[int | None, ...]
"""Of one example; None where a length is not known yet."""
Tensor = Any
"""A symbolic Keras tensor."""


class DoesNotFitError(NnappError):
    """A layer cannot follow what comes before it."""


@dataclass(frozen=True)
class Flow:
    """What a layer is put behind.

    Attributes:
        x: The tensor itself, `(batch, *shape)`.
        shape: Of one example.
        there: Of texts, `(batch, steps, 1)` float32: 1 where a word stands, 0 where the text has ended; None where every place counts.
        unroll: Whether recurrent layers are written out step by step, as files want them.
        swap: Of texts, the share of the words that change places while the network trains.
    """

    x: Tensor
    shape: Shape
    there: Tensor | None = None
    unroll: bool = False
    swap: float = 0.0


class LayerSpec(Spec):
    """One layer of a list. Its first field, `kind`, is its name in the registry.

    Class attributes:
        title: Its name for people.
        sentence: What it does.
        main: The field that a bare number in the text form means.
    """

    title: ClassVar[str]
    sentence: ClassVar[str]
    main: ClassVar[str] = ""

    kind: Annotated[str, Field(description="Which layer it is, as its registry calls it.")]

    @abstractmethod
    def shape(self, given: Shape) -> Shape:
        """What comes out for one example.

        Args:
            given: What comes in.

        Raises:
            DoesNotFitError: If the layer does not take it; the problem begins with "needs".
        """

    def parameters(self, given: Shape) -> int:
        """Numbers that it holds, for what comes in."""
        del given
        return 0

    def flops(self, given: Shape) -> int:
        """Additions and multiplications for one example: one for each number that comes out, unless it says otherwise."""
        return size(self.shape(given))

    @abstractmethod
    def add(self, flow: Flow, name: str) -> Tensor:
        """Put the Keras layer behind `flow.x`."""

    def still_there(self, there: Tensor) -> Tensor:
        """Where words stand once this layer has made fewer steps of them; it is asked only if the steps remain an axis."""
        return there


LAYERS: Registry[type[LayerSpec]] = Registry("layer", "nnapp.architectures.layer_specs")


def size(shape: Shape) -> int:
    """Numbers in a shape; one that is not known counts as 1."""
    return math.prod(length or 1 for length in shape)


def shape_in_words(shape: Shape) -> str:
    """What a shape is, for people.

    >>> shape_in_words((128,)), shape_in_words((28, 28, 1)), shape_in_words((10, None))
    ('128 numbers', 'a picture of 28 × 28 with 1 channel', 'a series of 10 steps with some numbers each')
    """
    if isinstance(shape, TokenShape):
        return f"a text of {_many(shape[0])} words or pieces"
    if len(shape) == 1:
        return f"{_many(shape[0])} numbers"
    if shape == (None, None):
        return "a series of some steps"
    if len(shape) == 2:
        return f"a series of {_many(shape[0])} steps with {_many(shape[1])} numbers each"
    if len(shape) == 3:
        return f"a picture of {_many(shape[0])} × {_many(shape[1])} with {_many(shape[2])} {'channel' if shape[2] == 1 else 'channels'}"
    return " × ".join(map(_many, shape))


def _many(length: int | None) -> str:
    return "some" if length is None else str(length)


def need(what: str, given: Shape, remedy: str) -> DoesNotFitError:
    """The error of a layer that needs something else."""
    return DoesNotFitError(f"needs {what} but gets {shape_in_words(given)}", remedy=remedy)


def windows(length: int | None, stride: int) -> int | None:
    """Places of a window that is moved over a length which is padded."""
    return None if length is None else -(-length // stride)
