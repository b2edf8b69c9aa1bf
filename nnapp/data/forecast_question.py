"""Whether a table is a series over time whose future is asked for, said in a finding that one click undoes."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from nnapp.data.columns import NUMERIC, ColumnProfile
from nnapp.data.findings import Finding, counted, quoted
from nnapp.data.question import Question
from nnapp.data.specs import DataConfig
from nnapp.data.stamps import rhythm_of
from nnapp.data.table import Table
from nnapp.errors import DataError
from nnapp.portable.cells import dates, numbers
from nnapp.registry import did_you_mean

MOST_CHANNELS = 8
"""Columns of numbers beside the stamps up to which a table is taken for a series without being asked."""
REGULAR = 0.9
DIFFERENT = 0.95
"""Share of the stamps of a series that must be different."""
_TIME_NAME = re.compile(
    r"year|jahr|date|time|timestamps?|ts|t|unix|epoch|step|timestep|time[ _.-]?(step|index|stamp|id)|tick|month|day|hour|week|index|idx", re.IGNORECASE
)
_PART_OF_TIME = re.compile(r"year|quarter|month|week|day|weekday|hour", re.IGNORECASE)
_CLASS_NAMES = frozenset({"label", "class", "target", "y"})


def forecast_question(table: Table, config: DataConfig, profiles: Sequence[ColumnProfile]) -> Question | None:
    """The question of a forecast, where it is asked, or where the table is nothing but regular stamps and numbers.

    Raises:
        DataError: If a forecast is asked of a table without stamps or without numbers.
    """
    if config.task == "forecasting":
        return _asked(table, config, profiles)
    if config.task != "auto" or config.kind not in {"auto", "series"}:
        return None
    dated = [one for one in profiles if one.type == "date"]
    stamps = dated or counters(table, profiles)
    others = [one for one in profiles if one.type not in {"date", "ignored"} and one.unique and one not in stamps]
    most = MOST_CHANNELS if dated else 1  # a number beside several columns counts rows as often as it counts time
    if len(stamps) != 1 or not 1 <= len(others) <= most or not (all(one.type in NUMERIC for one in others) or counts(table, others)):
        return None
    if any((one.name.strip().lower() in _CLASS_NAMES and one.whole) or (one.unique == 2 and len(others) > 1) for one in others):
        return None  # a column of two values beside others marks something: it is to be told from them, not forecast
    target = config.target or others[-1].name
    if target not in {one.name for one in others} or not regular(table, stamps[0].name, alone=len(others) == 1):
        return None
    told = Finding(
        code="forecast_proposed",
        severity="info",
        problem=f"{target!r} is to be forecast, because {stamps[0].name!r} has a stamp at even distances and the other "
        f"{'column holds' if len(others) == 1 else 'columns hold'} numbers.",
        remedy="If every row is an example of its own, predict a number instead (--task regression).",
        columns=(target,),
        fix={"data.task": "regression"},
        fix_label="Predict a number a row",
    )
    return Question(target=target, kind="forecasting", data="series", date=stamps[0].name, findings=(told,))


def counters(table: Table, profiles: Sequence[ColumnProfile], series_id: str = "") -> list[ColumnProfile]:
    """The column named like time whose numbers tell the rows, or those of one series, apart: years, seconds since 1970, or counted steps.

    Args:
        table: A step a row.
        profiles: Of its columns.
        series_id: The column that names the series; where it is empty, one is looked for.
    """
    return [one for one in named_like_time(table, profiles) if _tells_apart(table, one.name, profiles, series_id)][:1]


def named_like_time(table: Table, profiles: Sequence[ColumnProfile]) -> list[ColumnProfile]:
    """Columns named like time that hold a number in every row."""
    named = [one for one in profiles if _TIME_NAME.fullmatch(one.name.strip()) and (one.type in NUMERIC or one.type == "identifier")]
    return [one for one in named if bool(np.isfinite(numbers(table.cells(one.name))).all())]


def _tells_apart(table: Table, name: str, profiles: Sequence[ColumnProfile], series_id: str) -> bool:
    """Whether hardly any two rows, or rows of one series, have the same number: a year beside a month is no stamp."""
    cells = table.cells(name)
    if len(set(cells)) >= DIFFERENT * len(cells):
        return True
    if series_id in table.columns:
        return len(set(zip(table.cells(series_id), cells, strict=True))) >= DIFFERENT * len(cells)
    return bool(series_column(table, name, profiles))


def counts(table: Table, others: Sequence[ColumnProfile]) -> bool:
    """Whether the one column beside the stamps holds numbers that were taken for an identifier, as a counter's are."""
    return len(others) == 1 and others[0].type == "identifier" and bool(np.isfinite(numbers(table.cells(others[0].name))).all())


