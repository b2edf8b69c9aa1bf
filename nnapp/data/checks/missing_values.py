"""Columns that are mostly empty."""

from __future__ import annotations

from nnapp.data.checks import CHECKS
from nnapp.data.checks.examined import Examined
from nnapp.data.findings import Finding, quoted

_SHARE = 0.5


@CHECKS.register("missing_values")
def missing_values(examined: Examined) -> Finding | None:
    """The network is told that a value is missing, which may itself be a sign; often it is noise."""
    rows = examined.data.rows
    found = [column for column in examined.features if rows and column.missing / rows > _SHARE]
    if not found:
        return None
    names = tuple(column.name for column in found)
    most = max(column.missing / rows for column in found)
    return Finding(
        code="missing_values",
        severity="info",
        problem=f"{quoted(names)} {'is' if len(names) == 1 else 'are'} mostly empty (up to {most:.0%} of the rows).",
        remedy="The network is told where a value is missing. If that means nothing, leave the column out.",
        columns=names,
        fix={"data.types": dict.fromkeys(names, "ignored")},
        fix_label="Leave out",
    )
