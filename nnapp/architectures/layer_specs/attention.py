"""Layers in which the steps of a series or text look at each other: Attention, Positions."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field

from nnapp.architectures.layer_specs.base import LAYERS, Flow, LayerSpec, Shape, Tensor
from nnapp.architectures.layer_specs.sequence import need_series
from nnapp.architectures.words import attended, far_from, positions


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

    def add(self, flow: Flow, name: str) -> Tensor:
        """Keras' MultiHeadAttention, added to its input; in a text nothing is taken over from where no word stands."""
        from keras import layers

        if flow.there is None:
            return layers.Add(name=f"{name}_add")([flow.x, layers.MultiHeadAttention(self.heads, self.width, name=name)(flow.x, flow.x)])
        return layers.Add(name=f"{name}_add")([flow.x, attended(flow.x, far_from(flow.there), self.heads, self.width, f"_{name}")])


@LAYERS.register("positions")
class Positions(LayerSpec):
    """Tells steps apart by where they stand."""

    title: ClassVar[str] = "Positions"
    sentence: ClassVar[str] = "Adds to every step a pattern that says where it stands: Attention by itself does not see any order."
    main: ClassVar[str] = "size"

    kind: Annotated[Literal["positions"], Field(description="Which layer it is, as its registry calls it.")] = "positions"
    size: Annotated[
        float, Field(gt=0, le=1, description="How strong the pattern is. Raise it where order is all; 0.05 suits words that are still to be learned.")
    ] = 0.05

    def shape(self, given: Shape) -> Shape:
        """As it came."""
        need_series(given)
        return given

    def add(self, flow: Flow, name: str) -> Tensor:
        """Sines and cosines of the place, the same for every example."""
        from keras import ops

        del name
        steps, width = (int(length) for length in flow.x.shape[1:])
        return ops.add(flow.x, positions(steps, width) * np.float32(self.size))
