"""One class only, or one number."""

from __future__ import annotations

import numpy as np

from nnapp.data.checks import CHECKS
from nnapp.data.checks.examined import Examined
from nnapp.data.findings import Finding
from nnapp.data.media import MEDIA


@CHECKS.register("single_class")
def single_class(examined: Examined) -> Finding | None:
    """To tell classes apart there must be two."""
    question = examined.question
    if question.is_number:
        return _constant(examined)
    if len(question.class_names) != 1:
        return None
    if examined.files:
        problem = f"All {examined.noun}s lie in one class folder, {question.class_names[0]!r}: there is nothing to tell apart."
        remedy = MEDIA[f"{examined.noun}s"].form
    else:
        problem = f"Every row has the same {question.target!r}, {question.class_names[0]!r}: there is nothing to tell apart."
        remedy = "Bring rows of at least two classes, or choose another target."
    return Finding(code="single_class", severity="error", problem=problem, remedy=remedy, columns=(question.target,))


def _constant(examined: Examined) -> Finding | None:
    """A number that never changes needs no network."""
    answers = np.asarray(examined.answers, np.float64)
    answers = answers[np.isfinite(answers)]
    if len(answers) == 0 or answers.min() != answers.max():
        return None
    target = examined.question.target
    problem = f"Every row has the same {target!r}, {answers[0]:g}: there is nothing to predict."
    return Finding(code="constant_target", severity="error", problem=problem, remedy="Choose a target that varies.", columns=(target,))
