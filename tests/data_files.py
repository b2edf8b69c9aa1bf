"""Small data sets that several tests write."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from nnapp.data.readers import read
from nnapp.data.specs import DataConfig
from nnapp.data.table import Reading, Table, text_frame


def as_table(columns: Mapping[str, Sequence[object]], decimal: str = ".") -> Table:
    """A table of these cells, None where one is missing."""
    texts = {name: [None if cell is None else str(cell) for cell in cells] for name, cells in columns.items()}
    return Table("data.csv", text_frame(texts), Reading(format="csv", decimal=decimal))


def config(**settings: object) -> DataConfig:
    """Settings for data that lie in no store."""
    return DataConfig.parse({"sha256": "0" * 64, **settings})


def picture_bytes(width: int = 12, height: int = 8, *, seed: int = 0, grey: bool = False, form: str = "PNG") -> bytes:
    """A picture of noise."""
    random = np.random.default_rng(seed)
    pixels = random.integers(0, 256, (height, width) if grey else (height, width, 3), dtype=np.uint8)
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, form)
    return stream.getvalue()


def zipped(folder: Path, files: Mapping[str, bytes], name: str = "pictures.zip", method: int = zipfile.ZIP_DEFLATED) -> Path:
    """A zip of these files."""
    path = folder / name
    with zipfile.ZipFile(path, "w", method) as archive:
        for entry, content in files.items():
            archive.writestr(entry, content)
    return path


def two_classes(count: int = 12, **form: object) -> dict[str, bytes]:
    """Cats and dogs of noise, no two alike."""
    return {f"{label}/{index}.png": picture_bytes(seed=index + 1000 * (label == "dog"), **form) for label in ("cat", "dog") for index in range(count)}  # type: ignore[arg-type]


def read_zip(folder: Path, files: Mapping[str, bytes]) -> object:
    """Pictures from a zip of these files."""
    return read(zipped(folder, files), "pictures.zip")
