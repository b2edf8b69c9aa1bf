"""Separated values: CSV, TSV and their kin in any encoding, with any separator, with or without a header."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Generator, Iterable, Iterator
from pathlib import Path
from typing import cast

import pandas as pd

from nnapp.data.findings import Finding, counted
from nnapp.data.readers import reader
from nnapp.data.readers.gathered import Gathered
from nnapp.data.readers.plain import read_plain
from nnapp.data.readers.source import Source
from nnapp.data.readers.typed import kept_on_disk, refuse_too_wide, renamed
from nnapp.data.table import Reading, Table, arrow_texts
from nnapp.portable.tables import HEAD, Dialect, column_names, numbered_records, sniff

CHUNK_CELLS = 500_000
"""Cells held as Python texts before they become compact columns."""
_LISTED = 5

Row = tuple[int, list[str]]
"""The line it ends in, and its cells."""


class _Rows:
    """Rows of the right width; the others are counted, their lines and first cells kept for the message."""

    def __init__(self, width: int, rows: Iterable[Row]) -> None:
        self.width = width
        self._rows = rows
        self.bad = 0
        self.lines: list[str] = []

    def __iter__(self) -> Iterator[list[str]]:
        for line, row in self._rows:
            if len(row) == self.width:
                yield row
            elif len(row) > self.width and not any(cell.strip() for cell in row[self.width :]):
                yield row[: self.width]
            else:
                self.bad += 1
                if len(self.lines) < _LISTED:
                    self.lines.append(f"line {line} has {len(row)}")

    def finding(self, skip: bool) -> tuple[Finding, ...]:
        """What is told of the rows that do not fit."""
        if not self.bad:
            return ()
        more = f" and {self.bad - len(self.lines)} more" if self.bad > len(self.lines) else ""
        problem = f"{counted(self.bad, 'row does', 'rows do')} not have the {self.width} cells of the header: {', '.join(self.lines)}{more}."
        if skip:
            return (Finding(code="rows_skipped", severity="warning", problem=problem, remedy="They were skipped. Mend those lines to learn from them, too."),)
        return (
            Finding(
                code="ragged_rows",
                severity="error",
                problem=problem,
                remedy="Mend those lines, or skip them (--set data.skip_bad_rows=true).",
                fix={"data.skip_bad_rows": True},
                fix_label=f"Skip {counted(self.bad, 'row')}",
            ),
        )


@reader("csv", (".csv", ".tsv", ".txt", ".data", ".tab"), lambda source: False)
def read_csv(source: Source, skip_bad_rows: bool) -> Table:
    """Look how the file is written, then read it piece by piece."""
    dialect = sniff(source.head[:HEAD])
    # Closed before the stream is: a reading given up half-way would else go on when the stream has gone.
    with source.open() as stream, contextlib.closing(cast(Generator[Row], numbered_records(stream, dialect))) as rows:
        first = next(rows, (1, [""]))
        given = first[1] if dialect["header"] else [""] * len(first[1])
        names = column_names(given)
        refuse_too_wide(source.name, len(names))
        cells = len(names) * source.size * source.head.count(b"\n") / len(source.head)
        on_disk = kept_on_disk(source.name, source.size, cells, len(names))
        folder = source.scratch if on_disk else None
        kept = _Rows(len(names), rows if dialect["header"] else itertools.chain([first], rows))
        plain = read_plain(source, dialect, names, folder)
        frame = _frame(source.name, names, kept, folder) if plain is None else plain
    told = (*([on_disk] if on_disk else []), *renamed(given, names), *_about(source, dialect, len(names)), *kept.finding(skip_bad_rows))
    reading = Reading(format="csv", skipped_rows=kept.bad, **{name: dialect[name] for name in ("encoding", "separator", "decimal", "header")})
    return Table(source.name, frame, reading, told, folder)


def _frame(name: str, names: list[str], rows: Iterable[list[str]], folder: Path | None) -> pd.DataFrame:
    """Compact text columns, an empty cell missing."""
    stream, total = iter(rows), 0
    with contextlib.closing(Gathered(names, folder)) as gathered:
        while chunk := list(itertools.islice(stream, max(1, CHUNK_CELLS // len(names)))):
            total += len(chunk)
            refuse_too_wide(name, len(names), total)
            gathered.add([arrow_texts(cells) for cells in zip(*chunk, strict=True)])
        return gathered.frame()


def _about(source: Source, dialect: Dialect, columns: int) -> tuple[Finding, ...]:
    """What is told of the way the file is written, where it is not the usual one."""
    told: list[Finding] = []
    if not dialect["header"]:
        problem = f"The first row of {source.name} looks like data, so the columns are called column_1 to column_{columns}."
        told.append(Finding(code="no_header", severity="info", problem=problem, remedy="If it is a header, give its columns names in words."))
    if "titles" in dialect:
        problem = f"{counted(dialect['titles'], 'line')} above the table, of one cell each, {'was' if dialect['titles'] == 1 else 'were'} passed over."
        told.append(Finding(code="title_lines", severity="info", problem=problem, remedy="Nothing to do, if they hold no data."))
    if dialect["encoding"] == "cp1252":
        problem = f"{source.name} is not UTF-8; it was read as Western European text (Windows-1252)."
        told.append(Finding(code="encoding_guessed", severity="info", problem=problem, remedy="If letters look wrong, save the file as UTF-8."))
    if dialect["decimal"] == ",":
        problem = "Numbers are read with a decimal comma, as in 1.234,56."
        told.append(Finding(code="decimal_comma", severity="info", problem=problem, remedy="If that is wrong, write numbers with a decimal point."))
    if not dialect["encoding"].startswith(("utf-16", "utf-32")) and _has_nul(source):
        problem = f"{source.name} contains NUL bytes, which text never has; they were removed."
        told.append(Finding(code="nul_bytes", severity="warning", problem=problem, remedy="Look at the file: it was damaged, or made by a faulty program."))
    return tuple(told)


def _has_nul(source: Source) -> bool:
    """Whether a NUL is anywhere in the bytes."""
    with source.open() as stream:
        while block := stream.read(1 << 20):
            if b"\x00" in block:
                return True
    return False
