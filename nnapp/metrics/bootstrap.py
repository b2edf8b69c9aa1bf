"""How far a score might be off: intervals from resampled examples."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from nnapp.metrics.areas import Floats
from nnapp.metrics.base import METRICS, MetricInfo, Sample
from nnapp.metrics.scoring import score
from nnapp.tasks import Answers, TaskSpec

Truth = NDArray[np.int64] | NDArray[np.float64]
RESAMPLES = 1000
LOW, HIGH = 2.5, 97.5
"""Percentiles of a 95 % interval."""
_BLOCK = 2_000_000
"""Weights in memory at a time (16 MB)."""
_WORK = 100_000_000
"""Weights drawn in all; more rows get fewer resamples, but never below 200."""


def bootstrap(
    task: TaskSpec, y_true: Truth, answers: Answers, *, seed: int = 42, resamples: int = RESAMPLES, names: Sequence[str] | None = None
) -> dict[str, tuple[float, float]]:
    """95 % percentile intervals of every metric of the task, or of those named.

    Args:
        task: What the answers mean.
        y_true: Shape `(n,)`.
        answers: Answers to the same `n` examples.
        seed: The same seed draws the same resamples.
        resamples: How many; fewer are drawn where rows and classes are very many, to keep it to seconds.
        names: Metrics wanted; all of the task's when None.

    Returns:
        Low and high end by name, none for steps of a series, which are not drawn one by one; metrics that do not exist, have fewer than two
        examples, or come out the same in every resample are absent: an interval without any width would claim a certainty that few examples
        cannot give.
    """
    wanted = [name for name, value in score(task, y_true, answers, names).items() if value is not None]
    if len(y_true) < 2 or not wanted or task.kind == "anomaly":
        return {}
    values: dict[str, list[Floats]] = {name: [] for name in wanted}
    most = {name: _affordable(task, len(y_true), resamples, METRICS[name]) for name in wanted}
    drawn = 0
    for weights in _draws(len(y_true), max(most.values()), seed):
        sample = Sample(task, y_true, answers, weights)
        for name in wanted:
            if drawn < most[name]:
                values[name].append(METRICS[name].function(sample))
        drawn += len(weights)
    return {name: ends for name in wanted if (ends := _interval(np.concatenate(values[name]))) is not None and ends[0] < ends[1]}


@dataclass(frozen=True)
class Difference:
    """Ours minus theirs in one metric, on the same examples.

    Attributes:
        value: On all examples; None where one of the two scores does not exist.
        low: Lower end of its 95 % interval, or None.
        high: Upper end, or None.
        verdict: `better` or `worse` when the interval leaves out 0, taking the metric's direction into account; else `indistinguishable`.
    """

    metric: str
    value: float | None
    low: float | None
    high: float | None
    verdict: Literal["better", "worse", "indistinguishable"]


def paired_difference(task: TaskSpec, y_true: Truth, ours: Answers, theirs: Answers, metric: str, *, seed: int = 42, resamples: int = RESAMPLES) -> Difference:
    """Compare two sets of answers to the same examples: each resample scores both, so that easy and hard draws cancel."""
    first, second = score(task, y_true, ours, [metric])[metric], score(task, y_true, theirs, [metric])[metric]
    if first is None or second is None:
        return Difference(metric, None, None, None, "indistinguishable")
    if task.kind == "anomaly":  # neighbouring steps belong together, and stretches are few: what is drawn anew says nothing
        return Difference(metric, first - second, None, None, "indistinguishable")
    info = METRICS[metric]
    gaps = [
        info.function(Sample(task, y_true, ours, weights)) - info.function(Sample(task, y_true, theirs, weights))
        for weights in _draws(len(y_true), _affordable(task, len(y_true), resamples, info), seed)
    ]
    ends = _interval(np.concatenate(gaps)) if len(y_true) > 1 else None
    if ends is None:
        return Difference(metric, first - second, None, None, "indistinguishable")
    low, high = ends
    if low <= 0 <= high:
        return Difference(metric, first - second, low, high, "indistinguishable")
    return Difference(metric, first - second, low, high, "better" if (low > 0) == info.higher_is_better else "worse")


def _affordable(task: TaskSpec, rows: int, resamples: int, info: MetricInfo) -> int:
    """Resamples that keep the work bounded."""
    cost = rows * len(task.class_names) if info.once_a_class else rows
    return int(min(resamples, max(200, _WORK / max(cost, 1))))


def _draws(rows: int, resamples: int, seed: int) -> Iterator[Floats]:
    """How often each example is drawn, in blocks of shape `(b, rows)`."""
    random = np.random.default_rng(seed)
    block = max(1, min(resamples, 100, _BLOCK // rows))
    for start in range(0, resamples, block):
        count = min(block, resamples - start)
        yield np.stack([np.bincount(random.integers(0, rows, rows), minlength=rows) for _ in range(count)]).astype(np.float64)


def _interval(values: Floats) -> tuple[float, float] | None:
    """Percentiles of what exists; None when fewer than half of the resamples have the number."""
    exist = values[np.isfinite(values)]
    if len(exist) * 2 < len(values):
        return None
    low, high = np.percentile(exist, [LOW, HIGH])
    return float(low), float(high)
