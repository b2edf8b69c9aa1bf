"""How good answers are: metrics with intervals, on NumPy arrays.

`METRICS` holds one `MetricInfo` a name; `score` gives the numbers, `bootstrap` their intervals, and
`Predictions` is the table of answers that evaluations and charts are made of.
"""

from nnapp.metrics.base import METRICS, NO_CONTEST, MetricInfo, headline, metrics_for
from nnapp.metrics.bootstrap import Difference, bootstrap, paired_difference
from nnapp.metrics.predictions import Predictions, answers_to, judged_ids, true_answers
from nnapp.metrics.rivals import BaselineResult, Rival
from nnapp.metrics.scoring import score, text_of_metric

__all__ = [
    "METRICS",
    "NO_CONTEST",
    "BaselineResult",
    "Difference",
    "MetricInfo",
    "Predictions",
    "Rival",
    "answers_to",
    "bootstrap",
    "headline",
    "judged_ids",
    "metrics_for",
    "paired_difference",
    "score",
    "text_of_metric",
    "true_answers",
]
