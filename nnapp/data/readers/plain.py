"""Separated values that need no care, by Arrow: nothing is quoted, and every row has as many cells as there are columns."""

from __future__ import annotations

import contextlib
import re
from pathlib import Path

import pandas as pd

from nnapp.data.readers.gathered import Gathered
from nnapp.data.readers.source import Source
from nnapp.data.readers.typed import refuse_too_wide
from nnapp.portable.tables import Dialect

BLOCK = 4 << 20
"""Bytes at a time."""
_ALONE = re.compile(rb"\r(?!\n|\Z)")
"""A line end that not all programs take for one."""
_NOTE = re.compile(rb"(?:\xef\xbb\xbf)?(?:[\r\n]|sep=)", re.IGNORECASE)
"""A beginning with a blank line, or with Excel's note about the separator."""


def read_plain(source: Source, dialect: Dialect, names: list[str], folder: Path | None = None) -> pd.DataFrame | None:
    """The rows as `nnapp.portable.tables` reads them, a tenth as long; None where that needs care.

    Args:
        source: The file.
        dialect: How it is written.
        names: Of the columns, from its first row where that is a header.
        folder: Where a file holds the cells; None for memory.
    """
    import pyarrow

    if dialect["encoding"] not in {"utf-8", "utf-8-sig"} or dialect["separator"] == " " or not {"titles", "row_names"}.isdisjoint(dialect):
        return None
    if _NOTE.match(source.head) or _needs_care(source):
        return None
    try:
        return _gathered(source, dialect, names, folder)
    except pyarrow.ArrowInvalid:  # a row of another width, a cell beyond the block, or bytes that are no UTF-8
        return None


def _needs_care(source: Source) -> bool:
    """Whether some byte of the file means more than itself."""
    with source.open() as stream:
        before = b""
        while block := stream.read(BLOCK):
            if b'"' in block or b"\x00" in block or ((before or b"\r" in block) and _ALONE.search(before + block)):
                return True
            before = b"\r" if block.endswith(b"\r") else b""  # what follows decides
    return bool(before)


def _gathered(source: Source, dialect: Dialect, names: list[str], folder: Path | None) -> pd.DataFrame:
    """All cells as text."""
    import pyarrow
    from pyarrow import csv

    numbered = [str(index) for index in range(len(names))]
    reading = csv.ReadOptions(column_names=numbered, skip_rows_after_names=int(dialect["header"]), block_size=BLOCK)
    parsing = csv.ParseOptions(delimiter=dialect["separator"], quote_char=False, escape_char=False)
    converting = csv.ConvertOptions(column_types=dict.fromkeys(numbered, pyarrow.large_string()), strings_can_be_null=False)
    rows = 0
    with contextlib.closing(Gathered(names, folder)) as gathered, source.open() as stream, csv.open_csv(stream, reading, parsing, converting) as found:
        for batch in found:
            rows += batch.num_rows
            refuse_too_wide(source.name, len(names), rows)
            gathered.add(batch.columns)
        return gathered.frame()
