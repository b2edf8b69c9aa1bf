"""Columns that say the same in every row."""

from __future__ import annotations

from nnapp.data.checks import CHECKS
from nnapp.data.checks.examined import Examined
from nnapp.data.findings import Finding, quoted


@CHECKS.register("constant")
def constant(examined: Examined) -> Finding | None:
    """They teach nothing and do no harm."""
    same = tuple(column.name for column in examined.features if column.unique == 1 and column.missing == 0 and column.unreadable == 0)
    if not same:
        return None
    return Finding(
        code="constant",
        severity="info",
        problem=f"{quoted(same)} {'has' if len(same) == 1 else 'have'} the same value in every row and cannot help.",
        remedy="Leave it out." if len(same) == 1 else "Leave them out.",
        columns=same,
        fix={"data.types": dict.fromkeys(same, "ignored")},
        fix_label="Leave out",
    )
