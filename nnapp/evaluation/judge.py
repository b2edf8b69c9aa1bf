"""All reports on one part of a run."""

from __future__ import annotations

from collections.abc import Sequence

from nnapp.data.specs import Part
from nnapp.errors import RunError
from nnapp.evaluation.base import EVALUATIONS
from nnapp.evaluation.scores import scores
from nnapp.evaluation.verdict import verdict
from nnapp.metrics import Predictions, Rival
from nnapp.reports import Report


def evaluate(predictions: Predictions, rivals: Sequence[Rival] = (), part: Part = "test", *, seed: int = 42) -> dict[str, Report]:
    """Every report that fits the task.

    Args:
        predictions: Of one or several parts; only `part` is judged.
        rivals: Baselines with their answers to the same part, in the same order.
        part: Which one to judge.
        seed: Of the resamples behind the intervals.

    Returns:
        Reports by name; `scores` has the baselines' rows too, and `verdict` compares the network with the best of them.

    Raises:
        RunError: When the part has no examples.
    """
    judged = predictions.of(part)
    if not len(judged):
        raise RunError(f"The {part} part has no examples, so there is nothing to judge.", remedy=f"Give the {part} part a share of the rows.")
    reports = {
        name: found(predictions if found.whole else judged) for name, found in EVALUATIONS.items() if judged.task.kind in found.tasks and name != "scores"
    }
    return {"scores": scores(judged, rivals, seed=seed), "verdict": verdict(judged, rivals, seed=seed), **reports}
