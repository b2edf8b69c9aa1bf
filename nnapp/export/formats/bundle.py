"""The bundle: the file, and all that it takes to answer raw rows and pictures."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from nnapp.export.base import EXPORTERS, Exporting, Packed
from nnapp.export.bundle import write_bundle
from nnapp.export.spec import Export
from nnapp.export.trial import try_bundle


@EXPORTERS.register("bundle")
class Bundle(Packed):
    """A zip with the TFLite file, its preprocessing, its card and `predict.py`."""

    title: ClassVar[str] = "Bundle"
    sentence: ClassVar[str] = "Everything to answer raw rows or pictures on any computer with Python. Choose it to pass the network on."
    file: ClassVar[str] = "bundle.zip"
    rank: ClassVar[int] = 5
    inside: ClassVar[str] = "tflite"

    def pack(self, exporting: Exporting, inner: Export, output: Path) -> tuple[str, ...]:
        """Zip it, then run its `predict.py` on test rows as its receiver would."""
        write_bundle(exporting, inner, output)
        return try_bundle(exporting, inner, output)
