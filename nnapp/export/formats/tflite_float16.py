"""TFLite with half the bytes a weight."""

from __future__ import annotations

from typing import ClassVar

from nnapp.export.base import EXPORTERS
from nnapp.export.litert import TFLiteFormat, Weights


@EXPORTERS.register("tflite-float16")
class TFLiteFloat16(TFLiteFormat):
    """Weights in float16, arithmetic in float32."""

    title: ClassVar[str] = "TFLite float16"
    sentence: ClassVar[str] = "Half the size at almost no loss. Choose it for phones with a GPU, or when the file is too large."
    file: ClassVar[str] = "model-float16.tflite"
    rank: ClassVar[int] = 20
    weights: ClassVar[Weights] = "float16"
