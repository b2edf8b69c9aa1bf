"""Text files of tables to columns of cells: CSV in all its dialects, and JSON lines."""

from __future__ import annotations

import codecs
import contextlib
import csv
import gzip
import io
import itertools
import json
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import IO, Any, BinaryIO

from .cells import text_of
from .dialect import Dialect, has_header, sniff
from .errors import PortableError

__all__ = ["HEAD", "TABLE_SUFFIXES", "Dialect", "column_names", "has_header", "json_rows", "open_bytes", "read_columns", "records", "sniff"]

TABLE_SUFFIXES = frozenset({".csv", ".tsv", ".jsonl", ".ndjson"})
"""What the names of tables that are read here end in."""
HEAD = 1 << 16
"""Bytes that `sniff` is given."""
LONGEST_CELL = 1 << 24
"""Characters; what is longer comes from a quote that is never closed."""


def records(source: str | Path | BinaryIO, dialect: Dialect) -> Iterator[list[str]]:
    """Rows of a file of separated values, the header among them; blank lines are left out, NULs removed.

    Args:
        source: A path (also of a `.gz`), or a stream of bytes at its start; a stream is left open.
        dialect: As `sniff` gives it.

    Raises:
        PortableError: If a quote is never closed, or the text cannot be decoded.
    """
    for _, row in numbered_records(source, dialect):
        yield row


def numbered_records(source: str | Path | BinaryIO, dialect: Dialect) -> Iterator[tuple[int, list[str]]]:
    """Like `records`, each with the number of the line it ends in, counted from 1."""
    titles, row_names = dialect.get("titles", 0), dialect.get("row_names", False)
    csv.field_size_limit(LONGEST_CELL)
    with contextlib.ExitStack() as stack:
        stream = stack.enter_context(open_bytes(source)) if isinstance(source, str | Path) else source
        text = stack.enter_context(_decoded(stream, dialect["encoding"]))
        lines = (line.replace("\x00", "") if "\x00" in line else line for line in text)
        if dialect["separator"] == " ":
            lines = (line.strip() + "\n" for line in lines)
        reader = csv.reader(lines, delimiter=dialect["separator"], skipinitialspace=dialect["separator"] == " ")
        try:
            for row in reader:
                if not row or (reader.line_num == 1 and _told_separator(row)):
                    continue
                if titles:
                    titles -= 1
                    continue
                yield reader.line_num, ["", *row] if row_names else row
                row_names = False
        except csv.Error as error:
            raise PortableError(f"The row that ends in line {reader.line_num} cannot be read ({error}).", "Look for a quote that is never closed.") from error
        except (UnicodeError, EOFError, OSError) as error:
            raise PortableError(
                f"After line {reader.line_num} the file cannot be read ({error}).", "It is damaged or cut off: save it anew as UTF-8."
            ) from error


def read_columns(path: str | Path, expected: Collection[str] = (), decimal: str = ".") -> dict[str, list[str | None]]:
    """Read a CSV, TSV or JSON lines file into columns of text, None where a cell is empty.

    Args:
        path: The file; it may be compressed with gzip.
        expected: Column names that are looked for: a first row with one of them is a header, whatever it looks like.
        decimal: The sign with which the numbers of JSON are written into the cells.

    Raises:
        PortableError: If the file is empty, or a row has more cells than there are columns.
    """
    path = Path(path)
    with open_bytes(path) as stream:
        head = stream.read(HEAD)
    if not head.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
        raise PortableError(f"{path.name} is empty.", "Choose a file with a header and at least one row.")
    dialect = sniff(head)
    if head.decode(dialect["encoding"], errors="ignore").lstrip("\ufeff \t\r\n")[:1] in {"{", "["}:
        with open_bytes(path) as stream:
            return _by_column(json_rows(stream, dialect["encoding"], decimal))
    rows = numbered_records(path, dialect)
    first = next(rows, (1, [""]))
    known = set(expected) & {cell.strip() for cell in first[1]}
    header = bool(known) or dialect["header"]
    names = column_names(first[1] if header else [""] * len(first[1]))
    return _columns(path.name, names, rows if header else itertools.chain([first], rows))


def column_names(header: Iterable[str | None]) -> list[str]:
    """Names without blanks around, `column_3` for a nameless one, and `x (2)` for the second `x`.

    >>> column_names([" Income ", "x", "", "x"])
    ['Income', 'x', 'column_3', 'x (2)']
    """
    names: list[str] = []
    taken: set[str] = set()
    for number, cell in enumerate(header, start=1):
        wanted = name = (cell or "").strip() or f"column_{number}"
        count = 1
        while name in taken:
            count += 1
            name = f"{wanted} ({count})"
        taken.add(name)
        names.append(name)
    return names


