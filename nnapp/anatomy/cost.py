"""The costs of a network's layers as plain values; no Keras, so that the web process may hold them."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from nnapp.anatomy.sentences import sentence_of
from nnapp.specs import Spec

BYTES = 4
"""Of a number in float32."""
MOMENTS = {"sgd": 1, "rmsprop": 1, "lion": 1, "adam": 2, "adamw": 2}
"""Numbers that an optimizer keeps for each weight; two where it is not named."""


class LayerCost(Spec):
    """One layer, for ONE example."""

    name: str
    kind: Annotated[str, Field(description="What sort of layer it is, as Keras calls it.")]
    shape: Annotated[tuple[int | None, ...], Field(description="Of what comes out; None where it varies.")] = ()
    parameters: Annotated[int, Field(ge=0, description="Numbers that it holds.")] = 0
    trainable: Annotated[int, Field(ge=0, description="Of these, how many are learned.")] = 0
    flops: Annotated[int, Field(ge=0, description="Additions and multiplications to answer one example.")] = 0
    inside: Annotated[int, Field(ge=0, description="Layers within it.")] = 0
    held: Annotated[int, Field(ge=0, description="Numbers that it and the layers within it keep for learning.")] = 0

    @property
    def numbers(self) -> int:
        """Numbers that come out; an open length counts as 1."""
        found = 1
        for length in self.shape:
            found *= length or 1
        return found

    @property
    def shape_text(self) -> str:
        """The shape as people write it.

        >>> LayerCost(name="a", kind="Conv2D", shape=(28, 28, 16)).shape_text
        '28 × 28 × 16'
        """
        return " × ".join("any" if length is None else str(length) for length in self.shape) or "1"

    @property
    def sentence(self) -> str:
        """What a layer of its kind does."""
        return sentence_of(self.kind)


class Anatomy(Spec):
    """A network layer by layer, and what it takes."""

    layers: tuple[LayerCost, ...]
    rows: Annotated[int, Field(ge=0, description="Rows that it would learn from.")] = 0

    @property
    def parameters(self) -> int:
        """Numbers that the network holds."""
        return sum(layer.parameters for layer in self.layers)

    @property
    def trainable(self) -> int:
        """Numbers that it learns."""
        return sum(layer.trainable for layer in self.layers)

    @property
    def flops(self) -> int:
        """Additions and multiplications to answer one example."""
        return sum(layer.flops for layer in self.layers)

    @property
    def file_bytes(self) -> int:
        """Bytes of its weights in a float32 file."""
        return BYTES * self.parameters

    def training_bytes(self, batch_size: int, optimizer: str = "adamw") -> int:
        """Bytes that a step of training takes, about.

        Args:
            batch_size: Rows a step.
            optimizer: Its name in the registry; it keeps numbers of its own for each weight.
        """
        held = sum(layer.held for layer in self.layers)
        return memory_for_training(self.parameters, self.trainable, held, batch_size, MOMENTS.get(optimizer, 2))


def memory_for_training(parameters: int, trainable: int, held: int, batch_size: int, moments: int) -> int:
    """Bytes that a step takes: weights, gradients and the optimizer's memory once, the layers' outputs for every row.

    Args:
        parameters: Numbers that the network holds.
        trainable: Of these, how many are learned.
        held: Outputs of all layers for one row, in numbers; each has a gradient while it is passed back.
        batch_size: Rows a step.
        moments: Numbers that the optimizer keeps for each learned weight.

    >>> memory_for_training(parameters=100, trainable=100, held=10, batch_size=4, moments=2)
    1920
    """
    return BYTES * (parameters + trainable * (1 + moments) + 2 * held * batch_size)
