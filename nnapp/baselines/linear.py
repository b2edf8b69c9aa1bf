"""A weighted sum of the features."""

from __future__ import annotations

import warnings
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from nnapp.baselines.base import BASELINES, NUMBERS, Arrays, Baseline, Fitted, class_answers
from nnapp.data.specs import DataKind
from nnapp.tasks import Answers, TaskKind, TaskSpec

_CELLS = 30_000_000
"""Rows times features times classes that one fit takes on."""


@BASELINES.register("linear")
class Linear(Baseline):
    """Logistic or ridge regression on standardised features."""

    title: ClassVar[str] = "Linear model"
    sentence: ClassVar[str] = "Adds up the features with one weight each: logistic regression for classes, ridge regression for numbers."
    tasks: ClassVar[frozenset[TaskKind]] = frozenset({"binary", "multiclass", "regression", "forecasting"})
    order: ClassVar[int] = 1

    data: ClassVar[frozenset[DataKind]] = NUMBERS

    def left_out(self, arrays: Arrays, task: TaskSpec) -> str:
        """Token ids are nothing to add up."""
        return super().left_out(arrays.numbers(), task)

    def fit(self, arrays: Arrays, task: TaskSpec, seconds: float) -> Fitted:
        """Standardise by the train part and fit."""
        arrays = arrays.numbers()
        answers = arrays.y_train.shape[1] if arrays.y_train.ndim > 1 else task.units
        used, note = fewer_noted(self.title, arrays, max(1_000, _CELLS // max(1, arrays.train.shape[1] * answers)))
        train, test = standardised(used.train, used.test)
        if task.is_number:
            return Fitted(_ridge(train, used, test), note)
        model = logistic(train, used.y_train.astype(np.int64), weights=used.weights)
        return Fitted(class_answers(model.predict_proba(test), model.classes_, len(task.class_names)), note)


def standardised(train: NDArray[np.float32], test: NDArray[np.float32]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Mean 0 and deviation 1 in the train part; what lies beyond 10 deviations is drawn in, so that one wild cell cannot rule."""
    wide = train.astype(np.float64)
    center, deviation = wide.mean(axis=0), wide.std(axis=0)
    # A column that is constant up to rounding carries nothing.
    scale = np.where(deviation > 1e-9 * (1.0 + np.abs(center)), deviation, np.inf)
    return np.clip((wide - center) / scale, -10, 10), np.clip((test.astype(np.float64) - center) / scale, -10, 10)


def _ridge(train: NDArray[np.float64], used: Arrays, test: NDArray[np.float64]) -> Answers:
    from sklearn.linear_model import Ridge

    return Answers(Ridge(alpha=1.0).fit(train, used.y_train, sample_weight=used.weights).predict(test).astype(np.float64), None)


def fewer_noted(title: str, arrays: Arrays, most: int) -> tuple[Arrays, str]:
    """At most so many training rows, and a sentence where that leaves some out."""
    used = arrays.fewer(most)
    note = "" if used is arrays else f"{title} was fitted on {len(used.train):,} of {len(arrays.train):,} rows, to keep its time short."
    return used, note


def logistic(train: Any, y: NDArray[np.int64], C: float = 1.0, weights: NDArray[np.float32] | None = None) -> Any:  # noqa: N803  # scikit-learn's own name
    """A fitted logistic regression; `train` may be sparse."""
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(max_iter=300, tol=1e-3, C=C)
    with warnings.catch_warnings():
        # Stopping at 300 steps costs nothing that a baseline is judged by.
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(train, y, sample_weight=weights)
    return model
