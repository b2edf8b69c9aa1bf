"""TFLite with half the bytes a weight."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from nnapp.export.base import EXPORTERS
from nnapp.export.halves import halved
from nnapp.export.litert import TFLiteFormat, float32
from nnapp.export.source import Source


@EXPORTERS.register("tflite-float16")
class TFLiteFloat16(TFLiteFormat):
    """Weights in float16, arithmetic in float32 (docs/decisions/0003)."""

    title: ClassVar[str] = "TFLite float16"
    sentence: ClassVar[str] = "Half the size at almost no loss. Choose it for phones with a GPU, or when the file is too large."
    file: ClassVar[str] = "model-float16.tflite"
    rank: ClassVar[int] = 20

    def convert(self, source: Source, output: Path) -> None:
        """Convert to float32, then halve the weight matrices."""
        output.write_bytes(halved(float32(source)))
