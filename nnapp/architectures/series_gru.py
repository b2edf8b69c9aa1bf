"""A network of series with a gated recurrent unit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from nnapp.architectures.base import ARCHITECTURES
from nnapp.architectures.series_recurrence import SeriesRecurrence


@ARCHITECTURES.register("series_gru")
class SeriesGRU(SeriesRecurrence):
    """Reads the series in order with a gated recurrent unit."""

    title: ClassVar[str] = "GRU on series"
    sentence: ClassVar[str] = "Like an LSTM with a simpler memory: a little faster, and often as good. Choose it where order matters and series are few."
    rank: ClassVar[int] = 55
    presets: ClassVar[Mapping[str, Mapping[str, Any]]] = {"quick": {"model.units": 32}, "best": {"model.units": 128}}

    def _layer(self) -> Callable[..., Any]:
        from keras import layers

        layer: Callable[..., Any] = layers.GRU
        return layer
