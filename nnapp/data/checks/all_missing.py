"""Columns without a single value."""

from __future__ import annotations

from nnapp.data.checks import CHECKS
from nnapp.data.checks.examined import Examined
from nnapp.data.findings import Finding, quoted


@CHECKS.register("all_missing")
def all_missing(examined: Examined) -> Finding | None:
    """They are left out by themselves."""
    empty = tuple(column.name for column in examined.profiles if column.unique == 0)
    if not empty or examined.data.rows == 0:
        return None
    problem = f"{quoted(empty)} {'has' if len(empty) == 1 else 'have'} no value in any row, and {'is' if len(empty) == 1 else 'are'} left out."
    remedy = "Nothing to do, unless the values should be there: then look at how the file was made."
    return Finding(code="all_missing", severity="info", problem=problem, remedy=remedy, columns=empty)
