"""Columns of free text."""

from __future__ import annotations

from nnapp.data.checks import CHECKS
from nnapp.data.checks.examined import Examined
from nnapp.data.findings import Finding, quoted


@CHECKS.register("free_text")
def free_text(examined: Examined) -> Finding | None:
    """Networks for tables learn from numbers, categories, dates and amounts; sentences are left out."""
    if examined.question.data != "tabular":
        return None
    names = tuple(column.name for column in examined.profiles if column.type == "text" and column.name not in examined.question.targets)
    if not names:
        return None
    problem = f"{quoted(names)} {'holds' if len(names) == 1 else 'hold'} free text. Networks for tables do not read sentences, so {'it is' if len(names) == 1 else 'they are'} left out."
    remedy = "Put what matters in it into a column of its own, such as a length, a keyword or a title, or set its type to category."
    return Finding(code="free_text", severity="info", problem=problem, remedy=remedy, columns=names)
