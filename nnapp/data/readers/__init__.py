"""Readers: one file a format. The content decides which reads, the name only where the content does not tell."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path, PurePath

from nnapp.data.findings import Finding, short
from nnapp.data.pictures import Data
from nnapp.data.readers.foreign import foreign
from nnapp.data.readers.source import Source
from nnapp.data.table import Table
from nnapp.errors import DataError
from nnapp.portable.errors import PortableError
from nnapp.registry import Registry

Read = Callable[[Source, bool], Data]
"""From a source, and whether bad rows are left out, to data."""


@dataclass(frozen=True)
class Reader:
    """A format.

    Attributes:
        suffixes: What file names of the format end in, lower case with the dot.
        recognises: Whether the first bytes can be of no other format.
        read: The reading itself.
    """

    suffixes: tuple[str, ...]
    recognises: Callable[[Source], bool]
    read: Read


READERS: Registry[Reader] = Registry("file format", __name__)
TEXT_FORMATS = ("csv", "jsonl")
"""Formats of plain text: any text that nothing else claims is tried as CSV."""


def reader(name: str, suffixes: tuple[str, ...], recognises: Callable[[Source], bool]) -> Callable[[Read], Read]:
    """Decorate a function to make it the reader of a format."""

    def add(read: Read) -> Read:
        READERS.register(name)(Reader(suffixes, recognises, read))
        return read

    return add


def suffixes() -> tuple[str, ...]:
    """What the names of readable files end in, for an upload field; `.gz` may follow those of text formats."""
    return tuple(sorted({suffix for part in READERS.values() for suffix in part.suffixes} | {".gz"}))


def read(path: Path, name: str, *, skip_bad_rows: bool = False, notes: Path | None = None, kind: str = "auto") -> Data:
    """Read a file of any format.

    Args:
        path: Where it lies; never altered.
        name: What the person calls it.
        skip_bad_rows: Leave out rows with too many or too few cells; else they are an error among the findings.
        notes: Folder for what need not be found out again at the next reading.
        kind: What it is to be taken for, where it may be taken for several things.

    Raises:
        DataError: If it cannot be read at all, with cause and fix.
    """
    source = Source(path, name, notes, kind)
    if not source.head.strip(b"\x00\xef\xbb\xbf\xff\xfe \t\r\n"):
        raise DataError(f"{name} is empty.", remedy="Choose a file with a header and rows of data.")
    chosen = _format(source)
    try:
        data = READERS[chosen].read(source, skip_bad_rows)
    except PortableError as error:
        raise DataError(f"{short(name)}: {error.problem}", remedy=error.remedy) from error
    return _with_surprise(data, source, chosen)


def _format(source: Source) -> str:
    """The format by content, else by name, else CSV."""
    for name, part in READERS.items():
        if part.recognises(source):
            return name
    foreign(source)
    suffix = PurePath(source.name.removesuffix(".gz").removesuffix(".GZ")).suffix.lower()
    return next((name for name in TEXT_FORMATS if suffix in READERS[name].suffixes), "csv")


def _with_surprise(data: Data, source: Source, chosen: str) -> Data:
    """Tell when a name promises another format than the content has."""
    suffix = PurePath(source.name).suffix.lower()
    promised = next((name for name, part in READERS.items() if suffix in part.suffixes), chosen)
    if promised == chosen or not isinstance(data, Table):
        return data
    problem = f"{short(source.name)} is named like {promised} but holds {chosen.upper()}, so it was read as that."
    surprise = Finding(code="other_format", severity="info", problem=problem, remedy="Nothing to do; a fitting name avoids confusion.")
    return replace(data, findings=(surprise, *data.findings))
