"""Handwritten digits (Alpaydin and Kaynak 1998) as pictures."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import numpy as np

from nnapp.data.samples import sample
from nnapp.files import publish


@sample("digits", "Handwritten digits", "1,797 pictures of 8 by 8 pixels in ten folders: which digit is it?")
def write(folder: Path) -> Path:
    """A zip of class folders, the same bytes each time."""
    from PIL import Image
    from sklearn.datasets import load_digits

    digits = load_digits()
    path = folder / "digits.zip"
    with publish(path) as draft, zipfile.ZipFile(draft, "w", zipfile.ZIP_STORED) as archive:
        for row, (pixels, label) in enumerate(zip(digits.images, digits.target, strict=True)):
            stream = io.BytesIO()
            Image.fromarray(np.round(pixels * (255 / 16)).astype(np.uint8)).save(stream, "PNG")
            archive.writestr(zipfile.ZipInfo(f"{label}/{row:04d}.png", (1980, 1, 1, 0, 0, 0)), stream.getvalue())
    return path
