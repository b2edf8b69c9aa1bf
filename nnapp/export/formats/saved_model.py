"""TensorFlow's own folder, zipped."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import ClassVar

from nnapp.export.archive import write_zip
from nnapp.export.base import EXPORTERS, Converted
from nnapp.export.cores import one_core
from nnapp.export.source import Source
from nnapp.inference.base import Predictor, median_ms
from nnapp.inference.saved_model import SavedModelPredictor


@EXPORTERS.register("saved-model")
class SavedModel(Converted):
    """A SavedModel with the signature `serving_default`, in a zip."""

    title: ClassVar[str] = "SavedModel"
    sentence: ClassVar[str] = "TensorFlow's format for servers. Choose it for TensorFlow Serving or for other converters."
    file: ClassVar[str] = "saved_model.zip"
    rank: ClassVar[int] = 60

    def convert(self, source: Source, output: Path) -> None:
        """Zip the traced network."""
        folder = source.saved_model()
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        write_zip(output, {f"saved_model/{path.relative_to(folder).as_posix()}": path for path in files})

    def _run(self, source: Source, path: Path, batch: int | None = None) -> SavedModelPredictor:
        """Unpack our own zip as its receiver would, and load it."""
        folder = source.scratch / "unpacked"
        with zipfile.ZipFile(path) as archive:
            archive.extractall(folder)
        return SavedModelPredictor(folder / "saved_model", batch=batch)

    def predictor(self, source: Source, path: Path) -> Predictor:
        """The zip, unpacked and loaded."""
        return self._run(source, path)

    def latency_ms(self, source: Source, path: Path) -> float:
        """One row on one core."""
        predictor = self._run(source, path, batch=1)
        with one_core():
            return median_ms(lambda: predictor.logits(source.one_row()))
