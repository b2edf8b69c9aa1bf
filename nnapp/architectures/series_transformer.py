"""A transformer encoder over patches of a series."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from pydantic import Field, model_validator

from nnapp.architectures.base import ARCHITECTURES
from nnapp.architectures.inputs import Tensor
from nnapp.architectures.series import Frame, SeriesNetwork
from nnapp.errors import SpecError

MOST_PATCHES = 64
"""Stretches that look at one another at most: the work grows with their square."""


@ARCHITECTURES.register("series_transformer")
class SeriesTransformer(SeriesNetwork):
    """Stretches of steps look at one another (Nie et al. 2023)."""

    title: ClassVar[str] = "Transformer on series"
    sentence: ClassVar[str] = "Stretches of the series look at one another. Choose it for long series and thousands of examples; it learns slowly from few."
    rank: ClassVar[int] = 70
    presets: ClassVar[Mapping[str, Mapping[str, Any]]] = {"quick": {"model.width": 32}, "best": {"model.width": 128}}

    width: Annotated[int, Field(ge=4, le=1024, description="Numbers that describe a stretch. Raise it for many channels; a multiple of the heads.")] = 64
    heads: Annotated[int, Field(ge=1, le=16, description="Ways in which stretches look at one another. Four suit most series.")] = 4
    blocks: Annotated[int, Field(ge=1, le=12, description="Rounds of looking. Raise it with thousands of series, lower it with few.")] = 2
    patch: Annotated[
        int | None,
        Field(ge=1, le=256, description="Steps of a stretch. Empty: such that there are at most 64. Lower it for short shapes, raise it for speed."),
    ] = None

    @model_validator(mode="after")
    def _divides(self) -> SeriesTransformer:
        if self.width % self.heads:
            raise SpecError(f"width cannot be {self.width} with {self.heads} heads.", remedy="Choose a width that is a multiple of the heads.")
        return self

    def body(self, x: Tensor, frame: Frame, *, places: bool) -> Tensor:
        """Cut into stretches, tell each its place, let them look, average."""
        from keras import layers

        patch = min(self.patch or max(1, -(-x.shape[1] // MOST_PATCHES)), x.shape[1])
        x = layers.Conv1D(self.width, patch, strides=patch, name="patches")(x)
        count = x.shape[1]
        # A bias for every stretch tells each its place.
        x = layers.EinsumDense("abc,cd->abd", output_shape=(count, self.width), bias_axes="bd", bias_initializer="glorot_uniform", name="places")(x)
        for block in range(1, self.blocks + 1):
            near = layers.LayerNormalization(epsilon=1e-5, name=f"block{block}_norm1")(x)
            near = layers.MultiHeadAttention(self.heads, self.width // self.heads, dropout=self.dropout, name=f"block{block}_look")(near, near)
            x = layers.Add(name=f"block{block}_sum1")([x, near])
            wide = layers.LayerNormalization(epsilon=1e-5, name=f"block{block}_norm2")(x)
            wide = layers.Dense(2 * self.width, activation="relu", name=f"block{block}_wide")(wide)
            x = layers.Add(name=f"block{block}_sum2")([x, layers.Dense(self.width, name=f"block{block}_back")(wide)])
        x = layers.LayerNormalization(epsilon=1e-5, name="norm")(x)
        return layers.Flatten(name="flat")(x) if places else layers.GlobalAveragePooling1D(name="pool")(x)
