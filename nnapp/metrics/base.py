"""What a metric is, and the sample of weighted examples it is computed on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from nnapp.metrics.areas import Floats, areas
from nnapp.registry import Registry
from nnapp.tasks import Answers, TaskKind, TaskSpec

Unit = Literal["share", "nats", "target", "target squared", "count", "none"]
NO_CONTEST = frozenset({"flagged"})
"""Metrics of which neither more nor less is better."""


@dataclass(frozen=True)
class Sample:
    """Examples with their answers, counted `r` times over with differing weights.

    A plain score is one row of ones; a bootstrap is one row a resample, so both run the same code.

    Attributes:
        task: What the answers mean.
        y_true: Shape `(n,)`: class indices, or values in the target's units; of several labels `(n, k)` of 0 and 1.
        answers: The answers to the same `n` examples.
        weights: Shape `(r, n)`: how often each example counts.
    """

    task: TaskSpec
    y_true: NDArray[np.int64] | Floats
    answers: Answers
    weights: Floats

    @cached_property
    def class_sums(self) -> tuple[Floats, Floats, Floats]:
        """Weighted counts a class of right answers, of true ones and of predicted ones, each `(r, k)`."""
        if self.task.kind == "anomaly":
            return self._step_sums()
        true, predicted = self.y_true.astype(np.int64), self.answers.prediction.astype(np.int64)
        if true.ndim > 1:
            return self.weights @ (true & predicted), self.weights @ true, self.weights @ predicted
        right = true == predicted
        return self._count(true[right], self.weights[:, right]), self._count(true, self.weights), self._count(predicted, self.weights)

    def _step_sums(self) -> tuple[Floats, Floats, Floats]:
        """The same of steps that are usual (0) or not (1); those without a mark count for nothing."""
        marks, flags = np.asarray(self.y_true[:, 0], np.float64), np.asarray(self.answers.prediction[:, 0]) == 1
        known = self.weights * np.isfinite(marks)
        true = np.stack([marks == 0, marks == 1], axis=1)
        given = np.stack([~flags, flags], axis=1)
        return known @ (true & given), known @ true, known @ given

    def _count(self, classes: NDArray[np.int64], weights: Floats) -> Floats:
        """Sums of weights by class, `(r, k)`."""
        counts = np.zeros((len(weights), len(self.task.class_names)))
        if len(classes):
            order = np.argsort(classes, kind="stable")
            present, starts = np.unique(classes[order], return_index=True)
            counts[:, present] = np.add.reduceat(weights[:, order], starts, axis=1)
        return counts

    @cached_property
    def areas(self) -> tuple[Floats, Floats]:
        """ROC AUC and average precision, each `(r,)`: of the positive class of two, else the mean over the classes (or labels) that occur."""
        truth = self.y_true.astype(np.int64)
        if truth.ndim > 1:
            return areas(truth == 1, self.probabilities, np.flatnonzero((truth == 1).any(axis=0)).tolist(), self.weights)
        classes = [1] if self.task.kind == "binary" else np.unique(truth).tolist()
        return areas(truth[:, None] == np.arange(self.probabilities.shape[1]), self.probabilities, classes, self.weights)

    @property
    def probabilities(self) -> Floats:
        """Shape `(n, k)`; metrics that need them are not asked where there are none."""
        if self.answers.probabilities is None:
            raise ValueError("these answers carry no probabilities")
        return self.answers.probabilities

    def mean(self, values: Floats) -> Floats:
        """Weighted mean of one value an example, shape `(r,)`."""
        result: Floats = (self.weights @ values) / self.weights.sum(axis=1)
        return result


@dataclass(frozen=True)
class MetricInfo:
    """A metric: what it is called, what it means, and the function that computes it.

    Attributes:
        function: From a `Sample` with `r` rows of weights to `r` values, NaN where the number does not exist.
        unit: `share` is shown as percent; `target` is in the target's own units.
        once_a_class: Whether the work grows with the classes, so that its bootstrap draws fewer resamples.
    """

    name: str
    title: str
    sentence: str
    tasks: frozenset[TaskKind]
    higher_is_better: bool
    unit: Unit
    needs_probabilities: bool
    once_a_class: bool
    function: Callable[[Sample], Floats]


CLASSES: tuple[TaskKind, ...] = ("binary", "multiclass")
ANY_CLASSES: tuple[TaskKind, ...] = (*CLASSES, "multilabel")
METRICS: Registry[MetricInfo] = Registry("metric", "nnapp.metrics")

# The order in which people read them; metrics that are not named here follow by name.
_ORDER = (
    "event_f1",
    "event_recall",
    "event_precision",
    "range_f1",
    "range_recall",
    "range_precision",
    "accuracy",
    "balanced_accuracy",
    "f1",
    "precision",
    "recall",
    "macro_f1",
    "micro_f1",
    "subset_accuracy",
    "hamming_accuracy",
    "roc_auc",
    "average_precision",
    "log_loss",
    "brier",
    "ece",
    "mase",
    "smape",
    "rmse",
    "mae",
    "r2",
    "mse",
)
_HEADLINES: dict[TaskKind, str] = {
    "binary": "accuracy",
    "multiclass": "accuracy",
    "multilabel": "macro_f1",
    "regression": "rmse",
    "forecasting": "mase",
    "anomaly": "event_f1",
}


def metric(
    name: str,
    title: str,
    sentence: str,
    tasks: tuple[TaskKind, ...],
    *,
    higher_is_better: bool = True,
    unit: Unit = "share",
    needs_probabilities: bool = False,
    once_a_class: bool = False,
) -> Callable[[Callable[[Sample], Floats]], Callable[[Sample], Floats]]:
    """Decorate a function of a `Sample` to make it the metric called `name`."""

    def add(function: Callable[[Sample], Floats]) -> Callable[[Sample], Floats]:
        info = MetricInfo(name, title, sentence, frozenset(tasks), higher_is_better, unit, needs_probabilities, once_a_class, function)
        METRICS.register(name)(info)
        return function

    return add


def metrics_for(task: TaskSpec) -> tuple[str, ...]:
    """Names of the metrics that judge this task, in reading order."""
    names = [name for name in METRICS if task.kind in METRICS[name].tasks]
    return tuple(sorted(names, key=lambda name: (_ORDER.index(name) if name in _ORDER else len(_ORDER), name)))


def headline(task: TaskSpec) -> str:
    """Name of the one number that stands for a run; where no anomaly is marked, how much is flagged."""
    if task.output.anomaly is not None and not task.output.anomaly.label:
        return "flagged"
    return _HEADLINES[task.kind]


def ratio(numerator: Floats, denominator: Floats) -> Floats:
    """Elementwise quotient, NaN where the denominator is 0."""
    quotient: Floats = np.divide(numerator, denominator, out=np.full(np.broadcast(numerator, denominator).shape, np.nan), where=denominator > 0)
    return quotient
