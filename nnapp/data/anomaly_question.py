"""Whether a table is a series over time whose unusual steps are looked for, said in a finding that one click undoes."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from nnapp.data.columns import NUMERIC, ColumnProfile
from nnapp.data.findings import Finding, counted, quoted
from nnapp.data.forecast_question import counters, counts, named_like_time, regular, series_column
from nnapp.data.labels import NOT_KNOWN, column_answers
from nnapp.data.question import Question
from nnapp.data.specs import DataConfig
from nnapp.data.table import Table
from nnapp.errors import DataError
from nnapp.registry import did_you_mean

_MARK = re.compile(r"anomal|outlier|abnormal|novelt|change_?point|ground_?truth", re.IGNORECASE)
"""In the name of a column that marks what is unusual."""
_PERHAPS = re.compile(r"(is[_ -]?)?(labels?|target|class|y|fault|attack|failure|alarm|event)", re.IGNORECASE)
"""The whole name of a column that may do so."""
MOST_MARKED, MOST_PERHAPS = 0.5, 0.2
"""Share of the rows that are marked, at most, where nobody has said that they are."""
FEWEST_TOGETHER = 3
"""Marked rows that follow one another, on average, at least, where the name alone says little."""


def anomaly_question(table: Table, config: DataConfig, profiles: Sequence[ColumnProfile]) -> Question | None:
    """The question of what is unusual, where it is asked, or where a column beside regular stamps and numbers marks rare stretches.

    Raises:
        DataError: If it is asked of a table without numbers, or of columns that are not there.
    """
    if config.task == "anomaly":
        return _asked(table, config, profiles)
    if config.task != "auto" or config.kind not in {"auto", "series"} or config.target is not None:
        return None
    found = watchable(table, profiles)
    if found is None:
        return None
    date, channels, label = found
    told = Finding(
        code="anomaly_proposed",
        severity="info",
        problem=f"Unusual stretches of {quoted(channels)} are looked for, because {label!r} marks rare stretches of a series over time. "
        "It only scores what is found: the network never sees it.",
        remedy=f"If every row is an example of its own, predict the mark row by row instead (--target {label} --task binary).",
        columns=(label,),
        fix={"data.task": "binary", "data.target": label},
        fix_label="Predict it row by row",
    )
    return _question(table, config, profiles, date=date, channels=channels, label=label, told=(told,))


def watchable(table: Table, profiles: Sequence[ColumnProfile]) -> tuple[str, tuple[str, ...], str] | None:
    """Stamps, numbers and the column that marks rare stretches of them, where a table is nothing else."""
    stamps = _stamps(table, profiles)
    marks = [one.name for one in profiles if _is_mark(table, one)]
    if len(stamps) != 1 or not marks or not regular(table, stamps[0], alone=False):
        return None
    label = marks[0]
    if not _rare(marked(table, label), sure=bool(_MARK.search(label))):
        return None
    channels = _numeric(table, profiles, {label})
    if not channels or any(one.type in {"category", "text"} for one in profiles if one.name not in {label, *channels} and not _is_mark(table, one)):
        return None
    return stamps[0], channels, label


def marked(table: Table, name: str) -> NDArray[np.float64]:
    """1 where a row is marked, 0 where it is not, NaN where that is not known, shape `(n,)`."""
    answers = column_answers([table.texts(name)])[:, 0]
    return np.where(answers == NOT_KNOWN, np.nan, answers).astype(np.float64)


def stretches(flags: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Beginning and end (which is no part of it) of every run of true values.

    >>> stretches(np.array([True, False, True, True]))
    [(0, 1), (2, 4)]
    """
    edges = np.diff(np.concatenate([[0], flags.astype(np.int8), [0]]))
    return list(zip(np.flatnonzero(edges == 1).tolist(), np.flatnonzero(edges == -1).tolist(), strict=True))


def _is_mark(table: Table, one: ColumnProfile) -> bool:
    """Whether a column holds yes and no under a name of a mark."""
    named = _MARK.search(one.name) or _PERHAPS.fullmatch(one.name.strip())
    return bool(named) and 1 <= one.unique <= 2 and bool(np.isfinite(marked(table, one.name)).mean() > 0.5)


def _rare(marks: NDArray[np.float64], *, sure: bool) -> bool:
    """Whether marks are few enough to be of what is unusual, and stand together unless the name is sure of it."""
    share = float(np.nanmean(marks))
    if not 0 < share <= (MOST_MARKED if sure else MOST_PERHAPS):
        return False
    found = stretches(marks == 1)
    return sure or (marks == 1).sum() >= FEWEST_TOGETHER * len(found)


def _stamps(table: Table, profiles: Sequence[ColumnProfile], series_id: str | None = None) -> list[str]:
    """Columns of dates, or the one that counts time where there is none."""
    return [one.name for one in profiles if one.type == "date"] or [one.name for one in counters(table, profiles, series_id or "")]


