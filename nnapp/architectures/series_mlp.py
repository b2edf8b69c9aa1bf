"""Dense layers on all steps of a window."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from pydantic import Field

from nnapp.architectures.base import ARCHITECTURES
from nnapp.architectures.blocks import dense, dropped
from nnapp.architectures.inputs import Tensor
from nnapp.architectures.series import Frame, SeriesNetwork


@ARCHITECTURES.register("series_mlp")
class SeriesMLP(SeriesNetwork):
    """Every step is an input of its own."""

    title: ClassVar[str] = "MLP on windows"
    sentence: ClassVar[str] = "Every step has weights of its own. Choose it for short windows in which each step has its place, such as days of hours."
    rank: ClassVar[int] = 35
    presets: ClassVar[Mapping[str, Mapping[str, Any]]] = {"quick": {"model.units": 64}, "best": {"model.units": 256}}

    units: Annotated[int, Field(ge=1, le=4096, description="Units of every layer. Raise it for long windows, lower it when series are few.")] = 128
    layers: Annotated[int, Field(ge=1, le=8, description="Dense layers. Two bend enough for most series; more are harder to train.")] = 2

    def body(self, x: Tensor, frame: Frame, *, places: bool) -> Tensor:
        """Flatten and bend."""
        from keras import layers

        x = layers.Flatten(name="flat")(x)
        for index in range(1, self.layers + 1):
            x = dropped(dense(x, self.units, activation="relu", normalize="none" if places else "batch", name=f"layer{index}"), self.dropout, f"layer{index}")
        return x
