"""Rows that occur more than once."""

from __future__ import annotations

from nnapp.data.checks import CHECKS
from nnapp.data.checks.examined import Examined
from nnapp.data.findings import Finding, counted

_SHARE = 0.01


@CHECKS.register("duplicate_rows")
def duplicate_rows(examined: Examined) -> Finding | None:
    """The same row in train and test makes the score too good. Few different rows repeat by nature and are not told."""
    table = examined.table
    if table is None or table.rows == 0 or examined.question.kind in {"forecasting", "anomaly"}:  # there, the doubled stamp is told
        return None
    judged = [column for column in examined.profiles if column.type != "identifier"]
    if sum(column.unique for column in judged) <= 10 * len(judged):
        return None
    chosen = table.frame[[column.name for column in judged]].iloc[examined.sample]
    again = int(chosen.duplicated().sum())
    if again <= _SHARE * len(chosen):
        return None
    sampled = "" if len(chosen) == table.rows else f" of the {len(chosen):,} rows looked at"
    problem = f"{counted(again, 'row')}{sampled} {'repeats' if again == 1 else 'repeat'} an earlier one exactly. Where one copy trains and the other tests, the score is too good."
    remedy = "Remove the copies from the file, or divide by a group that keeps them together."
    return Finding(code="duplicate_rows", severity="warning", problem=problem, remedy=remedy)
