"""A network for text with a long short-term memory."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from nnapp.architectures.base import ARCHITECTURES
from nnapp.architectures.recurrence import TextRecurrence
from nnapp.architectures.words import text_presets


@ARCHITECTURES.register("text_lstm")
class TextLSTM(TextRecurrence):
    """Reads the words in order with a long short-term memory."""

    title: ClassVar[str] = "Text LSTM"
    sentence: ClassVar[str] = (
        "Reads word after word with a memory that it writes and clears. Choose it where order matters and there are thousands of rows; slower than a CNN."
    )
    rank: ClassVar[int] = 30
    presets: ClassVar[Mapping[str, Mapping[str, Any]]] = text_presets(quick={"model.units": 32, "model.width": 32}, best={"model.units": 128})

    def _layer(self) -> Callable[..., Any]:
        from keras import layers

        layer: Callable[..., Any] = layers.LSTM
        return layer
