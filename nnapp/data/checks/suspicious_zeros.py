"""Zeros that may mean 'not measured'."""

from __future__ import annotations

import numpy as np

from nnapp.data.checks import CHECKS
from nnapp.data.checks.examined import Examined
from nnapp.data.columns import ColumnProfile
from nnapp.data.findings import Finding, quoted

_MOST_COLUMNS = 1_000


@CHECKS.register("suspicious_zeros")
def suspicious_zeros(examined: Examined) -> Finding | None:
    """A measure whose smallest value but zero is far from zero (glucose 0, else 44 to 199) is hardly ever truly zero."""
    names = tuple(column.name for column in examined.features[:_MOST_COLUMNS] if _suspicious(examined, column))
    if not names:
        return None
    problem = f"{quoted(names)} {'has' if len(names) == 1 else 'have'} zeros far away from all other values: they may mean that nothing was measured."
    remedy = "If so, empty those cells in the file: the network is then told that the value is missing."
    return Finding(code="suspicious_zeros", severity="info", problem=problem, remedy=remedy, columns=names)


def _suspicious(examined: Examined, column: ColumnProfile) -> bool:
    """Whether zeros stand alone: nothing but them within a fifth of the median, below all else."""
    if column.type != "number" or column.minimum != 0 or column.unique < 20:
        return False
    values = examined.numbers(column)
    values = values[np.isfinite(values)]
    others = values[values != 0]
    zeros = len(values) - len(others)
    if zeros < 2 or len(others) < 20 or zeros > 0.6 * len(values):
        return False
    gap = float(others.min())
    typical = float(np.median(np.diff(np.unique(others))))
    return gap > 0.1 * float(np.median(others)) and gap > 5 * typical
