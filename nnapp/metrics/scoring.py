"""Scores of one set of answers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from nnapp.metrics.base import METRICS, Sample, metrics_for
from nnapp.tasks import Answers, TaskSpec


def score(task: TaskSpec, y_true: NDArray[np.int64] | NDArray[np.float64], answers: Answers, names: Sequence[str] | None = None) -> dict[str, float | None]:
    """Every metric of the task, or those named.

    Args:
        task: What the answers mean.
        y_true: Shape `(n,)`: class indices, or values in the target's units.
        answers: Answers to the same `n` examples.
        names: Metrics wanted; all of the task's when None.

    Returns:
        Values by name; None where the number does not exist: no examples, one class only, no probabilities.
    """
    wanted = metrics_for(task) if names is None else tuple(names)
    if len(y_true) != len(answers.prediction):
        raise ValueError(f"{len(y_true)} true answers for {len(answers.prediction)} predictions")
    if len(y_true) == 0:
        return dict.fromkeys(wanted)
    sample = Sample(task, y_true, answers, np.ones((1, len(y_true))))
    return {name: _value(sample, name) for name in wanted}


def _value(sample: Sample, name: str) -> float | None:
    info = METRICS[name]
    if sample.task.kind not in info.tasks or (info.needs_probabilities and sample.answers.probabilities is None):
        return None
    value = float(info.function(sample)[0])
    return value if np.isfinite(value) else None


def text_of_metric(name: str, value: float | None) -> str:
    """A metric for people: at most three digits, shares as percent, "none" where it does not exist.

    >>> text_of_metric("accuracy", 0.86123), text_of_metric("rmse", 47077.3), text_of_metric("roc_auc", 0.9)
    ('86.1 %', '47,100', '0.900')
    """
    if value is None:
        return "none"
    if METRICS[name].unit == "share":
        return f"{100 * value:.1f} %"
    return f"{value:,.0f}" if METRICS[name].unit == "count" else text_of_number(value)


def text_of_number(value: float, digits: int = 3) -> str:
    """A number for people, with at most three significant digits.

    >>> text_of_number(1234567), text_of_number(0.00012345), text_of_number(12.0)
    ('1,230,000', '0.000123', '12.0')
    """
    if value == 0:
        return "0"
    size = int(np.floor(np.log10(abs(value))))
    if size < -4:
        return f"{value:.{digits - 1}e}"
    return f"{round(value, digits - 1 - size):,.{max(0, digits - 1 - size)}f}"
