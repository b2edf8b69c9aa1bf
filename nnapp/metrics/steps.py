"""Steps of watched series: from a network's answers to windows to a score, a flag and an expected value a step."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nnapp.data.along import Along
from nnapp.data.dataset import Dataset
from nnapp.portable.watch import joined_errors, scores, step_errors
from nnapp.tasks import AnomalySpec, Answers, TaskSpec

Floats = NDArray[np.float64]
LABEL, SERIES, SLOT, VALUES = 0, 1, 2, 3
"""Columns of the truth of a step; the watched channels' values stand from `VALUES` on."""
FLAG, SCORE, EXPECTED = 0, 1, 2
"""Columns of the answer to a step; the expected values stand from `EXPECTED` on."""
USUAL = 0.99
"""Share of the steps that teach whose error is taken for usual."""
MOST, OUTLYING = 0.9, 3.0
"""Share of the steps that teach which surely are usual, and how many times their largest error others may have to count as usual, too."""
FEWEST_SEASONS, FEWEST_SAYING = 4, 20
"""Seasons from which on each of their steps has a usual error of its own, and errors that it is taken from, about."""
LEAST_ERROR = 1e-3
"""Mean error of a channel, in its standard deviations, below which more precision is none: a constant one would be flagged for rounding."""


def along_of(dataset: Dataset) -> Along:
    """The steps behind a data set's windows."""
    if dataset.along is None:
        raise ValueError("these windows have no steps behind them")
    return dataset.along


def anomaly_of(task: TaskSpec) -> AnomalySpec:
    """How the task tells unusual steps."""
    if task.output.anomaly is None:
        raise ValueError("this task looks for no anomalies")
    return task.output.anomaly


def step_truth(dataset: Dataset) -> Floats:
    """What is known of every judged step, shape `(n, 3 + targets)`: mark (NaN where there is none), series, slot and values."""
    along = along_of(dataset)
    found = np.column_stack([along.labels, along.series, along.slots, along.values]).astype(np.float64)
    return np.asarray(found[along.judged])


def step_answers(dataset: Dataset, logits: NDArray[np.float32]) -> Answers:
    """What a network says of every judged step, shape `(n, 2 + targets)`: flag, score (1 is the threshold) and expected values.

    Args:
        dataset: Windows with the steps behind them.
        logits: Its answers to them, `(windows, units)`.
    """
    along, told = along_of(dataset), anomaly_of(dataset.task).model_dump()
    result = np.full((len(along.series), EXPECTED + along.values.shape[1]), np.nan)
    for low, high, windows in _each_series(along):
        found = scores(along.values[low:high], logits[windows], along.at[windows] - low, told, int(along.slots[low]))
        result[low:high] = np.column_stack([found.flagged, found.score, found.expected])
    result[:, FLAG] = np.nan_to_num(result[:, FLAG], nan=0.0)
    return Answers(result[along.judged], None)


def _each_series(along: Along) -> list[tuple[int, int, NDArray[np.int64]]]:
    """Beginning and end of every series among the steps, and the windows that answer it."""
    codes, starts = np.unique(along.series, return_index=True)
    ends = [*starts[1:].tolist(), len(along.series)]
    return [(low, high, np.flatnonzero((along.at >= low) & (along.at < high))) for low, high in zip(starts.tolist(), ends, strict=True) if len(codes)]


def settled(dataset: Dataset, logits: NDArray[np.float32]) -> TaskSpec:
    """The task once it is known how large errors usually are: from the steps that teach and choose, never from those that are judged.

    Windows that reach into the judged part are left out.

    Args:
        dataset: All steps of all parts, with windows.
        logits: The network's answers to them.
    """
    along, spec = along_of(dataset), anomaly_of(dataset.task)
    errors, slots = [], []
    for low, high, windows in _each_series(along):
        taught = int((along.parts[low:high] != "test").sum())
        inside = windows[along.at[windows] + spec.horizon <= low + taught]
        if taught and len(inside):
            errors.append(step_errors(along.values[low : low + taught], logits[inside], along.at[inside] - low, spec.model_dump())[0])
            slots.append(along.slots[low : low + taught])
    if not errors:
        return dataset.task
    typical = usual_errors(np.concatenate(errors), np.concatenate(slots), turning(spec))
    told = spec.model_copy(update={"typical": typical}).model_dump()
    joined = np.concatenate([joined_errors(each, at, told) for each, at in zip(errors, slots, strict=True)])
    return dataset.task.with_threshold(typical, threshold_of(joined, spec.margin))


def turning(spec: AnomalySpec) -> int:
    """Steps of a season whose place is known in any file, for usual errors of their own; 1 where there is none.

    Counted steps begin anew in every file, wherever in the season it begins.
    """
    return spec.season if spec.date_format else 1


def usual_errors(errors: Floats, slots: NDArray[np.int64], season: int) -> tuple[tuple[float, ...], ...]:
    """How large errors usually are: for each step of a season where there are enough seasons, else once for all.

    A series that jumps every morning is always rebuilt worse at that hour: what counts is how much worse than usual.

    Args:
        errors: Of every step and target, NaN where unknown, shape `(steps, targets)`.
        slots: Whole steps since 1970, shape `(steps,)`.
        season: Steps of a season; 1 for none.

    Returns:
        For each step of the season (or once) the mean error of each target, never less than that of all steps.
    """
    clipped = np.minimum(errors, np.asarray([_bound(column) for column in errors.T]))
    whole = np.maximum(LEAST_ERROR, np.nanmean(clipped, axis=0))
    if season < 2 or len(errors) < FEWEST_SEASONS * season:
        return (tuple(whole.tolist()),)
    phase = np.asarray(slots, np.int64) % season
    sums, counts = np.zeros((season, errors.shape[1])), np.zeros((season, errors.shape[1]))
    np.add.at(sums, phase, np.nan_to_num(clipped, nan=0.0))
    np.add.at(counts, phase, np.isfinite(clipped))
    # Few seasons say little of a single step: its neighbours speak for it, too.
    around = max(season // 96, -(-(FEWEST_SAYING * season // len(errors) - 1) // 2), 0)
    turns = [(np.roll(sums, by, axis=0), np.roll(counts, by, axis=0)) for by in range(-around, around + 1)]
    total, count = sum(turn[0] for turn in turns), sum(turn[1] for turn in turns)
    local = np.divide(total, count, out=np.tile(whole, (season, 1)), where=np.asarray(count) > 0)
    return tuple(tuple(row) for row in np.maximum(local, whole).tolist())


def threshold_of(errors: Floats, margin: float) -> float:
    """The rule behind every threshold, the baselines' too: `margin` times the error that 99 of 100 steps stay below.

    Steps that are farther off than three times the error of nine in ten are left out: they are taken for anomalies that nobody marked.

    >>> threshold_of(np.linspace(0, 1, 101), 2.0), threshold_of(np.array([1.0] * 95 + [50.0] * 5), 2.0)
    (1.98, 2.0)
    """
    known = errors[np.isfinite(errors)]
    usual = known[known <= _bound(known)]
    return max(1e-9, margin * float(np.quantile(usual, USUAL))) if len(usual) else 1.0


def _bound(errors: Floats) -> float:
    """Errors above which steps are no longer taken for usual."""
    known = errors[np.isfinite(errors)]
    return OUTLYING * float(np.quantile(known, MOST)) if len(known) else np.inf
