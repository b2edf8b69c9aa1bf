"""Excel workbooks (.xlsx): the first sheet that holds a table."""

from __future__ import annotations

import contextlib
import zipfile
from collections.abc import Iterable
from itertools import islice
from typing import Any

from nnapp.data.archives import open_archive
from nnapp.data.findings import Finding, quoted
from nnapp.data.readers import reader
from nnapp.data.readers.source import Source
from nnapp.data.readers.typed import refuse_too_wide, renamed, text_column
from nnapp.data.table import Reading, Table, text_frame
from nnapp.errors import DataError
from nnapp.portable.tables import column_names, has_header

MAX_BYTES = 256 << 20
MAX_CELLS = 5_000_000
MAX_GRID = 20_000_000
"""Cells of the grid, empty ones included: one cell at the far corner of a sheet makes 17 billion."""
_LOOKED_AT = 300
_ERRORS = {"#N/A", "#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!"}


def _looks_so(source: Source) -> bool:
    """A zip with the parts of a workbook."""
    if not source.head.startswith(b"PK") or source.packed:
        return False
    try:
        with open_archive(source.path, source.name) as archive:
            names = set(archive.namelist())
    except DataError:
        return False
    return "[Content_Types].xml" in names and any(name.startswith("xl/") for name in names)


@reader("excel", (".xlsx", ".xlsm"), _looks_so)
def read_excel(source: Source, skip_bad_rows: bool) -> Table:
    """Values of the cells (of formulas the value that was saved), never code or links."""
    import openpyxl
    from defusedxml.common import DefusedXmlException

    with open_archive(source.path, source.name) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > MAX_BYTES:
            raise DataError(f"{source.name} unpacks to more than {MAX_BYTES >> 20} MB.", remedy="Save the sheet as CSV: that reads faster, too.")
        if any(_declares_entities(archive, name) for name in archive.namelist() if name.endswith((".xml", ".rels"))):
            raise _harmful(source)
    try:
        # A stream, because openpyxl judges a path by its suffix, and uploads are kept without one.
        with source.path.open("rb") as stream, contextlib.closing(openpyxl.load_workbook(stream, read_only=True, data_only=True, keep_links=False)) as book:
            return _table(source, book)
    except DefusedXmlException as error:
        raise _harmful(source) from error
    except (KeyError, ValueError, TypeError, AttributeError, IndexError, SyntaxError, EOFError, OSError, zipfile.BadZipFile) as error:
        raise DataError(f"{source.name} is a damaged Excel file.", remedy="Open it in Excel and save it again, or save the sheet as CSV.") from error


def _declares_entities(archive: zipfile.ZipFile, name: str) -> bool:
    """Whether a part declares entities, which no spreadsheet program writes, and which can expand without end."""
    with archive.open(name) as stream:
        return b"<!ENTITY" in stream.read(1 << 16)


def _harmful(source: Source) -> DataError:
    return DataError(
        f"{source.name} contains XML entities, which can expand without end, so it was not opened.", remedy="Save the sheet as CSV and upload that."
    )


def _table(source: Source, book: Any) -> Table:
    """The first sheet with a cell in it."""
    filled: dict[str, list[list[object]]] = {}
    for sheet in book.worksheets:
        rows = _rows(source.name, sheet.iter_rows(values_only=True) if not filled else islice(sheet.iter_rows(values_only=True), 5))
        if rows:
            filled[sheet.title] = rows
    if not filled:
        raise DataError(f"{source.name} has no sheet with a cell in it.", remedy="Choose a workbook whose first sheet holds a table.")
    title, rows = next(iter(filled.items()))
    width = max(len(row) for row in rows)
    refuse_too_wide(source.name, width, len(rows))
    padded = [row + [None] * (width - len(row)) for row in rows]
    header = has_header([[cell or "" for cell in text_column(row)] for row in padded[:_LOOKED_AT]])
    given = [cell or "" for cell in text_column(padded[0])] if header else [""] * width
    names = column_names(given)
    body = padded[1:] if header else padded
    columns = {name: text_column(row[index] for row in body) for index, name in enumerate(names)}
    told = [*renamed(given, names)]
    if len(filled) > 1:
        problem = f"{source.name} has several sheets; {title!r} was read, and not {quoted([other for other in filled if other != title])}."
        told.append(Finding(code="several_sheets", severity="info", problem=problem, remedy="Put the sheet that is meant first."))
    if not header:
        problem = f"The first row of {source.name} looks like data, so the columns are called column_1 to column_{width}."
        told.append(Finding(code="no_header", severity="info", problem=problem, remedy="If it is a header, give its columns names in words."))
    return Table(source.name, text_frame(columns), Reading(format="excel", header=header), tuple(told))


def _rows(name: str, rows: Iterable[tuple[object, ...]]) -> list[list[object]]:
    """Rows with a cell in them, without the empty cells at their ends."""
    kept: list[list[object]] = []
    cells = grid = 0
    for row in rows:
        grid += len(row)
        if grid > MAX_GRID:
            raise DataError(f"{name} has cells far below or beside its table.", remedy="Delete all rows and columns around the table, or save it as CSV.")
        values = [None if cell in _ERRORS or cell == "" else cell for cell in row]
        while values and values[-1] is None:
            values.pop()
        if values:
            kept.append(values)
            cells += len(values)
            if cells > MAX_CELLS:
                raise DataError(f"{name} has more than {MAX_CELLS:,} cells.", remedy="Save the sheet as CSV: that reads faster, too.")
    return kept
