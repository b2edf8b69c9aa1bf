"""Forecasts: from a table with stamps to windows of history and what came after them, divided by time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnapp.data.columns import ColumnProfile
from nnapp.data.dataset import SERIES, Dataset, DataSpec, Parts
from nnapp.data.findings import Finding, counted, quoted
from nnapp.data.preprocessing.series import moments_of
from nnapp.data.preprocessing.stamped import StampedPreprocessing
from nnapp.data.question import Question
from nnapp.data.series_findings import enough_steps
from nnapp.data.specs import PARTS, DataConfig, Part, SplitSpec
from nnapp.data.stamped_table import Stamped, read_stamped, unfitted
from nnapp.data.stamps import Rhythm
from nnapp.data.table import Table
from nnapp.errors import DataError
from nnapp.portable.stamps import Regular, with_calendar
from nnapp.tasks import OUTPUT, ForecastSpec, TaskSpec

MOST_HORIZON = 48
MOST_TREND = 0.1
"""Share of a series' spread that time alone explains, from which it is taken to climb or fall for ever."""
MOST_CELLS = 60_000_000
"""Numbers in all windows at most; beyond, windows begin every second step, every third …"""
_LOOK_BACK = {1 / 1440: 120, 1 / 24: 168, 1: 56, 7: 104}
_MONTHS_BACK = {1: 36, 3: 16, 12: 10}


@dataclass(frozen=True)
class Cut:
    """Where the parts of one series begin: slots before `train` teach, from there to `validation` choose, the rest judge."""

    train: int
    validation: int
    steps: int

    def origins(self, part: Part, window: int, horizon: int, *, official: bool = False) -> NDArray[np.int64]:
        """First forecast slots whose whole horizon lies within the part, and whose window exists."""
        low, high = {"train": (0, self.train), "validation": (self.train, self.validation), "test": (0 if official else self.validation, self.steps)}[part]
        return np.arange(max(low, window), high - horizon + 1)


def cut(steps: int, split: SplitSpec, horizon: int, *, test: bool) -> Cut:
    """Divide a series by time; validation and test hold at least one whole horizon."""
    judged = max(round(split.test * steps), horizon) if test else 0
    chosen = max(round(split.validation * steps), horizon)
    return Cut(max(0, steps - judged - chosen), steps - judged, steps)


def prepare_windows(
    table: Table, test: Table | None, *, data: DataConfig, split: SplitSpec, question: Question, profiles: Sequence[ColumnProfile]
) -> tuple[Parts, StampedPreprocessing, DataSpec, TaskSpec, tuple[Finding, ...]]:
    """Read, divide by time, fit and cut windows; the same every time for the same settings.

    Raises:
        DataError: If the series are too short, with what would do.
    """
    stamped = read_stamped(table, question, profiles)
    longest = enough_steps(table, stamped)
    horizon = horizon_of(data, stamped.rhythm, longest)
    cuts = [cut(len(one.values), split, horizon, test=test is None) for one in stamped.series]
    known = max(one.train for one in cuts)
    window = data.window or _window(stamped.rhythm, horizon, known)
    if known < window + horizon + 1:
        raise DataError(
            f"The train part has {counted(known, 'step')}, and one example takes {window} back and {horizon} ahead.",
            remedy="Bring a longer series, or set a shorter data.horizon or data.window.",
        )
    fitted = _fitted(stamped, cuts, question, data=data, window=window, horizon=horizon)
    task = _task(stamped, cuts, fitted, question, data.interval / 100 or None)
    every = _every(stamped, cuts, fitted)
    parts = {part: _dataset(stamped.series, [one.origins(part, window, horizon) for one in cuts], fitted, task, every) for part in PARTS}
    findings = [*stamped.findings, *_constant(stamped, cuts, fitted)]
    if test is not None:
        official = read_stamped(test, question, profiles)
        whole = [Cut(0, 0, len(one.values)).origins("test", window, horizon, official=True) for one in official.series]
        parts["test"] = _dataset(official.series, whole, fitted, task, every)
        findings += official.findings
    if not len(parts["test"]):
        raise DataError(
            "The test part has no whole horizon with a window before it.", remedy="Bring a longer series, or set a shorter data.horizon or data.window."
        )
    findings.append(_told(stamped, fitted, question))
    return Parts(parts["train"], parts["validation"], parts["test"]), fitted, fitted.data_spec, task, tuple(findings)