def regular(table: Table, name: str, *, alone: bool) -> bool:
    """Whether the stamps of a column stand at even distances and hardly any twice; of one value a stamp nothing else can be asked."""
    cells = table.cells(name)
    rhythm = rhythm_of(cells)
    return rhythm is not None and (alone or (rhythm.regular >= REGULAR and len(set(cells)) >= DIFFERENT * len(cells)))


def _asked(table: Table, config: DataConfig, profiles: Sequence[ColumnProfile]) -> Question:
    """The question as somebody asks it."""
    stamps = [one.name for one in [one for one in profiles if one.type == "date"] or counters(table, profiles, config.series_id or "")]
    date = stamps[0] if stamps else ""
    numeric = [one.name for one in profiles if one.type in NUMERIC and one.name not in stamps] or [
        one.name for one in profiles if one.name not in stamps and counts(table, [one])
    ]
    if config.target is not None and config.target not in table.columns:
        raise DataError(f"{table.name} has no column {config.target!r}.", remedy=did_you_mean(config.target, list(table.columns)))
    measured = [name for name in numeric if not _TIME_NAME.fullmatch(name.strip())] or numeric
    target = config.target or (measured[-1] if measured else "")
    if target not in numeric:
        raise DataError(
            f"{f'The target {target!r}' if target else table.name} holds no numbers that could be forecast.", remedy="Choose a column of numbers as the target."
        )
    series_id = config.series_id or ""
    if config.series_id is None and date:
        series_id = series_column(table, date, profiles)
    if series_id and series_id not in table.columns:
        raise DataError(f"{table.name} has no column {series_id!r}.", remedy=did_you_mean(series_id, list(table.columns)))
    findings = []
    if series_id:
        count = next(one.unique for one in profiles if one.name == series_id)
        problem = f"The column {series_id!r} names {counted(count, 'series', 'series')}, which are divided and forecast each by itself."
        findings.append(
            Finding(code="series_named", severity="info", problem=problem, remedy="Set data.series_id if it is another column.", columns=(series_id,))
        )
    if not date:
        problem = f"{table.name} has no column of dates or times that can be read: its rows are taken in their order, each one step after the last."
        remedy = "If it has one, write it as 2024-01-31 13:00, or call counted steps year, time or step."
        repeated = [one.name for one in named_like_time(table, profiles)]
        if repeated:
            problem = (
                f"The numbers in {quoted(repeated)} stand in several rows, so they are no stamps: rows are taken in their order, each one step after the last."
            )
            remedy = "Write one stamp a row, such as 2024-01; of several series, say which column names them (data.series_id)."
        findings.append(Finding(code="rows_counted", severity="warning", problem=problem, remedy=remedy))
    if config.target is None and len(numeric) > 1:
        problem = f"The target is {target!r}, because it is the last column of numbers."
        findings.append(Finding(code="target_proposed", severity="info", problem=problem, remedy="Choose another target (--target).", columns=(target,)))
    return Question(target=target, kind="forecasting", data="series", date=date, series_id=series_id, findings=tuple(findings))


def series_column(table: Table, date: str, profiles: Sequence[ColumnProfile]) -> str:
    """The column of words that makes doubled stamps single, if there is one."""
    form = rhythm_of(table.cells(date))
    if form is None:
        return ""
    moments = dates(table.cells(date), form.form) if form.form else numbers(table.cells(date))
    if len(np.unique(moments)) >= DIFFERENT * len(moments):
        return ""
    for one in profiles:
        if one.type in {"category", "identifier", "text"} and one.unique <= table.rows / 5 and not _PART_OF_TIME.fullmatch(one.name.strip()):
            pairs = set(zip(table.cells(one.name), moments.tolist(), strict=True))
            if len(pairs) >= DIFFERENT * len(moments):
                return one.name
    return ""
