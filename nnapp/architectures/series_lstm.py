"""A network of series with a long short-term memory."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from nnapp.architectures.base import ARCHITECTURES
from nnapp.architectures.series_recurrence import SeriesRecurrence


@ARCHITECTURES.register("series_lstm")
class SeriesLSTM(SeriesRecurrence):
    """Reads the series in order with a long short-term memory."""

    title: ClassVar[str] = "LSTM on series"
    sentence: ClassVar[str] = (
        "Reads step after step with a memory that it writes and clears. Choose it where what happened long ago matters; slow on long series."
    )
    rank: ClassVar[int] = 60
    presets: ClassVar[Mapping[str, Mapping[str, Any]]] = {"quick": {"model.units": 32}, "best": {"model.units": 128}}

    def _layer(self) -> Callable[..., Any]:
        from keras import layers

        layer: Callable[..., Any] = layers.LSTM
        return layer
