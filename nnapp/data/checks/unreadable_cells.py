"""Cells that are not of their column's type."""

from __future__ import annotations

from nnapp.data.checks import CHECKS
from nnapp.data.checks.examined import Examined
from nnapp.data.findings import Finding, counted, quoted


@CHECKS.register("unreadable_cells")
def unreadable_cells(examined: Examined) -> Finding | None:
    """Infinity, numbers beyond any measure and stray words count as missing; that is told, never silent."""
    found = [column for column in examined.profiles if column.unreadable and (column.feeds(examined.question.data) or column.name == examined.question.target)]
    if not found:
        return None
    cells = counted(sum(column.unreadable for column in found), "cell")
    names = tuple(column.name for column in found)
    examples = [example for column in found for example in column.unreadable_examples]
    what = "an amount, a date or a finite number" if any(column.type != "number" for column in found) else "a finite number"
    problem = f"{cells} of {quoted(names)} cannot be read as {what}, such as {quoted(examples)}; they count as missing."
    remedy = "Correct them in the file, or set the column's type to category if the words matter."
    return Finding(code="unreadable_cells", severity="warning", problem=problem, remedy=remedy, columns=names)
