"""Zip files from strangers: bounded in entries, bytes and expansion; links and escaping names are never followed."""

from __future__ import annotations

import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from nnapp.errors import DataError
from nnapp.files import safe_join

MAX_ENTRIES = 100_000
MAX_DIRECTORY_BYTES = 64 << 20
MAX_ENTRY_BYTES = 64 << 20
MAX_TOTAL_BYTES = 8 << 30
"""What a zip may unpack to; a larger one to `MOST_GROWTH` times its own size: pictures and sounds hardly pack."""
MOST_GROWTH = 4
BOMB_RATIO = 200
"""How many times its packed size an entry beyond 1 MiB may unpack to; pictures reach 30."""

_JUNK_NAMES = {"thumbs.db", "desktop.ini", "ehthumbs.db", "__macosx"}


class Unreadable(Exception):  # noqa: N818  # not an error of the program: a reason, listed beside the entry's name
    """Why one entry was left out, in words."""


@contextmanager
def open_archive(path: Path, name: str) -> Iterator[zipfile.ZipFile]:
    """Open a zip whose list of entries has a bearable size.

    Raises:
        DataError: If the file is damaged, has too many entries, or unpacks to more than it may.
    """
    if _directory_bytes(path) > MAX_DIRECTORY_BYTES:
        raise _too_many(name, None)
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, struct.error, EOFError, UnicodeError) as error:
        raise DataError(f"{name} is a damaged zip file.", remedy="Make the zip again and upload it again.") from error
    with archive:
        entries = archive.infolist()
        if len(entries) > MAX_ENTRIES:
            raise _too_many(name, len(entries))
        _refuse_bombs(entries, name, max(MAX_TOTAL_BYTES, MOST_GROWTH * path.stat().st_size))
        yield archive


def why_left_out(entry: zipfile.ZipInfo) -> str | None:
    """Why an entry must not be opened, in words; None if it may be."""
    if stat.S_ISLNK(entry.external_attr >> 16):
        return "it is a link; links are not followed"
    try:
        safe_join(Path("archive"), entry.filename)
    except DataError:
        return "its name points outside the archive"
    if entry.flag_bits & 0x1:
        return "it is encrypted"
    if entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        return "it is packed by a method other than deflate"
    return f"it is larger than {MAX_ENTRY_BYTES >> 20} MB" if entry.file_size > MAX_ENTRY_BYTES else None


def is_junk(name: str) -> bool:
    """Whether an entry is what operating systems leave behind: nobody meant it as data.

    >>> is_junk("__MACOSX/cat/._0.jpg"), is_junk("cat/.DS_Store"), is_junk("cat/0.jpg")
    (True, True, False)
    """
    parts = PurePosixPath(name).parts
    return any(part.lower() in _JUNK_NAMES for part in parts) or any(part.startswith(".") and part not in {".", ".."} for part in parts)


def read_entry(archive: zipfile.ZipFile, name: str) -> bytes:
    """The bytes of one entry, counted while they are unpacked.

    Raises:
        Unreadable: If it is damaged or larger than it may be.
    """
    try:
        with archive.open(name) as stream:
            data = stream.read(MAX_ENTRY_BYTES + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError) as error:
        raise Unreadable("its bytes are damaged") from error
    if len(data) > MAX_ENTRY_BYTES:
        raise Unreadable(f"it is larger than {MAX_ENTRY_BYTES >> 20} MB")
    return data


def _too_many(name: str, count: int | None) -> DataError:
    has = f"has {count:,} entries" if count is not None else "lists more entries than can be read"
    return DataError(f"{name} {has}; at most {MAX_ENTRIES:,} are accepted.", remedy="Make a zip with fewer files, or only what is meant.")


def _refuse_bombs(entries: list[zipfile.ZipInfo], name: str, most: int) -> None:
    """Judge by the declared sizes; `read_entry` counts the real ones."""
    for entry in entries:
        if entry.file_size > 1 << 20 and entry.file_size > BOMB_RATIO * max(entry.compress_size, 1) and entry.file_size > MAX_ENTRY_BYTES:
            raise DataError(
                f"{name} holds {entry.filename[:80]!r}, which unpacks from {entry.compress_size / 1e6:.1f} MB to {entry.file_size / 1e6:,.0f} MB.",
                remedy="That is not what is meant: remove it from the zip and upload again.",
            )
    total = sum(entry.file_size for entry in entries)
    if total > most:
        raise DataError(f"{name} unpacks to {total / 1e9:,.1f} GB; at most {most >> 30} GB are accepted.", remedy="Shrink the files, or bring fewer of them.")


def _directory_bytes(path: Path) -> int:
    """Bytes that the list of entries claims (0 if the file has none): `zipfile` would load them all."""
    with path.open("rb") as stream:
        size = stream.seek(0, 2)
        start = max(0, size - 65_557 - 20)
        stream.seek(start)
        tail = stream.read()
        at = tail.rfind(b"PK\x05\x06")
        if at < 0 or len(tail) < at + 22:
            return 0
        claimed: int = struct.unpack("<I", tail[at + 12 : at + 16])[0]
        if tail[max(0, at - 20) : at][:4] == b"PK\x06\x07":
            record = struct.unpack("<Q", tail[at - 12 : at - 4])[0]
            if record + 56 <= size:
                stream.seek(record)
                claimed = max(claimed if claimed != 0xFFFFFFFF else 0, struct.unpack("<Q", stream.read(56)[40:48])[0])
    return min(claimed, size)
