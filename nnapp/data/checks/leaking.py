"""Columns that give the answer away."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nnapp.data.checks import CHECKS
from nnapp.data.checks.examined import Examined
from nnapp.data.columns import NUMERIC, ColumnProfile
from nnapp.data.findings import Finding, quoted

_FEWEST = 50
_BINS = 20
_ERRORS = 0.01
"""Share of the rows outside the commonest class that one column alone may get wrong and still be called a leak."""
_CORRELATION = 0.9995


@CHECKS.register("leaking")
def leaking(examined: Examined) -> Finding | None:
    """A column that predicts the target alone, almost without error, was often filled in after the answer was known."""
    if examined.table is None or examined.question.kind == "multilabel":
        return None
    answers = np.asarray(examined.answers)[examined.sample]
    regression = examined.question.kind == "regression"
    rows = np.flatnonzero(np.isfinite(answers) if regression else answers >= 0)
    if len(rows) < _FEWEST or (not regression and len(examined.question.class_names) > 100):
        return None
    known = answers[rows]
    if regression:
        names = tuple(column.name for column in examined.features if _correlates(examined, column, rows, known.astype(np.float64)))
    else:
        names = tuple(column.name for column in examined.features if _decides(examined, column, rows, known.astype(np.int64)))
    if not names:
        return None
    one = len(names) == 1
    return Finding(
        code="leaking",
        severity="warning",
        problem=f"{quoted(names)} {'predicts' if one else 'each predict'} {examined.question.target!r} alone, almost without error.",
        remedy=f"If {'it is' if one else 'they are'} known only after the answer, leave {'it' if one else 'them'} out; else the network will fail in use.",
        columns=names,
        fix={"data.types": dict.fromkeys(names, "ignored")},
        fix_label="Leave out",
    )


def _correlates(examined: Examined, column: ColumnProfile, rows: NDArray[np.int64], answers: NDArray[np.float64]) -> bool:
    """Whether a number rises or falls with the target in every row."""
    if column.type not in NUMERIC or column.unique < 10:
        return False
    values = examined.numbers(column)[rows]
    good = np.isfinite(values)
    if np.count_nonzero(good) < max(_FEWEST, 0.5 * len(rows)):
        return False
    ranks = [np.unique(array[good], return_inverse=True)[1].astype(np.float64) for array in (values, answers)]
    if min(float(rank.std()) for rank in ranks) == 0:
        return False
    return abs(float(np.corrcoef(ranks[0], ranks[1])[0, 1])) >= _CORRELATION


def _decides(examined: Examined, column: ColumnProfile, rows: NDArray[np.int64], answers: NDArray[np.int64]) -> bool:
    """Whether the commonest class of each value (or range of values) is right almost everywhere."""
    codes = _ranges(examined.numbers(column)[rows]) if column.type in NUMERIC else _values(examined, column, rows)
    if codes is None:
        return False
    table = np.zeros((int(codes.max()) + 1, len(examined.question.class_names)), np.int64)
    np.add.at(table, (codes, answers), 1)
    sure = table[table.sum(axis=1) >= 5]
    if sure.sum() < 0.9 * len(rows):
        return False
    others = len(rows) - int(table.sum(axis=0).max())
    wrong = int(sure.sum() - sure.max(axis=1).sum())
    return others >= 5 and wrong <= _ERRORS * others


def _ranges(values: NDArray[np.float64]) -> NDArray[np.int64]:
    """Numbers as at most 20 ranges of about as many rows each; missing ones are a range of their own."""
    good = np.isfinite(values)
    codes = np.zeros(len(values), np.int64)
    if good.any():
        different = np.unique(values[good])
        bins = min(_BINS, max(2, len(values) // 15))
        edges = different[1:] if len(different) <= bins else np.unique(np.quantile(values[good], np.linspace(0, 1, bins + 1)[1:-1]))
        codes[good] = 1 + np.searchsorted(edges, values[good], side="right")
    return codes


def _values(examined: Examined, column: ColumnProfile, rows: NDArray[np.int64]) -> NDArray[np.int64] | None:
    """Categories as codes; None for dates, and for categories too many to judge."""
    if examined.table is None or column.type != "category" or column.unique > len(rows) // 5:
        return None
    cells = examined.table.cells(column.name, examined.sample)
    known: dict[str | None, int] = {}
    return np.array([known.setdefault(cells[row], len(known)) for row in rows], np.int64)