def _numeric(table: Table, profiles: Sequence[ColumnProfile], without: set[str]) -> tuple[str, ...]:
    """Columns that measure something; beside no dates, a year or a step measures nothing, whether or not it serves as a stamp."""
    stamps = [one.name for one in profiles if one.type == "date"] or [one.name for one in named_like_time(table, profiles)]
    kept = [one for one in profiles if one.name not in {*without, *stamps} and not _is_mark(table, one)]
    found = tuple(one.name for one in kept if one.type in NUMERIC)
    return found or tuple(one.name for one in kept if counts(table, [one]))


def _asked(table: Table, config: DataConfig, profiles: Sequence[ColumnProfile]) -> Question:
    """The question as somebody asks it."""
    known = {one.name: one for one in profiles}
    named = [name.strip() for name in (config.target or "").split(",") if name.strip()] if config.target not in known else [config.target]
    for name in (*named, config.anomaly_label, config.series_id):
        if name and name not in known:
            raise DataError(f"{table.name} has no column {name!r}.", remedy=did_you_mean(name, list(table.columns)))
    label = config.anomaly_label or next((name for name in named if _is_mark(table, known[name])), "")
    label = label or next((one.name for one in profiles if _is_mark(table, one) and one.name not in named), "")
    if label and not np.isfinite(marked(table, label)).any():
        raise DataError(
            f"The column {label!r} does not say by 1 and 0 what is unusual.", remedy="Write 1 or 0, yes or no, true or false; or choose no column of marks."
        )
    channels = tuple(name for name in named if name != label) or _numeric(table, profiles, {label, config.series_id or ""})
    lost = [name for name in channels if known[name].type not in NUMERIC and not counts(table, [known[name]])]
    if not channels or lost:
        which = quoted(lost) if lost else table.name
        raise DataError(f"{which} {'hold' if len(lost) > 1 else 'holds'} no numbers that could be watched.", remedy="Choose columns of numbers as the target.")
    date = next(iter(_stamps(table, profiles, config.series_id)), "")
    told = () if label or named else tuple(_perhaps_marks(table, [known[name] for name in channels]))
    return _question(table, config, profiles, date=date, channels=channels, label=label, told=told)


def _perhaps_marks(table: Table, channels: Sequence[ColumnProfile]) -> list[Finding]:
    """A column of a few yes among many no that would be watched like a number, though its values mark something."""
    found = [one.name for one in channels if one.unique == 2 and np.isfinite(marked(table, one.name)).mean() > 0.5]
    rare = next((name for name in found if _rare(marked(table, name), sure=False)), "")
    if not rare or len(channels) < 2:
        return []
    problem = (
        f"{rare!r} holds nothing but 1, seldom, and 0, and is watched like a number. If it marks what is known to be unusual, the network must not see it."
    )
    remedy = "Say that it marks known anomalies (data.anomaly_label), or leave it, if it is something that was measured."
    return [
        Finding(
            code="mark_watched",
            severity="warning",
            problem=problem,
            remedy=remedy,
            columns=(rare,),
            fix={"data.anomaly_label": rare},
            fix_label="It marks known anomalies",
        )
    ]


def _question(
    table: Table, config: DataConfig, profiles: Sequence[ColumnProfile], *, date: str, channels: tuple[str, ...], label: str, told: tuple[Finding, ...] = ()
) -> Question:
    """What is watched, with what is worth knowing of its marks."""
    findings = list(told)
    if not date:
        problem = f"{table.name} has no column of dates or times, so its rows are taken to follow one another at even distances."
        findings.append(Finding(code="no_stamps", severity="info", problem=problem, remedy="Bring a column of stamps if some rows are missing."))
    series_id = config.series_id if config.series_id is not None else series_column(table, date, profiles) if date else ""
    if series_id:
        count = next(one.unique for one in profiles if one.name == series_id)
        problem = f"The column {series_id!r} names {counted(count, 'series', 'series')}, which are watched each by itself."
        findings.append(
            Finding(code="series_named", severity="info", problem=problem, remedy="Set data.series_id if it is another column.", columns=(series_id,))
        )
    if label and (problem := _marks_say_nothing(table, label)):
        findings.append(
            Finding(code="marks_useless", severity="warning", problem=problem, remedy="Anomalies are found all the same, but not scored.", columns=(label,))
        )
        label = ""
    values = {
        "target": channels[0],
        "kind": "anomaly",
        "data": "series",
        "date": date,
        "series_id": series_id,
        "channels": channels,
        "label": label,
        "usual": config.usual_share,
    }
    return Question.parse({**values, "findings": tuple(findings)})


def _marks_say_nothing(table: Table, label: str) -> str:
    """Why marks cannot score anything, as a sentence; empty where they can."""
    marks = marked(table, label)
    if not (marks == 1).any():
        return f"The column {label!r} marks no row at all."
    return f"The column {label!r} marks every row." if not (marks == 0).any() else ""
