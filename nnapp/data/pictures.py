"""Pictures: a zip of class folders, every picture of which is known to open."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from nnapp.data.archives import open_archive, read_entry
from nnapp.data.findings import Finding
from nnapp.data.specs import DataKind, Part
from nnapp.data.table import Table
from nnapp.errors import DataError
from nnapp.portable.pictures import open_picture, picture

THREADS = 2
"""Pictures decoded at once: the largest that are accepted take some hundred megabytes each."""
_READING = 1
"""Raised when a reading would come out otherwise."""
_AT_ONCE = 256
"""Pictures decoded before the next are read: bounds memory while threads work ahead."""


@dataclass(frozen=True)
class Pictures:
    """Pictures by class folder.

    Attributes:
        name: File name as it came.
        archive: The zip they are read from.
        paths: Name of each within the archive, `(n,)`, in natural order.
        labels: Class of each, `(n,)`.
        parts: The part each belongs to where the archive has train, validation and test folders, else None.
        sizes: Width and height of each in pixels, turned as EXIF says, shape `(n, 2)`.
        grey: Whether every picture is without colour.
        digests: CRC-32 and length of each file: equal for equal files.
        skipped: Names that were left out, each with its reason.
        findings: What reading brought to light.
    """

    kinds: ClassVar[tuple[DataKind, ...]] = ("pictures",)
    """What a network can be fed with from it."""

    name: str
    archive: Path
    paths: tuple[str, ...]
    labels: tuple[str, ...]
    parts: tuple[Part | None, ...]
    sizes: NDArray[np.int64]
    grey: bool
    digests: tuple[str, ...] = ()
    skipped: tuple[tuple[str, str], ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def rows(self) -> int:
        """Number of pictures."""
        return len(self.paths)

    @property
    def class_names(self) -> tuple[str, ...]:
        """The class folders in natural order: 2 before 10."""
        return tuple(sorted(set(self.labels), key=natural))

    def load(self, size: int, channels: int, rows: NDArray[np.int64] | None = None, *, into: NDArray[np.uint8] | None = None) -> NDArray[np.uint8]:
        """Decode and letterbox.

        Args:
            size: Side of the square in pixels.
            channels: 1 for grey, 3 for colour.
            rows: Positions of the wanted pictures; all of them if None.
            into: Takes them, where they are not to lie in memory.

        Returns:
            Shape `(n, size, size, channels)`.
        """
        wanted = np.arange(self.rows) if rows is None else rows
        loaded = np.empty((len(wanted), size, size, channels), np.uint8) if into is None else into
        with open_archive(self.archive, self.name) as archive, ThreadPoolExecutor(THREADS) as pool:

            def one(row: int) -> NDArray[np.uint8]:
                return picture(open_picture(read_entry(archive, self.paths[row])), size, channels)

            at = 0
            for batch in _batches(wanted.tolist(), _AT_ONCE):
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
        unknown = next((path for path in paths if path not in self._known), None)
        if unknown is not None:
            raise DataError(f"{self.name} has no picture called {unknown!r}.", remedy="Choose one of those listed.")
        made: dict[str, bytes] = {}
        with open_archive(self.archive, self.name) as archive:
            for path in paths:
                image = open_picture(read_entry(archive, path))
                image.thumbnail((size, size))
                stream = io.BytesIO()
                image.save(stream, "PNG")
                made[path] = stream.getvalue()
        return made

    @cached_property
    def _known(self) -> frozenset[str]:
        """Paths, for quick asking."""
        return frozenset(self.paths)

    def to_json(self) -> str:
        """The reading without the archive's place, so that it need not be done twice."""
        values = {name: getattr(self, name) for name in ("paths", "labels", "parts", "grey", "digests", "skipped")}
        findings = [finding.model_dump(mode="json") for finding in self.findings]
        return json.dumps({**values, "version": _READING, "sizes": self.sizes.tolist(), "findings": findings}, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str, name: str, archive: Path) -> Pictures | None:
        """Read what `to_json` wrote; None if an older nnapp wrote it, which may have seen other things."""
        values: dict[str, Any] = json.loads(text)
        if values.get("version") != _READING:
            return None
        return cls(
            name,
            archive,
            tuple(values["paths"]),
            tuple(values["labels"]),
            tuple(values["parts"]),
            np.asarray(values["sizes"], np.int64).reshape(-1, 2),
            bool(values["grey"]),
            tuple(values["digests"]),
            tuple((path, why) for path, why in values["skipped"]),
            tuple(Finding.parse(finding) for finding in values["findings"]),
        )


Data = Table | Pictures


def natural(name: str) -> tuple[Any, ...]:
    """Sorting key by which 2 stands before 10.

    >>> sorted(["10", "9", "a2", "a10"], key=natural)
    ['9', '10', 'a2', 'a10']
    """
    pieces: list[tuple[int, int, str]] = []
    digits = ""
    for letter in [*name, ""]:
        if letter.isascii() and letter.isdigit():
            digits += letter
            continue
        if digits:
            pieces.append((0, int(digits[:18]), digits))
            digits = ""
        if letter:
            pieces.append((1, 0, letter))
    return (*pieces,)


def _batches(items: list[int], size: int) -> Iterator[list[int]]:
    """Consecutive slices."""
    stream: Iterable[int] = iter(items)
    while batch := list(islice(stream, size)):
        yield batch
