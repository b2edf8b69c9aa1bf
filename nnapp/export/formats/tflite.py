"""TFLite, unchanged numbers."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from nnapp.export.base import EXPORTERS
from nnapp.export.litert import TFLiteFormat, float32
from nnapp.export.source import Source


@EXPORTERS.register("tflite")
class TFLite(TFLiteFormat):
    """Float32: the network as it is."""

    title: ClassVar[str] = "TFLite"
    sentence: ClassVar[str] = "Runs on phones, small computers and in browsers, and answers exactly as the network does. Choose it first."
    file: ClassVar[str] = "model.tflite"
    rank: ClassVar[int] = 10

    def convert(self, source: Source, output: Path) -> None:
        """Convert the traced network."""
        output.write_bytes(float32(source))
