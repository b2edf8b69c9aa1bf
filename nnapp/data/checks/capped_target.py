"""A target that was cut off at a limit."""

from __future__ import annotations

import numpy as np

from nnapp.data.checks import CHECKS
from nnapp.data.checks.examined import Examined
from nnapp.data.findings import Finding


@CHECKS.register("capped_target")
def capped_target(examined: Examined) -> Finding | None:
    """Many rows at the very largest value, where values are otherwise fine-grained, were larger in truth."""
    if examined.question.kind != "regression":
        return None
    answers = np.asarray(examined.answers, np.float64)
    answers = answers[np.isfinite(answers)]
    values, counts = np.unique(answers, return_counts=True)
    if len(values) < 50:
        return None
    times = int(counts[-1])
    if times < 10 or times < 0.005 * len(answers) or times < 5 * float(np.median(counts)):
        return None
    problem = f"{times:,} rows have the largest {examined.question.target!r} exactly, {values[-1]:g}: larger values seem to have been cut off there."
    remedy = "Predictions near the limit are too low; leave those rows out if you need the truth there."
    return Finding(code="capped_target", severity="info", problem=problem, remedy=remedy, columns=(examined.question.target,))
