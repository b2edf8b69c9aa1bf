"""Pictures: a zip of class folders, every picture of which is known to open."""

from __future__ import annotations

import io
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from nnapp.data.archives import open_archive, read_entry
from nnapp.data.folders import THREADS, ClassFolders, batches, natural
from nnapp.data.specs import DataKind
from nnapp.data.table import Table
from nnapp.portable.pictures import open_picture, picture

__all__ = ["Data", "Pictures", "natural"]

_AT_ONCE = 256
"""Pictures decoded before the next are read: bounds memory while threads work ahead."""


@dataclass(frozen=True)
class Pictures(ClassFolders):
    """Pictures by class folder.

    Attributes:
        sizes: Width and height of each in pixels, turned as EXIF says, shape `(n, 2)`.
        grey: Whether every picture is without colour.
    """

    kinds: ClassVar[tuple[DataKind, ...]] = ("pictures",)
    noun: ClassVar[str] = "picture"
    version: ClassVar[int] = 1

    sizes: NDArray[np.int64]
    grey: bool

    def load(self, size: int, channels: int, rows: NDArray[np.int64] | None = None, *, into: NDArray[np.uint8] | None = None) -> NDArray[np.uint8]:
        """Decode and letterbox.

        Args:
            size: Side of the square in pixels.
            channels: 1 for grey, 3 for colour.
            rows: Positions of the wanted pictures, -1 for a black one; all of them if None.
            into: Takes them, where they are not to lie in memory.

        Returns:
            Shape `(n, size, size, channels)`.
        """
        wanted = np.arange(self.rows) if rows is None else rows
        loaded = np.empty((len(wanted), size, size, channels), np.uint8) if into is None else into
        with open_archive(self.archive, self.name) as archive, ThreadPoolExecutor(THREADS) as pool:

            def one(row: int) -> NDArray[np.uint8]:
                if row < 0:
                    return np.zeros((size, size, channels), np.uint8)
                return picture(open_picture(read_entry(archive, self.paths[row])), size, channels)

            at = 0
            for batch in batches(wanted.tolist(), _AT_ONCE):
                for array in pool.map(one, batch):
                    loaded[at] = array
                    at += 1
        return loaded

    def thumbnail(self, path: str, size: int = 96) -> bytes:
        """One picture as a PNG of at most `size` by `size` pixels, its form kept.

        Raises:
            DataError: If the archive has no such picture.
        """
        return self.thumbnails([path], size)[path]

    def thumbnails(self, paths: Sequence[str], size: int = 96) -> dict[str, bytes]:
        """Several at once, the archive opened once; PNGs by path."""
        made: dict[str, bytes] = {}
        for path, data in self.contents(paths).items():
            image = open_picture(data)
            image.thumbnail((size, size))
            stream = io.BytesIO()
            image.save(stream, "PNG")
            made[path] = stream.getvalue()
        return made

    def facts(self) -> dict[str, Any]:
        """Sizes, and whether all are grey."""
        return {"sizes": self.sizes.tolist(), "grey": self.grey}

    @classmethod
    def from_facts(cls, values: dict[str, Any]) -> dict[str, Any]:
        """Sizes, and whether all are grey."""
        return {"sizes": np.asarray(values["sizes"], np.int64).reshape(-1, 2), "grey": bool(values["grey"])}


Data = Table | ClassFolders