def horizon_of(data: DataConfig, rhythm: Rhythm, steps: int) -> int:
    """What is asked; else what is usual for this distance, or a tenth of the series up to 48, but never more than an eighth of it."""
    return data.horizon or max(1, min(rhythm.horizon or min(MOST_HORIZON, steps // 10), steps // 8))


def _window(rhythm: Rhythm, horizon: int, train: int) -> int:
    """Some seasons back, as far as a quarter of the train part allows, in whole seasons where one fits."""
    usual = _MONTHS_BACK.get(rhythm.months, 24) if rhythm.months else _LOOK_BACK.get(rhythm.days, max(2 * horizon, min(336, 2 * rhythm.season)))
    window = max(2, min(max(usual, horizon), train // 4, train - horizon - 5))
    return window - window % rhythm.season if window >= rhythm.season else window


def _fitted(stamped: Stamped, cuts: Sequence[Cut], question: Question, *, data: DataConfig, window: int, horizon: int) -> StampedPreprocessing:
    """Mean, spread, season and anchor of the train part."""
    train = [one.values[: where.train] for one, where in zip(stamped.series, cuts, strict=True)]
    mean, spread = moments_of(train, len(stamped.channels))
    bare = unfitted(question, stamped.rhythm, stamped.channels, stamped.decimal)
    targets = tuple(range(len(stamped.channels))) if data.all_channels else bare.targets
    season = stamped.rhythm.season
    span = max(len(values) for values in train) * (stamped.rhythm.days or stamped.rhythm.months * 30.4)
    calendar = tuple(cycle for cycle in stamped.rhythm.cycles if span >= 2 * {"year": 365, "week": 7, "day": 1}[cycle])
    values = {"targets": targets, "window": window, "horizon": horizon, "season": season, "calendar": calendar, "fill": mean, "scale": spread}
    return bare.model_copy(update={**values, "each": len(stamped.series) > 1, "returns": all(_returns(one[:, list(targets)]) for one in train)})


def _returns(values: NDArray[np.float64]) -> bool:
    """Whether values `(steps, targets)` come back to their mean: time alone explains hardly any of their spread."""
    time = np.arange(len(values)) - (len(values) - 1) / 2
    spread = np.square(values - values.mean(axis=0)).sum(axis=0) if len(values) else np.zeros(values.shape[1])
    explained = np.square(time @ values) / max(float(np.square(time).sum()), 1.0)
    return bool((explained < MOST_TREND * spread).all())


def _task(stamped: Stamped, cuts: Sequence[Cut], fitted: StampedPreprocessing, question: Question, interval: float | None) -> TaskSpec:
    """The question, with what repeating the last season costs within the train part."""
    naive = []
    for target in fitted.targets:
        gaps = []
        for one, where in zip(stamped.series, cuts, strict=True):
            values = one.values[: where.train, target]
            back = fitted.season if fitted.season < len(values) else 1
            gaps.append(np.abs(values[back:] - values[:-back]))
        mean = float(np.concatenate(gaps).mean()) if gaps and sum(map(len, gaps)) else 0.0
        naive.append(mean if mean > 0 else fitted.scale[target])
    forecast = ForecastSpec(
        horizon=fitted.horizon,
        targets=tuple(fitted.channels[target] for target in fitted.targets),
        centers=tuple(fitted.fill[target] for target in fitted.targets),
        scales=tuple(fitted.scale[target] for target in fitted.targets),
        naive=tuple(naive),
        season=fitted.season,
        step=stamped.rhythm.words,
        interval=interval,
    )
    return TaskSpec.forecasting(question.target, forecast)


def _every(stamped: Stamped, cuts: Sequence[Cut], fitted: StampedPreprocessing) -> int:
    """Steps between the beginnings of two windows, so that all of them fit into memory."""
    width = fitted.window * (len(fitted.channels) + 2 * len(fitted.calendar)) + fitted.horizon * len(fitted.targets)
    return max(1, -(-sum(one.steps for one in cuts) * width // MOST_CELLS))


def _dataset(series: Sequence[Regular], origins: Sequence[NDArray[np.int64]], fitted: StampedPreprocessing, task: TaskSpec, every: int) -> Dataset:
    """Windows before some origins and the steps after them."""
    told = fitted.portable()
    x, y, ids = [], [], []
    center, scale = (np.asarray(values) for values in task.units_of_target)
    for one, places in zip(series, origins, strict=True):
        chosen = places[::every]
        if not len(chosen):
            continue
        values = with_calendar(one, told)
        x.append(values[chosen[:, None] + np.arange(-fitted.window, 0)])
        ahead = one.values[chosen[:, None] + np.arange(fitted.horizon)][:, :, list(fitted.targets)].reshape(len(chosen), -1)
        y.append(((ahead - center) / scale).astype(np.float32))
        ids.append(rows_at(one, chosen))
    width = len(fitted.channels) + 2 * len(fitted.calendar)
    inputs = np.concatenate(x) if x else np.zeros((0, fitted.window, width), np.float32)
    outputs = np.concatenate(y) if y else np.zeros((0, fitted.horizon * len(fitted.targets)), np.float32)
    return Dataset({SERIES: inputs}, {OUTPUT: outputs}, np.concatenate(ids) if ids else np.zeros(0, np.int64), fitted.data_spec, task)


def rows_at(one: Regular, slots: NDArray[np.int64]) -> NDArray[np.int64]:
    """The row of the upload at each slot, or of the last known one before it."""
    known = np.maximum.accumulate(np.where(one.rows >= 0, np.arange(len(one.rows)), 0))
    return np.asarray(one.rows[known[slots]], np.int64)


def _constant(stamped: Stamped, cuts: Sequence[Cut], fitted: StampedPreprocessing) -> list[Finding]:
    """A target that never moves."""
    still = [
        fitted.channels[target]
        for target in fitted.targets
        if all(np.ptp(one.values[: where.train, target]) == 0 for one, where in zip(stamped.series, cuts, strict=True) if where.train)
    ]
    if not still:
        return []
    problem = f"{quoted(still)} {'does' if len(still) == 1 else 'do'} not change in the train part: the forecast will be that value for ever."
    return [
        Finding(
            code="constant_series",
            severity="warning",
            problem=problem,
            remedy="Choose another target, or bring the time in which it moves.",
            columns=tuple(still),
        )
    ]


def _told(stamped: Stamped, fitted: StampedPreprocessing, question: Question) -> Finding:
    """What is forecast from what."""
    what = quoted([fitted.channels[target] for target in fitted.targets])
    series = f"{counted(len(stamped.series), 'series', 'series')}, " if stamped.id else ""
    problem = (
        f"{what} is forecast {counted(fitted.horizon, 'step')} ahead from the last {fitted.window} ({series}a step is {stamped.rhythm.words}, a season {fitted.season} steps). "
        "The latest steps are the test part."
    )
    return Finding(
        code="forecast",
        severity="info",
        problem=problem,
        remedy="Set data.horizon or data.window if you want to look farther ahead or back.",
        columns=(question.target,),
    )
