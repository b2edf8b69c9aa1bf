"""Judging predictions: pure functions from `Predictions` to `Report`."""

from nnapp.evaluation.base import EVALUATIONS, Evaluation
from nnapp.evaluation.judge import evaluate
from nnapp.evaluation.samples import samples_of
from nnapp.evaluation.verdict import verdict

__all__ = ["EVALUATIONS", "Evaluation", "evaluate", "samples_of", "verdict"]
