"""Watches for anomalies: from a table to the windows of a series from which a network learns what is usual, and all of its steps to be judged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnapp.data.along import Along
from nnapp.data.anomaly_question import marked
from nnapp.data.columns import ColumnProfile
from nnapp.data.dataset import SERIES, Dataset, Parts
from nnapp.data.findings import Finding, counted
from nnapp.data.preprocessing.series import moments_of
from nnapp.data.preprocessing.stamped import StampedPreprocessing
from nnapp.data.question import Question
from nnapp.data.specs import DataConfig, PreprocessingConfig, SplitSpec
from nnapp.data.stamped_table import Stamped, read_stamped, unfitted
from nnapp.data.stamps import Rhythm
from nnapp.data.table import Table
from nnapp.data.watch_cut import fewest_steps, refuse_too_long, teaches, watch_cut
from nnapp.data.watch_findings import Series, told_of_short, told_of_watch
from nnapp.data.watch_window import drifts, watch_window
from nnapp.data.windows import MOST_CELLS, Cut, rows_at
from nnapp.errors import DataError
from nnapp.portable.stamps import Regular, with_calendar
from nnapp.portable.watch import answered_from, windows_at
from nnapp.tasks import OUTPUT, AnomalySpec, TaskSpec

FEWEST_STEPS = 40
"""Steps fewer than which do not show what is usual."""
MOST_WINDOWS = 40_000
"""Windows that teach, at most; beyond, they begin every second step, every third …"""
COVERING = 16
"""Windows that answer each step when it is judged, about: more would cost time and hardly smooth its score further."""


@dataclass(frozen=True)
class Span:
    """What of one series goes into a data set: its windows, and which steps are judged (from `low` to `high`).

    `code` is the series' number, the same in every part; series of another table have their own.
    """

    code: int
    series: Series
    at: NDArray[np.int64]
    low: int
    high: int


def prepare_watch(
    table: Table,
    test: Table | None,
    *,
    data: DataConfig,
    split: SplitSpec,
    preprocessing: PreprocessingConfig,
    question: Question,
    profiles: Sequence[ColumnProfile],
    rebuilds: bool,
) -> tuple[Parts, Dataset, StampedPreprocessing, TaskSpec, tuple[Finding, ...]]:
    """Read, divide by time, fit and cut windows; the same every time for the same settings.

    The first part of every series teaches what is usual, its end chooses the best epoch, and the rest is judged. Marks are scored with and
    used for nothing else.

    Args:
        table: A step a row.
        test: Another table, judged instead of the end of this one.
        data: Says the share that teaches, window and horizon.
        split: Says which share of what teaches chooses the best epoch.
        preprocessing: Says margin and smoothing.
        question: Names stamps, series, channels and marks.
        profiles: Of the columns.
        rebuilds: Whether the network rebuilds its window or forecasts the steps after it.

    Returns:
        The parts; a data set of all steps of all parts; what was fitted; the task; and what is worth knowing.

    Raises:
        DataError: If the series are too short, with what would do.
    """
    stamped = read_stamped(table, question, profiles)
    usual = 1.0 if test is not None else data.usual_share
    longest = max(len(one.values) for one in stamped.series)
    if longest * usual < FEWEST_STEPS:
        raise DataError(
            f"{table.name} has {counted(longest, 'step')}, of which {counted(int(longest * usual), 'step')} would teach what is usual: too few.",
            remedy=f"Bring at least {round(FEWEST_STEPS / usual)} steps; some hundred are better.",
        )
    window, horizon, season = _window(stamped, data, split, usual=usual, rebuilds=rebuilds)
    refuse_too_long(longest, usual, split.validation, data, window=window, horizon=horizon, rebuilds=rebuilds)
    marks = marked(table, question.label) if question.label else np.full(table.rows, np.nan)
    every = [_series(one, marks, watch_cut(len(one.values), usual, split.validation, horizon, rebuilds=rebuilds)) for one in stamped.series]
    known, short = _sorted_out(every, [teaches(one.cut, window, horizon) for one in every])
    fewest = fewest_steps(usual, split.validation, window, horizon, rebuilds=rebuilds)
    findings = [*stamped.findings, *told_of_short(short, of=len(every), fewest=fewest)]
    fitted = _fitted(stamped, known, question, window=window, horizon=horizon, season=season, rebuilds=rebuilds)
    task = TaskSpec.watching(", ".join(question.channels), _spec(stamped, fitted, question, preprocessing, season))
    everything = known
    if test is not None:
        unseen, told = _official(test, question, profiles, fitted)
        everything, findings = [*known, *unseen], [*findings, *told]
    parts, watched = _divided(known, everything, fitted, task)
    findings += told_of_watch(stamped.rhythm, fitted, question, everything)
    return parts, watched, fitted, task, tuple(findings)


def _series(one: Regular, marks: NDArray[np.float64], cut: Cut) -> Series:
    """A series with the marks of its steps."""
    return Series(one, marks[rows_at(one, np.arange(len(one.values)))], cut)


def _sorted_out(every: Sequence[Series], long: Sequence[bool]) -> tuple[list[Series], list[Regular]]:
    """Series that are long enough, and the others."""
    return [one for one, is_long in zip(every, long, strict=True) if is_long], [one.regular for one, is_long in zip(every, long, strict=True) if not is_long]


def _official(test: Table, question: Question, profiles: Sequence[ColumnProfile], fitted: StampedPreprocessing) -> tuple[list[Series], list[Finding]]:
    """The series of the table that is judged, all of whose steps are, and what is worth knowing of them."""
    stamped = read_stamped(test, question, profiles)
    marks = marked(test, question.label) if question.label in test.columns else np.full(test.rows, np.nan)
    every = [_series(one, marks, Cut(0, 0, len(one.values))) for one in stamped.series]
    kept, short = _sorted_out(every, [len(answered_from(one.cut.steps, fitted.portable())) > 0 for one in every])
    fewest = fitted.window + (0 if fitted.rebuild else fitted.horizon)
    if not kept:
        raise DataError(f"No series of {test.name} has the {fewest} steps that one window looks at.", remedy="Bring longer ones, or set a shorter data.window.")
    return kept, [*stamped.findings, *told_of_short(short, of=len(every), fewest=fewest)]


def _window(stamped: Stamped, data: DataConfig, split: SplitSpec, *, usual: float, rebuilds: bool) -> tuple[int, int, int]:
    """Window, horizon and season, of which nothing but what teaches is asked."""
    longest = max(stamped.series, key=lambda one: len(one.values)).values
    learned = round(usual * len(longest) * (1 - split.validation))
    return watch_window(_rhythm(stamped), longest[:learned, 0], learned, data, rebuilds=rebuilds)


def _rhythm(stamped: Stamped) -> Rhythm | None:
    """Of the stamps; counted steps know of no day."""
    return stamped.rhythm if stamped.rhythm.form else None


def _fitted(stamped: Stamped, known: Sequence[Series], question: Question, *, window: int, horizon: int, season: int, rebuilds: bool) -> StampedPreprocessing:
    """Mean, spread and drift of what teaches, and how its windows are cut."""
    train = [one.regular.values[: one.cut.train] for one in known]
    mean, spread = moments_of(train, len(stamped.channels))
    rhythm, longest = _rhythm(stamped), max(train, key=len)
    days = 0.0 if rhythm is None else len(longest) * (rhythm.days or rhythm.months * 30.4)
    cycles = () if rhythm is None or rebuilds else rhythm.cycles
    every = max(1, window // COVERING, -(-sum(len(one.values) for one in stamped.series) * window * len(stamped.channels) // MOST_CELLS))
    values = {
        "form": "watched", "targets": tuple(range(len(stamped.channels))), "window": window, "horizon": horizon, "season": season,
        "calendar": tuple(cycle for cycle in cycles if days >= 2 * {"year": 365, "week": 7, "day": 1}[cycle]), "fill": mean, "scale": spread,
        "rebuild": rebuilds, "centred": rebuilds and any(drifts(values) for values in longest.T), "every": min(horizon, every if rebuilds else max(1, horizon // 8)),
    }  # fmt: skip
    return unfitted(question, stamped.rhythm, stamped.channels, stamped.decimal).model_copy(update=values)


def _spec(stamped: Stamped, fitted: StampedPreprocessing, question: Question, config: PreprocessingConfig, season: int) -> AnomalySpec:
    return AnomalySpec(
        rebuild=fitted.rebuild,
        horizon=fitted.horizon,
        targets=fitted.channels,
        centers=fitted.fill,
        scales=fitted.scale,
        smooth=config.smoothing or min(12, max(1, fitted.window // 50)),
        margin=config.margin,
        label=question.label,
        season=season,
        step=stamped.rhythm.words,
        date=question.date,
        date_format=fitted.date_format,
        months=fitted.months,
        days=fitted.days,
        offset=fitted.offset,
    )


def _divided(known: Sequence[Series], everything: Sequence[Series], fitted: StampedPreprocessing, task: TaskSpec) -> tuple[Parts, Dataset]:
    """The three parts, and all steps of all series."""
    told = fitted.portable()
    lead = 0 if fitted.rebuild else fitted.window
    ahead = fitted.horizon
    sparse = max(1, -(-sum(one.cut.train for one in known) // MOST_WINDOWS))
    train = [Span(code, one, np.arange(lead, one.cut.train - ahead + 1, sparse), 0, one.cut.train) for code, one in enumerate(known)]
    # A window that chooses may begin among what teaches, as long as half of what it answers is new.
    back = ahead // 2 if fitted.rebuild else 0
    chosen = [
        Span(code, one, np.arange(max(lead, one.cut.train - back), one.cut.validation - ahead + 1), one.cut.train, one.cut.validation)
        for code, one in enumerate(known)
    ]
    whole = [Span(code, one, answered_from(one.cut.steps, told), 0, one.cut.steps) for code, one in enumerate(everything)]
    smooth = 0 if task.output.anomaly is None else task.output.anomaly.smooth
    test = [Span(one.code, one.series, one.at[one.at + ahead > one.series.cut.validation - smooth], one.series.cut.validation, one.high) for one in whole]
    made = [_dataset(spans, fitted, task) for spans in (train, chosen, [one for one in test if one.high > one.low], whole)]
    return Parts(made[0], made[1], made[2]), made[3]


def _dataset(spans: Sequence[Span], fitted: StampedPreprocessing, task: TaskSpec) -> Dataset:
    """Windows of some series, what they are to answer, and the steps behind them."""
    told = fitted.portable()
    center, scale = (np.asarray(values) for values in task.units_of_target)
    width = len(fitted.channels) + 2 * len(fitted.calendar)
    x, y, pieces = [np.zeros((0, fitted.window, width), np.float32)], [np.zeros((0, task.units), np.float32)], [Along.empty(len(fitted.channels))]
    for span in spans:
        regular = span.series.regular
        x.append(windows_at(with_calendar(regular, told), span.at, told))
        answered = regular.values[span.at[:, None] + np.arange(fitted.horizon)].reshape(len(span.at), -1)
        y.append(((answered - center) / scale).astype(np.float32))
        pieces.append(_along(span))
    along = Along.joined(pieces)
    ids = along.rows[along.at]
    return Dataset({SERIES: np.concatenate(x)}, {OUTPUT: np.concatenate(y)}, ids, fitted.data_spec, task, along=along)


def _along(span: Span) -> Along:
    """The steps of one series from the first one that a window answers, or that is judged."""
    regular, cut = span.series.regular, span.series.cut
    first = min([span.low, *span.at.tolist()])
    steps = np.arange(first, span.high)
    return Along(
        series=np.full(len(steps), span.code, np.int64),
        slots=regular.start + steps,
        rows=rows_at(regular, steps),
        values=regular.values[steps],
        labels=span.series.labels[steps],
        parts=np.where(steps < cut.train, "train", np.where(steps < cut.validation, "validation", "test")),
        judged=steps >= span.low,
        at=span.at - first,
    )
