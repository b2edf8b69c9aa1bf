"""From typed cells to the text that portable's parsers read: one way for every format."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from nnapp.data.findings import Finding, quoted
from nnapp.data.memory import budget, in_words
from nnapp.errors import DataError
from nnapp.portable.cells import text_of

MAX_COLUMNS = 20_000
MAX_CELLS = 100_000_000
TEXT_FACTOR = 3
CELL_BYTES = 50
"""What a table takes at most of memory until its features are made, for each byte of text and each cell (measured on a million rows)."""


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
        raise DataError(
            f"{name} holds {in_words(size)} of text; read and prepared it takes about {in_words(needed)} of memory, and data may take {in_words(most)}.",
            remedy="Bring a random part of its rows, leave out columns that cannot matter, or use a machine with more memory.",
        )


def frame_of(columns: dict[str, list[pd.api.extensions.ExtensionArray]]) -> pd.DataFrame:
    """A frame from pieces of text columns, rows numbered from 0."""
    joined = {name: pieces[0] if len(pieces) == 1 else pd.concat([pd.Series(piece) for piece in pieces], ignore_index=True) for name, pieces in columns.items()}
    return pd.DataFrame(joined)


def renamed(before: list[str], after: list[str]) -> tuple[Finding, ...]:
    """What is told when names had to change: blank ones got a number, later twins a suffix."""
    twins = [new for old, new in zip(before, after, strict=True) if old.strip() and new != old.strip()]
    if not twins:
        return ()
    problem = f"Several columns have the same name; all are kept, and the later ones are called {quoted(twins)}."
    remedy = "Give each column a name of its own."
    return (Finding(code="duplicate_names", severity="warning", problem=problem, remedy=remedy, columns=tuple(twins)),)
