"""TFLite with 8-bit weights."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from nnapp.export.base import EXPORTERS
from nnapp.export.litert import TFLiteFormat, converted
from nnapp.export.source import Source


@EXPORTERS.register("tflite-dynamic")
class TFLiteDynamic(TFLiteFormat):
    """Weights in int8, activations quantised as they come."""

    title: ClassVar[str] = "TFLite dynamic range"
    sentence: ClassVar[str] = "A quarter of the size, still fed with plain numbers. Choose it for processors without a GPU."
    file: ClassVar[str] = "model-dynamic.tflite"
    rank: ClassVar[int] = 30

    def convert(self, source: Source, output: Path) -> None:
        """Convert; weights of at least 1,024 numbers are quantised."""
        output.write_bytes(converted(source.saved_model(), "dynamic"))
