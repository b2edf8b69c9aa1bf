"""Source: the bytes of an upload, unpacked on the way if they are gzipped, never more of them than is bearable."""

from __future__ import annotations

import gzip
import io
import tempfile
import zlib
from functools import cached_property
from pathlib import Path
from typing import Any, BinaryIO

from nnapp.errors import DataError

MAX_UNPACKED_BYTES = 2 << 30
SMALL_BYTES = 256 << 20
MOST_EXPANSION = 300
HEAD_BYTES = 256 << 10


class Source:
    """A file to be read.

    Args:
        path: Where it lies.
        name: What the person calls it.
        notes: Folder for what need not be found out again at the next reading; None where nothing is kept.
        kind: What it is to be taken for, where it may be taken for several things; `auto` for what fits best.

    Attributes:
        known: What recognising the format has found out already.
    """

    def __init__(self, path: Path, name: str, notes: Path | None = None, kind: str = "auto") -> None:
        self.path = path
        self.name = name
        self.notes = notes
        self.kind = kind
        self.known: dict[str, Any] = {}

    @property
    def scratch(self) -> Path:
        """Where large files without names may lie: beside the notes, else where the system has room for such; never beside a person's own files."""
        return self.notes or Path(tempfile.gettempdir())

    @cached_property
    def packed(self) -> bool:
        """Whether the file is gzipped."""
        with self.path.open("rb") as stream:
            return stream.read(2) == b"\x1f\x8b"

    @cached_property
    def head(self) -> bytes:
        """The first bytes, unpacked."""
        with self.open() as stream:
            return stream.read(HEAD_BYTES)

    @cached_property
    def size(self) -> int:
        """Bytes, unpacked; of a gzipped file what its last bytes say."""
        with self.path.open("rb") as stream:
            size = stream.seek(0, 2)
            if not self.packed or size < 4:
                return size
            stream.seek(-4, 2)
            return int.from_bytes(stream.read(), "little")

    def open(self) -> BinaryIO:
        """The bytes from the beginning, unpacked."""
        if not self.packed:
            return self.path.open("rb")
        return io.BufferedReader(_Unpacked(self), 1 << 20)

    def require_plain(self, kind: str) -> None:
        """Refuse a gzipped file where the format is packed already."""
        if self.packed:
            raise DataError(f"{self.name} is a gzipped {kind} file.", remedy="Unpack it once and upload what is inside.")


class _Unpacked(io.RawIOBase):
    """A gzipped file's content, counted."""

    def __init__(self, source: Source) -> None:
        super().__init__()
        self._name = source.name
        self._stream = gzip.open(source.path, "rb")  # noqa: SIM115  # closed by close()
        self._left = min(MAX_UNPACKED_BYTES, max(SMALL_BYTES, MOST_EXPANSION * source.path.stat().st_size))

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        try:
            block = self._stream.read(len(buffer))
        except (OSError, EOFError, zlib.error) as error:
            raise DataError(f"{self._name} is a damaged gzip file.", remedy="Make it again and upload it again.") from error
        self._left -= len(block)
        if self._left < 0:
            raise DataError(f"{self._name} unpacks to far more than a table of its size would.", remedy="Unpack it, look at it, and upload what is meant.")
        buffer[: len(block)] = block
        return len(block)

    def close(self) -> None:
        self._stream.close()
        super().close()
