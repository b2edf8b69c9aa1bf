"""A network for text with gated recurrent units."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from nnapp.architectures.base import ARCHITECTURES
from nnapp.architectures.recurrence import TextRecurrence
from nnapp.architectures.words import text_presets


@ARCHITECTURES.register("text_gru")
class TextGRU(TextRecurrence):
    """Reads the words in order with gated recurrent units."""

    title: ClassVar[str] = "Text GRU"
    sentence: ClassVar[str] = "Reads word after word with a simpler memory than LSTM: quicker, and about as good. Choose it where order matters."
    rank: ClassVar[int] = 40
    presets: ClassVar[Mapping[str, Mapping[str, Any]]] = text_presets(quick={"model.units": 32, "model.width": 32}, best={"model.units": 128})

    def _layer(self) -> Callable[..., Any]:
        from keras import layers

        layer: Callable[..., Any] = layers.GRU
        return layer
