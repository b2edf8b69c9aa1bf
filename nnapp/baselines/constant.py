"""The same answer for everybody: what any method must beat."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from nnapp.baselines.base import BASELINES, Arrays, Baseline, Fitted
from nnapp.tasks import Answers, TaskKind, TaskSpec


@BASELINES.register("majority")
class Majority(Baseline):
    """The commonest class, with the classes' shares as probabilities."""

    title: ClassVar[str] = "Majority class"
    sentence: ClassVar[str] = "Always says the commonest class. A network that does no better has learned nothing."
    tasks: ClassVar[frozenset[TaskKind]] = frozenset({"binary", "multiclass"})
    order: ClassVar[int] = 0

    def left_out(self, arrays: Arrays, task: TaskSpec) -> str:
        """One class is enough."""
        return "" if len(arrays.train) else super().left_out(arrays, task)

    def fit(self, arrays: Arrays, task: TaskSpec, seconds: float) -> Fitted:
        """Count the classes."""
        shares = np.bincount(arrays.y_train.astype(np.int64), arrays.weights, minlength=len(task.class_names))
        shares = shares / shares.sum()
        n = len(arrays.test)
        return Fitted(Answers(np.full(n, int(shares.argmax()), dtype=np.int64), np.tile(shares, (n, 1))))


@BASELINES.register("common_labels")
class CommonLabels(Baseline):
    """The labels' shares, whatever the input."""

    title: ClassVar[str] = "Commonest labels"
    sentence: ClassVar[str] = (
        "Always gives the labels that more than half of the examples have, or else the commonest. A network that does no better has learned nothing."
    )
    tasks: ClassVar[frozenset[TaskKind]] = frozenset({"multilabel"})
    order: ClassVar[int] = 0

    def fit(self, arrays: Arrays, task: TaskSpec, seconds: float) -> Fitted:
        """Count the labels."""
        shares = np.average(arrays.y_train, axis=0, weights=arrays.weights)
        given = (shares > min(0.5, shares.max() - 1e-12)).astype(np.int64)
        n = len(arrays.test)
        return Fitted(Answers(np.tile(given, (n, 1)), np.tile(shares, (n, 1))))


@BASELINES.register("mean")
class Mean(Baseline):
    """The mean of the target."""

    title: ClassVar[str] = "Mean"
    sentence: ClassVar[str] = "Always says the mean of the target. A network that does no better has learned nothing."
    tasks: ClassVar[frozenset[TaskKind]] = frozenset({"regression"})
    order: ClassVar[int] = 0

    def fit(self, arrays: Arrays, task: TaskSpec, seconds: float) -> Fitted:
        """Average the target."""
        return Fitted(Answers(np.full(len(arrays.test), float(np.average(arrays.y_train, weights=arrays.weights))), None))
