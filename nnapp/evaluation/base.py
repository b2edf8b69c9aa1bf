"""What an evaluation is: a pure function from predictions to a report."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnapp.metrics import Predictions
from nnapp.portable.answers import answer_text
from nnapp.registry import Registry
from nnapp.reports import Report
from nnapp.tasks import TaskKind, TaskSpec

CLASSES: tuple[TaskKind, ...] = ("binary", "multiclass")
ALL: tuple[TaskKind, ...] = (*CLASSES, "multilabel", "regression", "forecasting")
FEW = 30
"""Below this many examples a share says little."""


@dataclass(frozen=True)
class Evaluation:
    """A judgement of one part's predictions.

    Attributes:
        tasks: Kinds of task it judges.
        function: From the predictions of one part, at least one, to the report.
        whole: Whether it is given all parts, as along a series over time.
    """

    name: str
    tasks: frozenset[TaskKind]
    function: Callable[[Predictions], Report]
    whole: bool = False

    def __call__(self, predictions: Predictions) -> Report:
        """The report on these predictions."""
        return self.function(predictions)


EVALUATIONS: Registry[Evaluation] = Registry("evaluation", "nnapp.evaluation")


def evaluation(name: str, *tasks: TaskKind, whole: bool = False) -> Callable[[Callable[[Predictions], Report]], Callable[[Predictions], Report]]:
    """Decorate a function of predictions, of one part or of the whole run, to make it the evaluation called `name`."""

    def add(function: Callable[[Predictions], Report]) -> Callable[[Predictions], Report]:
        EVALUATIONS.register(name)(Evaluation(name, frozenset(tasks), function, whole))
        return function

    return add


def named(task: TaskSpec, classes: NDArray[np.int64] | NDArray[np.float64]) -> list[str] | list[float]:
    """Class indices as names, several labels joined by bars; a regression's values as they are."""
    if task.is_number:
        return [float(value) for value in classes]
    return [answer_text(answer, task.class_names) or "none" for answer in classes.tolist()]


def few_rows(predictions: Predictions) -> tuple[str, ...]:
    """A caveat where the part is small."""
    n = len(predictions)
    if n >= FEW:
        return ()
    if predictions.probabilities is None:
        return (f"Only {n} examples: with others the numbers may be quite different.",)
    return (f"Only {n} examples: one more or less right changes the score by {100 / n:.1f} points.",)
