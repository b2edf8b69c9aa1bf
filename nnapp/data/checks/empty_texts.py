"""Texts that say nothing, or too much."""

from __future__ import annotations

import numpy as np

from nnapp.data.checks import CHECKS
from nnapp.data.checks.examined import Examined
from nnapp.data.columns import ColumnProfile
from nnapp.data.findings import Finding, counted, quoted

FEW = 2.0
"""Words of half of the cells below which a text may be a name."""
LONG = 100_000
"""Characters; nobody classifies books by their last pages."""


@CHECKS.register("empty_texts")
def empty_texts(examined: Examined) -> Finding | None:
    """Rows without a word in any column of text."""
    texts = _texts(examined)
    if examined.table is None or not texts:
        return None
    cells = [examined.table.cells(column.name, examined.sample) for column in texts]
    empty = sum(not any(cell and cell.strip() for cell in row) for row in zip(*cells, strict=True))
    if not empty:
        return None
    some = "" if len(examined.sample) == examined.data.rows else f" of {len(examined.sample):,} that were looked at"
    problem = f"{counted(empty, 'row has', 'rows have')} no text{some}."
    remedy = "They are kept, and answered with what is commonest among such rows. Take them out of the file if they are mistakes."
    return Finding(code="empty_texts", severity="info", problem=problem, remedy=remedy, columns=tuple(column.name for column in texts))


@CHECKS.register("huge_texts")
def huge_texts(examined: Examined) -> Finding | None:
    """Cells as long as a book."""
    if examined.table is None:
        return None
    found = [column.name for column in _texts(examined) if int(np.max(examined.table.texts(column.name).lengths(), initial=0)) > LONG]
    if not found:
        return None
    problem = f"{quoted(found)} {'holds' if len(found) == 1 else 'hold'} cells of more than {LONG:,} characters, of which only the beginning is read."
    remedy = "Look whether a quote is never closed. If the cells are meant so, cut them into parts of a page each."
    return Finding(code="huge_texts", severity="warning", problem=problem, remedy=remedy, columns=tuple(found))


@CHECKS.register("one_word_texts")
def one_word_texts(examined: Examined) -> Finding | None:
    """Texts that are names rather than sentences."""
    if examined.table is None:
        return None
    # In scripts that put no blanks between words a cell without one may say much.
    found = [column.name for column in _texts(examined) if column.words < FEW and _one_word(examined.table.cells(column.name, examined.sample))]
    if not found:
        return None
    problem = f"Nearly every text in {quoted(found)} is a single word, which is read in pieces of some letters."
    remedy = "Nothing to do. If the words repeat, set the type to category instead."
    return Finding(code="one_word_texts", severity="info", problem=problem, remedy=remedy, columns=tuple(found))


def _texts(examined: Examined) -> list[ColumnProfile]:
    """The columns that a network reads word by word; none where it reads none."""
    return [column for column in examined.features if column.type == "text"] if examined.question.data in {"text", "mixed"} else []


def _one_word(cells: list[str | None]) -> bool:
    """Whether 95 of 100 cells that say something say one word."""
    said = [cell for cell in cells if cell and cell.strip()]
    return bool(said) and sum(len(cell.split(None, 1)) == 1 for cell in said) > 0.95 * len(said)