def json_rows(stream: BinaryIO | IO[bytes], encoding: str = "utf-8", decimal: str = ".") -> Iterator[dict[str, str | None]]:
    """Rows of JSON lines, or of one JSON array of objects: nested objects become `outer.inner`, lists stay as their JSON text.

    Raises:
        PortableError: If a line is no JSON object.
    """
    with _decoded(stream, encoding) as text:
        first = next((line for line in text if line.strip("\ufeff \t\r\n")), "").lstrip("\ufeff \t")
        lines: Iterable[tuple[int, str]] = enumerate(itertools.chain([first], text), start=1)
        if first.startswith("["):
            lines = enumerate((json.dumps(row) for row in _json(first + text.read(), 1)), start=1)
        for number, line in lines:
            if not line.strip():
                continue
            value = _json(line, number)
            if not isinstance(value, dict):
                raise PortableError(f"Line {number} is no JSON object.", 'Write one object a line, as in {"age": 41, "city": "Bern"}.')
            yield {key.strip(): text_of(cell, decimal) for key, cell in _flat(value)}


def open_bytes(path: str | Path) -> BinaryIO:
    """Open a file for reading, unpacking gzip on the way.

    Raises:
        PortableError: If there is no such file.
    """
    try:
        stream = Path(path).open("rb")  # noqa: SIM115  # the caller closes it
    except (FileNotFoundError, IsADirectoryError) as error:
        raise PortableError(f"There is no file {Path(path).name!r}.", "Check the path.") from error
    if stream.read(2) == b"\x1f\x8b":
        stream.close()
        return gzip.open(path, "rb")  # type: ignore[return-value]  # a GzipFile reads like a BinaryIO
    stream.seek(0)
    return stream


def _json(text: str, line: int) -> Any:
    """Parsed JSON; Python's NaN and Infinity are missing values."""
    try:
        return json.loads(text, parse_constant=lambda _: None)
    except (json.JSONDecodeError, RecursionError) as error:
        raise PortableError(f"Line {line} is no JSON: {str(error)[:80]}.", 'Write one object a line, as in {"age": 41, "city": "Bern"}.') from error


def _flat(value: dict[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    """Leaves of nested objects with their dotted names."""
    for key, inner in value.items():
        if isinstance(inner, dict) and inner:
            yield from _flat(inner, f"{before}{key}.")
        else:
            yield f"{before}{key}", inner


def _by_column(rows: Iterable[dict[str, str | None]]) -> dict[str, list[str | None]]:
    """Rows of names and cells turned into columns; what a row lacks is None."""
    columns: dict[str, list[str | None]] = {}
    for count, row in enumerate(rows):
        for name in row:
            if name not in columns:
                columns[name] = [None] * count
        for name, cells in columns.items():
            cells.append(row.get(name) or None)
    return columns


def _columns(name: str, names: list[str], rows: Iterable[tuple[int, list[str]]]) -> dict[str, list[str | None]]:
    """Rows of cells turned into columns; short rows are filled with None."""
    width = len(names)
    table: list[list[str | None]] = []
    for line, row in rows:
        if len(row) > width and any(cell.strip() for cell in row[width:]):
            raise PortableError(
                f"Line {line} of {name} has {len(row)} cells, the table {width} columns.", "Mend that line, or put the cell that holds the separator in quotes."
            )
        table.append([cell or None for cell in row[:width]] + [None] * (width - len(row)))
    return {column: [row[index] for row in table] for index, column in enumerate(names)}


def _told_separator(row: list[str]) -> bool:
    """Whether a first row is Excel's note about the separator."""
    return len(row) <= 2 and row[0].lstrip("\ufeff").lower() in {"sep=", "sep=,", "sep=;", "sep=|", "sep=\t"}


@contextlib.contextmanager
def _decoded(stream: BinaryIO | IO[bytes], encoding: str) -> Iterator[io.TextIOWrapper]:
    """The text of a stream of bytes, which stays open; line ends as they are."""
    text = io.TextIOWrapper(stream, encoding, errors="nnapp-western", newline="")
    try:
        yield text
    finally:
        text.detach()


def _western(error: UnicodeError) -> tuple[str, int]:
    """Bytes that are no UTF-8 as Windows' Western European reads them: such letters often come after a plain beginning."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", errors="replace"), error.end


codecs.register_error("nnapp-western", _western)
