"""TFLite in whole numbers only."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from nnapp.export.base import EXPORTERS
from nnapp.export.litert import TFLiteFormat, converted
from nnapp.export.source import Source


@EXPORTERS.register("tflite-int8")
class TFLiteInt8(TFLiteFormat):
    """Weights (a scale a channel) and activations in int8, int8 in and out.

    The network is built without its encoding, which stands before the quantisation of the input instead: one scale
    cannot serve a column of 0 to 1 beside one of 0 to 500,000 (docs/decisions/0001, 0004).
    """

    title: ClassVar[str] = "TFLite int8"
    sentence: ClassVar[str] = "A quarter of the size and whole numbers only. Choose it for microcontrollers and neural accelerators."
    file: ClassVar[str] = "model-int8.tflite"
    rank: ClassVar[int] = 40
    encoded_outside: ClassVar[bool] = True

    def convert(self, source: Source, output: Path) -> None:
        """Calibrate the ranges of all activations on the representative rows, then convert."""
        output.write_bytes(converted(source.saved_model(encoded_outside=True), "int8", source.core_examples()))
