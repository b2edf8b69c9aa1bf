"""Columns that name rows, left out or used."""

from __future__ import annotations

from nnapp.data.checks import CHECKS
from nnapp.data.checks.examined import Examined
from nnapp.data.findings import Finding, quoted


@CHECKS.register("identifiers")
def identifiers(examined: Examined) -> Finding | None:
    """A network that learns names by heart knows nothing of new rows."""
    used = {*examined.question.targets, examined.question.date, examined.question.series_id}
    found = [column for column in examined.profiles if column.type == "identifier" and column.name not in used]
    if not found:
        return None
    names = tuple(column.name for column in found)
    one = len(names) == 1
    problem = f"{quoted(names)} {'looks like an identifier' if one else 'look like identifiers'} ({found[0].reason}) and {'is' if one else 'are'} left out."
    remedy = f"If {'it measures' if one else 'one of them measures'} something, set its type to number or category."
    return Finding(code="identifiers", severity="info", problem=problem, remedy=remedy, columns=names)
