"""A target with a few values far above the rest."""

from __future__ import annotations

import numpy as np

from nnapp.data.checks import CHECKS
from nnapp.data.checks.examined import Examined
from nnapp.data.findings import Finding

_SKEW = 4.0


@CHECKS.register("skewed_target")
def skewed_target(examined: Examined) -> Finding | None:
    """A handful of huge values rules the squared error."""
    if examined.question.kind != "regression":
        return None
    answers = np.asarray(examined.answers, np.float64)
    answers = answers[np.isfinite(answers)]
    spread = float(answers.std()) if len(answers) >= 20 else 0.0
    if spread == 0 or float((((answers - answers.mean()) / spread) ** 3).mean()) < _SKEW:
        return None
    problem = f"{examined.question.target!r} reaches {answers.max():g} while half of its values lie below {np.median(answers):g}: a few rows rule the error."
    remedy = "Judge by MAE beside RMSE, and look at the largest values: are they right?"
    return Finding(code="skewed_target", severity="info", problem=problem, remedy=remedy, columns=(examined.question.target,))
