"""From typed cells to the text that portable's parsers read: one way for every format."""

from __future__ import annotations

from collections.abc import Iterable

from nnapp.data.findings import Finding, quoted
from nnapp.data.memory import budget, in_words
from nnapp.errors import DataError
from nnapp.portable.cells import text_of

MAX_COLUMNS = 20_000
MAX_CELLS = 100_000_000
TEXT_FACTOR = 3
CELL_BYTES = 50
"""What a table takes at most of memory until its features are made, for each byte of text and each cell (measured on a million rows)."""
ON_DISK = "table_on_disk"
"""Code of the finding that says that cells lie in a file."""
COLUMNS_AT_A_TIME = 4
"""Columns that are worked on in memory at a time, at most, where a table's cells lie on the disk (measured on a million rows, too)."""


def text_column(values: Iterable[object]) -> list[str | None]:
    """Cells as text; whole floats are written without their `.0`, an empty text is a missing cell.

    >>> text_column([1, 2.0, None, True, "a"])
    ['1', '2', None, 'true', 'a']
    """
    return [text_of(value) or None for value in values]


def refuse_too_wide(name: str, columns: int, rows: int = 1) -> None:
    """Refuse tables that no page and no memory holds.

    Raises:
        DataError: Above 20,000 columns or 100 million cells.
    """
    if columns > MAX_COLUMNS:
        raise DataError(f"{name} has {columns:,} columns; at most {MAX_COLUMNS:,} are accepted.", remedy="Leave out columns that cannot matter.")
    if rows * columns > MAX_CELLS:
        raise DataError(f"{name} has more than {MAX_CELLS:,} cells.", remedy="Bring fewer rows: a random part of them teaches almost as much.")


def refuse_beyond_memory(name: str, size: int, cells: float) -> None:
    """Refuse a table that would make the machine swap, before it is read.

    Args:
        name: What the person calls it.
        size: Bytes of its text, unpacked.
        cells: How many cells it has, or about so many.

    Raises:
        DataError: If reading and preparing it would take more than data may.
    """
    needed, most = TEXT_FACTOR * size + CELL_BYTES * cells, budget()
    if needed > most:
        raise _too_large(f"{_takes(name, size, needed)}, and data may take {in_words(most)}.")


def kept_on_disk(name: str, size: int, cells: float, columns: int) -> Finding | None:
    """Whether the cells of a table have to lie in a file while it is read and prepared, as it is told.

    The arguments are those of `refuse_beyond_memory`, and the number of columns: some are worked on in memory at a time.

    Raises:
        DataError: If even that would take more than data may.
    """
    needed, most = TEXT_FACTOR * size + CELL_BYTES * cells, budget()
    if needed <= most:
        return None
    least = needed * min(1, COLUMNS_AT_A_TIME / columns)
    if least > most:
        raise _too_large(f"{_takes(name, size, needed)} ({in_words(least)} where its cells lie on the disk), and data may take {in_words(most)}.")
    return Finding(
        code=ON_DISK,
        severity="info",
        problem=f"{_takes(name, size, needed)}, of which data may take {in_words(most)}: its cells are kept on the disk and read as needed.",
        remedy="Nothing to do; with fewer rows or columns it would be quicker.",
    )


def _takes(name: str, size: int, needed: float) -> str:
    return f"{name} holds {in_words(size)} of text; read and prepared it takes about {in_words(needed)} of memory"


def _too_large(problem: str) -> DataError:
    return DataError(problem, remedy="Bring a random part of its rows, leave out columns that cannot matter, or use a machine with more memory.")


def renamed(before: list[str], after: list[str]) -> tuple[Finding, ...]:
    """What is told when names had to change: blank ones got a number, later twins a suffix."""
    twins = [new for old, new in zip(before, after, strict=True) if old.strip() and new != old.strip()]
    if not twins:
        return ()
    problem = f"Several columns have the same name; all are kept, and the later ones are called {quoted(twins)}."
    remedy = "Give each column a name of its own."
    return (Finding(code="duplicate_names", severity="warning", problem=problem, remedy=remedy, columns=tuple(twins)),)
