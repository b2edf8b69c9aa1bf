"""Straight lines through trend and remainder."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from pydantic import Field

from nnapp.architectures.base import ARCHITECTURES
from nnapp.architectures.inputs import Tensor
from nnapp.architectures.series import Frame, SeriesNetwork


@ARCHITECTURES.register("dlinear")
class DLinear(SeriesNetwork):
    """One weight for every step of the smoothed series, one for every step of what remains (Zeng et al. 2023)."""

    title: ClassVar[str] = "Linear (DLinear)"
    sentence: ClassVar[str] = "A weighted sum of the past, for trend and remainder apart. Choose it first for forecasts: it is hard to beat."
    rank: ClassVar[int] = 30
    presets: ClassVar[Mapping[str, Mapping[str, Any]]] = {}

    smoothing: Annotated[
        int, Field(ge=1, le=512, description="Steps over which the trend is averaged. Raise it when the series is noisy, lower it when it turns fast.")
    ] = 25

    def body(self, x: Tensor, frame: Frame, *, places: bool) -> Tensor:
        """Trend and remainder of every channel, side by side: what is read out of them is linear."""
        from keras import layers, ops

        window = min(self.smoothing, x.shape[1])
        trend = layers.AveragePooling1D(window, strides=1, padding="same", name="trend")(x)
        if places and len(frame.layout.targets) < frame.layout.values + frame.layout.calendar:
            trend, x = trend[:, :, : frame.layout.values], x[:, :, : frame.layout.values]
        return layers.Flatten(name="flat")(ops.concatenate([trend, ops.subtract(x, trend)], axis=2))
