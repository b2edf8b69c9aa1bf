"""What is wrong with a series that is to be forecast, told before anything is trained."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from nnapp.data.columns import ColumnProfile
from nnapp.data.findings import Finding, Severity, counted, from_error, quoted
from nnapp.data.preprocessing.series import read_numbers
from nnapp.data.question import Question
from nnapp.data.stamped_table import Stamped, read_stamped
from nnapp.data.table import Table
from nnapp.errors import DataError

FEWEST_STEPS = 20
"""Steps fewer than which leave nothing to learn from, choose by and judge on."""
FEW_STEPS = 100
MANY = 0.05
"""Share of holes from which on they are a warning."""


def series_findings(table: Table, question: Question, profiles: Sequence[ColumnProfile], *, all_channels: bool = False) -> tuple[Finding, ...]:
    """What was repaired, and an error where there is too little to repair.

    Args:
        table: A step a row.
        question: Of a forecast.
        profiles: Of the table's columns.
        all_channels: Whether every column of numbers is forecast.
    """
    try:
        stamped = read_stamped(table, question, profiles)
    except DataError as error:
        return (from_error("series", error),)
    try:
        longest = enough_steps(table, stamped)
    except DataError as error:
        return (from_error("too_few_steps", error), *stamped.findings)
    told = (*stamped.findings, *_holes(table, stamped), *_words(stamped, question, profiles), *(() if all_channels else _beside(stamped, question)))
    if longest >= FEW_STEPS:
        return told
    problem = f"There are only {counted(longest, 'step')}: every score will have a wide interval."
    few = Finding(code="few_steps", severity="warning", problem=problem, remedy="Bring more if you can, and trust the intervals more than the scores.")
    return (*told, few)


def _holes(table: Table, stamped: Stamped) -> tuple[Finding, ...]:
    """Cells without a number, in rows that are there."""
    lacking = {name: int((~np.isfinite(read_numbers(table.texts(name), stamped.decimal))).sum()) for name in stamped.channels}
    found = {name: count for name, count in lacking.items() if count}
    if not found:
        return ()
    most = max(found.values())
    problem = f"{quoted(found)} {'has' if len(found) == 1 else 'have'} no number in {counted(most, 'row')} of {table.rows:,}" + (
        " at most." if len(found) > 1 else "."
    )
    if most == table.rows:
        remedy = "Leave a column without numbers out: set its type to ignored."
    else:
        remedy = "Such holes are bridged by straight lines. Bring the values if you have them: what is bridged teaches nothing."
    severity: Severity = "warning" if most > MANY * table.rows else "info"
    return (Finding(code="values_missing", severity=severity, problem=problem, remedy=remedy, columns=tuple(found)),)


def _beside(stamped: Stamped, question: Question) -> tuple[Finding, ...]:
    """Other columns of numbers: their past may help, their future is not known."""
    others = tuple(name for name in stamped.channels if name != question.target)
    if not others:
        return ()
    problem = f"{quoted(others)} {'is' if len(others) == 1 else 'are'} read beside {question.target!r}: a network may learn from what {'it was' if len(others) == 1 else 'they were'} so far, not from what comes."
    remedy = "The linear network looks at the target's own past alone; choose another to use them, or forecast them too (data.all_channels)."
    return (Finding(code="read_beside", severity="info", problem=problem, remedy=remedy, columns=others),)


def _words(stamped: Stamped, question: Question, profiles: Sequence[ColumnProfile]) -> tuple[Finding, ...]:
    """Columns beside the numbers: a forecast looks at numbers alone."""
    used = {question.date, question.series_id, *stamped.channels}
    words = tuple(one.name for one in profiles if one.name not in used and one.type in {"category", "text", "date"} and one.unique > 1)
    if not words:
        return ()
    problem = (
        f"{quoted(words)} {'holds' if len(words) == 1 else 'hold'} no numbers and {'is' if len(words) == 1 else 'are'} left out: a forecast looks at numbers."
    )
    remedy = "If it matters, write it as numbers, such as 0 and 1 for no and yes."
    return (Finding(code="words_left_out", severity="info", problem=problem, remedy=remedy, columns=words),)


def enough_steps(table: Table, stamped: Stamped) -> int:
    """Steps of the longest series.

    Raises:
        DataError: If they are too few.
    """
    longest = max(len(one.values) for one in stamped.series)
    if longest < FEWEST_STEPS:
        raise DataError(
            f"{table.name} has {counted(longest, 'step')}, too few to forecast from: some must teach, some choose and some judge.",
            remedy=f"Bring at least {FEWEST_STEPS} steps; ten times the steps that are to be forecast are better.",
        )
    return longest
