"""Straight lines through trend and remainder."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from pydantic import Field

from nnapp.architectures.base import ARCHITECTURES
from nnapp.architectures.inputs import Tensor
from nnapp.architectures.series import FEW, Frame, SeriesNetwork
from nnapp.tasks import TaskKind


@ARCHITECTURES.register("dlinear")
class DLinear(SeriesNetwork):
    """One weight for every step of the smoothed series, one for every step of what remains (Zeng et al. 2023)."""

    title: ClassVar[str] = "Linear (DLinear)"
    sentence: ClassVar[str] = (
        "A weighted sum of each column's own past, for trend and remainder apart; it looks at nothing beside. Choose it first for forecasts: it is hard to beat."
    )
    because: ClassVar[str] = (
        "A straight line through the past learns from a hundred steps as from ten thousand, and what bends more seldom forecasts better. Try the MLP on windows beside it from a thousand steps on."
    )
    rank: ClassVar[int] = 30
    ranks: ClassVar[Mapping[TaskKind, int]] = {"forecasting": 5}
    presets: ClassVar[Mapping[str, Mapping[str, Any]]] = {}

    dropout: Annotated[
        float, Field(ge=0, le=0.9, description="Share of the steps hidden before the answer. Raise it when series are few; a forecast ignores it.")
    ] = 0.0
    smoothing: Annotated[
        int, Field(ge=1, le=512, description="Steps over which the trend is averaged. Raise it when the series is noisy, lower it when it turns fast.")
    ] = 25

    @classmethod
    def preset(cls, name: str, rows: int | None = None) -> Mapping[str, Any]:
        """Many examples make many steps, which must be small: with large ones the line trembles about its best place."""
        few = rows is not None and rows <= FEW
        return {**super().preset(name, rows), "training.learning_rate": 2e-3 if few else 5e-4}

    def body(self, x: Tensor, frame: Frame, *, places: bool) -> Tensor | None:
        """Trend and remainder of every channel, side by side; a forecast's line goes through them, and nothing else is added."""
        from keras import layers

        return None if places else layers.Flatten(name="flat")(self.straight(x))

    def straight(self, wanted: Tensor) -> Tensor:
        """The smoothed steps, then what remains of each: twice as many steps."""
        from keras import layers, ops

        window = min(self.smoothing, wanted.shape[1])
        trend = layers.AveragePooling1D(window, strides=1, padding="same", name="trend")(wanted)
        return ops.concatenate([trend, ops.subtract(wanted, trend)], axis=1)
