"""Metrics of flagged stretches beside marked ones."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nnapp.metrics.areas import Floats
from nnapp.metrics.base import Sample, metric
from nnapp.metrics.steps import FLAG, LABEL, SERIES, anomaly_of
from nnapp.tasks import AnomalySpec

Stretch = tuple[int, int]
"""Positions of its first step and of the step after its last."""
EXISTENCE = 0.5
"""Weight of finding a stretch at all, in the range-based recall; the rest is for how much of it (Tatbul et al. 2018)."""


class Stretches(NamedTuple):
    """Marked and flagged stretches of the steps whose mark is known.

    Attributes:
        marked: As the marks say.
        flagged: As the answers say; near ones are one.
    """

    marked: list[Stretch]
    flagged: list[Stretch]


def runs(flags: NDArray[np.bool_], series: NDArray[np.generic], gap: int = 0) -> list[Stretch]:
    """Stretches of true values, none across two series; those at most `gap` steps apart are joined.

    >>> runs(np.array([True, False, True, True, True]), np.array([0, 0, 0, 0, 1]))
    [(0, 1), (2, 4), (4, 5)]
    >>> runs(np.array([True, False, True]), np.zeros(3), gap=1)
    [(0, 3)]
    """
    found: list[Stretch] = []
    for place in np.flatnonzero(flags).tolist():
        if found and place - found[-1][1] <= gap and series[place] == series[found[-1][1] - 1] and (gap or place == found[-1][1]):
            found[-1] = (found[-1][0], place + 1)
        else:
            found.append((place, place + 1))
    return found


def near(spec: AnomalySpec) -> int:
    """Steps between two flagged stretches up to which they are one alarm: an eighth of a season."""
    return max(spec.smooth, spec.season // 8 if spec.season > 1 else 1)


def touching(one: Stretch, others: list[Stretch]) -> list[Stretch]:
    """Those that share a step with it."""
    return [other for other in others if other[0] < one[1] and one[0] < other[1]]


def stretches_of(sample: Sample) -> Stretches:
    """The stretches of a sample of watched steps."""
    truth, given = np.asarray(sample.y_true, np.float64), np.asarray(sample.answers.prediction)
    known = np.isfinite(truth[:, LABEL])  # steps in between stay where they are, so that what lies far apart stays apart
    alarms = runs((given[:, FLAG] == 1) & known, truth[:, SERIES], near(anomaly_of(sample.task)))
    return Stretches(runs(truth[:, LABEL] == 1, truth[:, SERIES]), alarms)


def _share(one: Stretch, others: list[Stretch]) -> float:
    """Share of a stretch that others cover, divided by how many it takes: one whole answer is better than many pieces."""
    found = touching(one, others)
    covered = sum(min(one[1], high) - max(one[0], low) for low, high in found)
    return covered / (one[1] - one[0]) / max(1, len(found))


def _mean(values: list[float]) -> float:
    return float(np.mean(values)) if values else float("nan")


def _f1(precision: float, recall: float) -> float:
    """Harmonic mean; 0 where nothing right was flagged, NaN where nothing is marked."""
    if np.isnan(recall):
        return float("nan")
    return 0.0 if not recall or not precision > 0 else 2 * precision * recall / (precision + recall)


def _alike(sample: Sample, value: float) -> Floats:
    """One value for every row of weights: the order of steps counts, so they cannot be drawn one by one."""
    return np.full(len(sample.weights), value)


def _events(sample: Sample) -> tuple[float, float]:
    found = stretches_of(sample)
    precision = _mean([float(bool(touching(one, found.marked))) for one in found.flagged]) if found.marked else float("nan")
    return precision, _mean([float(bool(touching(one, found.flagged))) for one in found.marked])


def _ranges(sample: Sample) -> tuple[float, float]:
    found = stretches_of(sample)
    precision = _mean([_share(one, found.marked) for one in found.flagged]) if found.marked else float("nan")
    recall = [EXISTENCE * bool(touching(one, found.flagged)) + (1 - EXISTENCE) * _share(one, found.flagged) for one in found.marked]
    return precision, _mean(recall)


@metric("event_recall", "Stretches found", "Share of the marked stretches in which at least one step was flagged.", ("anomaly",))
def event_recall(sample: Sample) -> Floats:
    """Does not exist where nothing is marked."""
    return _alike(sample, _events(sample)[1])


@metric("event_precision", "Right alarms", "Share of the flagged stretches that touch a marked one.", ("anomaly",))
def event_precision(sample: Sample) -> Floats:
    """Does not exist where nothing is flagged, or nothing is marked."""
    return _alike(sample, _events(sample)[0])


@metric("event_f1", "Stretch F1", "Stretches found and alarms that are right in one number: high only when both are.", ("anomaly",))
def event_f1(sample: Sample) -> Floats:
    """Harmonic mean of the two."""
    return _alike(sample, _f1(*_events(sample)))


@metric(
    "range_recall",
    "Range recall",
    "Half for touching a marked stretch at all, half for how much of it is flagged in one piece; the mean over them.",
    ("anomaly",),
)
def range_recall(sample: Sample) -> Floats:
    """Range-based recall of Tatbul et al. (2018)."""
    return _alike(sample, _ranges(sample)[1])


@metric("range_precision", "Range precision", "How much of each flagged stretch lies in a marked one; the mean over the flagged ones.", ("anomaly",))
def range_precision(sample: Sample) -> Floats:
    """Range-based precision of Tatbul et al. (2018)."""
    return _alike(sample, _ranges(sample)[0])


@metric("range_f1", "Range F1", "Range precision and range recall in one number: high only when both are.", ("anomaly",))
def range_f1(sample: Sample) -> Floats:
    """Harmonic mean of the two."""
    return _alike(sample, _f1(*_ranges(sample)))


@metric("false_alarms", "False alarms", "Flagged stretches that touch no marked one.", ("anomaly",), higher_is_better=False, unit="count")
def false_alarms(sample: Sample) -> Floats:
    """A count; does not exist where nothing is marked."""
    found = stretches_of(sample)
    return _alike(sample, float(sum(not touching(one, found.marked) for one in found.flagged)) if found.marked else float("nan"))


@metric("flagged", "Flagged", "Share of the judged steps that are flagged as unusual, right or wrong.", ("anomaly",), higher_is_better=False)
def flagged(sample: Sample) -> Floats:
    """Exists without marks, too."""
    return sample.mean(np.asarray(sample.answers.prediction, np.float64)[:, FLAG])
