"""Anomalies without a network: what any watch must beat, judged by the same rule for the threshold."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from nnapp.baselines.base import BASELINES, Arrays, Baseline, Fitted
from nnapp.data.specs import DataKind
from nnapp.metrics.steps import EXPECTED, LEAST_ERROR, anomaly_of, threshold_of, turning, usual_errors
from nnapp.portable.watch import joined_errors
from nnapp.tasks import Answers, TaskKind, TaskSpec

Floats = NDArray[np.float64]
FEWEST = 8
"""Steps before a step, fewer than which say nothing of how much it usually moves."""


class _Watch(Baseline):
    """Compares every step with what a simple rule expects, from the steps before it."""

    tasks: ClassVar[frozenset[TaskKind]] = frozenset({"anomaly"})
    data: ClassVar[frozenset[DataKind] | None] = frozenset({"series"})

    @abstractmethod
    def expected(self, values: Floats, task: TaskSpec) -> tuple[Floats, Floats]:
        """What is expected of each step of one series, and how far off is usual there; both `(steps, targets)`, NaN where nothing is known."""

    def fit(self, arrays: Arrays, task: TaskSpec, seconds: float) -> Fitted:
        """Learn the threshold from the train and validation parts, then flag."""
        spec = anomaly_of(task)
        steps = np.concatenate([np.asarray(part, np.float64) for part in (arrays.train, arrays.validation, arrays.test)])
        names, phase, values = steps[:, 0], steps[:, 1].astype(np.int64), steps[:, 2:]
        taught = np.arange(len(names)) < len(arrays.train) + len(arrays.validation)
        errors, given = np.full(values.shape, np.nan), np.full(values.shape, np.nan)
        for name in np.unique(names):
            rows = np.flatnonzero(names == name)  # parts follow one another in time, so a series keeps its order
            given[rows], usual = self.expected(values[rows], task)
            errors[rows] = np.abs(values[rows] - given[rows]) / usual
        known = errors[taught]
        if not np.isfinite(known).any():
            return Fitted(_answers(np.full(len(names), np.nan), given, ~taught), "It had too few steps before the judged part to learn a threshold from.")
        told = spec.model_copy(update={"typical": usual_errors(known, phase[taught], turning(spec))}).model_dump()
        joined = np.full(len(names), np.nan)
        for name in np.unique(names):
            joined[names == name] = joined_errors(errors[names == name], phase[names == name], told)
        return Fitted(_answers(joined / threshold_of(joined[taught], spec.margin), given, ~taught))


def _answers(score: Floats, given: Floats, judged: NDArray[np.bool_]) -> Answers:
    """Flag, score and expected value of every judged step."""
    flags = np.nan_to_num(score, nan=0.0) > 1.0
    found = np.column_stack([flags, score, given])
    assert found.shape[1] == EXPECTED + given.shape[1]
    return Answers(np.asarray(found[judged], np.float64), None)


@BASELINES.register("rolling_z")
class RollingZ(_Watch):
    """Distance from the mean of the last season, in standard deviations."""

    title: ClassVar[str] = "Rolling z-score"
    sentence: ClassVar[str] = "Flags values far from the mean of the season before them. It knows nothing of the time of day."
    order: ClassVar[int] = 0

    def expected(self, values: Floats, task: TaskSpec) -> tuple[Floats, Floats]:
        """Mean and standard deviation of the steps before each step."""
        width = max(FEWEST, anomaly_of(task).season if anomaly_of(task).season > 1 else 64)
        scale = np.asarray(anomaly_of(task).scales)
        before = pd.DataFrame(values - values[:1]).shift().rolling(width, min_periods=FEWEST)
        spread = np.maximum(before.std(ddof=0).to_numpy(np.float64), LEAST_ERROR * scale)
        return before.mean().to_numpy(np.float64) + values[:1], spread


@BASELINES.register("season_before")
class SeasonBefore(_Watch):
    """Distance from the value one season ago."""

    title: ClassVar[str] = "Season before"
    sentence: ClassVar[str] = "Flags values far from those one season ago, such as yesterday at the same time."
    order: ClassVar[int] = 1

    def expected(self, values: Floats, task: TaskSpec) -> tuple[Floats, Floats]:
        """The value one season before each step."""
        spec = anomaly_of(task)
        given = np.full(values.shape, np.nan)
        given[spec.season :] = values[: -spec.season]
        return given, np.broadcast_to(np.asarray(spec.scales), values.shape).astype(np.float64)
