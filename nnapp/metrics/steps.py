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
        found = scores(along.values[low:high], logits[windows], along.at[windows] - low, told)
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

    Windows that reach into the judged part are left out. The threshold is `margin` times the joined error that 99 of 100 of these steps stay below.

    Args:
        dataset: All steps of all parts, with windows.
        logits: The network's answers to them.
    """
    along, spec = along_of(dataset), anomaly_of(dataset.task)
    errors = []
    for low, high, windows in _each_series(along):
        taught = int((along.parts[low:high] != "test").sum())
        inside = windows[along.at[windows] + spec.horizon <= low + taught]
        if taught and len(inside):
            errors.append(step_errors(along.values[low : low + taught], logits[inside], along.at[inside] - low, spec.model_dump())[0])
    if not errors:
        return dataset.task
    known = np.concatenate(errors)
    typical = tuple(max(LEAST_ERROR, float(value)) for value in np.nanmean(known, axis=0))
    told = spec.model_copy(update={"typical": typical}).model_dump()
    joined = np.concatenate([joined_errors(each, told) for each in errors])
    return dataset.task.with_threshold(typical, threshold_of(joined, spec.margin))


def threshold_of(errors: Floats, margin: float) -> float:
    """The rule behind every threshold, the baselines' too: `margin` times the error that 99 of 100 steps stay below.

    >>> threshold_of(np.linspace(0, 1, 101), 2.0)
    1.98
    """
    known = errors[np.isfinite(errors)]
    return max(1e-9, margin * float(np.quantile(known, USUAL))) if len(known) else 1.0
