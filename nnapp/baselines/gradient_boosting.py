"""Trees that correct each other: on tables the one to beat."""

from __future__ import annotations

import time
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from nnapp.baselines.base import BASELINES, NUMBERS, Arrays, Baseline, Fitted, class_answers
from nnapp.data.specs import DataKind
from nnapp.tasks import Answers, TaskSpec

MOST_CLASSES = 20
MOST_FEATURES = 500
_MOST_ROWS = 200_000
_FIRST_ROUNDS = 5
_MOST_ROUNDS = 800
_WORTH = 5
"""Rounds fewer than which are not worth another helping."""
_PATIENCE = 15
"""Rounds without progress on the validation part after which it stops."""


@BASELINES.register("gradient_boosting")
class GradientBoosting(Baseline):
    """Histogram gradient boosting, stopped by the validation part."""

    title: ClassVar[str] = "Gradient boosting"
    sentence: ClassVar[str] = "Hundreds of small decision trees, each correcting the ones before. On tables it is hard to beat."
    data: ClassVar[frozenset[DataKind]] = NUMBERS
    order: ClassVar[int] = 2

    def left_out(self, arrays: Arrays, task: TaskSpec) -> str:
        """It grows slow with classes and features."""
        arrays = arrays.numbers()
        k, features = len(task.class_names), arrays.train.shape[1]
        if k > MOST_CLASSES:
            return f"{self.title} was left out: it is slow beyond {MOST_CLASSES} classes, and there are {k}."
        if features > MOST_FEATURES:
            return f"{self.title} was left out: it is slow beyond {MOST_FEATURES} features, and there are {features:,}."
        return super().left_out(arrays, task)

    def fit(self, arrays: Arrays, task: TaskSpec, seconds: float) -> Fitted:
        """Add trees, in growing helpings, until the validation part gains no more or the time is nearly up."""
        started = time.monotonic()
        arrays = arrays.numbers()
        used = arrays.fewer(_MOST_ROWS)
        model = _model(task)
        notes = [] if used is arrays else [f"{self.title} was fitted on {len(used.train):,} of {len(arrays.train):,} rows, to keep its time short."]
        rounds = before = 0
        wanted = _FIRST_ROUNDS
        while True:
            begun = time.monotonic()
            rounds, before = wanted, rounds
            model.set_params(max_iter=rounds)
            _fit(model, used)
            now = time.monotonic()
            if model.n_iter_ < rounds or rounds == _MOST_ROUNDS:
                break
            affordable = int((0.8 * seconds - (now - started)) / (1.2 * (now - begun) / (rounds - before)))
            if affordable < _WORTH:
                notes.append(f"{self.title} was stopped after {rounds} rounds, to keep its time short; more might score higher.")
                break
            wanted = min(2 * rounds, rounds + affordable, _MOST_ROUNDS)
        return Fitted(_answers(model, used.test, task), " ".join(notes))


def _answers(model: Any, test: NDArray[np.float32], task: TaskSpec) -> Answers:
    if task.kind == "regression":
        return Answers(model.predict(test).astype(np.float64), None)
    return class_answers(model.predict_proba(test), model.classes_.astype(np.int64), len(task.class_names))


def _model(task: TaskSpec) -> Any:
    from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

    kind = HistGradientBoostingRegressor if task.kind == "regression" else HistGradientBoostingClassifier
    return kind(learning_rate=0.1, early_stopping=True, n_iter_no_change=_PATIENCE, warm_start=True, random_state=42)


def _fit(model: Any, arrays: Arrays) -> None:
    """Go on from the trees that are there; a validation part with classes that training lacks cannot be scored, so training rows stand in."""
    known = np.isin(arrays.y_validation, arrays.y_train).all() or arrays.y_train.dtype.kind == "f"
    if known and len(arrays.y_validation) >= 10:
        model.fit(arrays.train, arrays.y_train, sample_weight=arrays.weights, X_val=arrays.validation, y_val=arrays.y_validation)
    else:
        model.fit(arrays.train, arrays.y_train, sample_weight=arrays.weights)
