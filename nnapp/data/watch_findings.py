"""What is worth knowing of a watch for anomalies before it begins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnapp.data.anomaly_question import stretches
from nnapp.data.findings import Finding, counted, quoted
from nnapp.data.preprocessing.stamped import StampedPreprocessing
from nnapp.data.question import Question
from nnapp.data.stamps import Rhythm
from nnapp.data.windows import Cut
from nnapp.portable.stamps import Regular


@dataclass(frozen=True)
class Series:
    """One series with its marks and parts.

    Attributes:
        regular: At even distances.
        labels: 1, 0 or NaN a step.
        cut: Where its parts begin.
    """

    regular: Regular
    labels: NDArray[np.float64]
    cut: Cut


def told_of_short(short: Sequence[Regular], *, of: int, fewest: int) -> list[Finding]:
    """Series that are left out because they are too short.

    Args:
        short: Those series.
        of: How many there are in all.
        fewest: Steps that each needs.
    """
    if not short:
        return []
    named = quoted([one.name for one in short])
    problem = (
        f"{len(short)} of {counted(of, 'series', 'series')} ({named}) {'has' if len(short) == 1 else 'have'} fewer than {fewest:,} steps: "
        f"{'it is' if len(short) == 1 else 'they are'} neither learned from nor judged."
    )
    return [Finding(code="series_short", severity="warning", problem=problem, remedy="Set a shorter data.window if they matter, or bring more steps of them.")]


def told_of_watch(rhythm: Rhythm, fitted: StampedPreprocessing, question: Question, series: Sequence[Series]) -> list[Finding]:
    """What is watched and how, channels that never move, and known anomalies where none should be.

    Args:
        rhythm: Of the stamps.
        fitted: On what teaches.
        question: Names channels and marks.
        series: Those that are learned from or judged.
    """
    cuts = [one.cut for one in series]
    how = f"rebuilds windows of {fitted.window} steps" if fitted.rebuild else f"forecasts {counted(fitted.horizon, 'step')} from the last {fitted.window}"
    step = f" (a step is {rhythm.each})" if rhythm.form else ""
    teaches = sum(one.validation for one in cuts)
    problem = (
        f"The network {how} of {quoted(fitted.channels)}{step}. It learns what is usual from the first {teaches:,} of "
        f"{sum(one.steps for one in cuts):,} steps; what comes after them is judged."
    )
    remedy = "Set data.usual_share if another share teaches, data.window if patterns are longer or shorter."
    found = [Finding(code="watch", severity="info", problem=problem, remedy=remedy, columns=question.channels)]
    still = [
        name
        for place, name in enumerate(fitted.channels)
        if all(np.ptp(one.regular.values[: one.cut.validation, place]) == 0 for one in series if one.cut.validation)
    ]
    if still:
        problem = f"{quoted(still)} {'does' if len(still) == 1 else 'do'} not change in what teaches: every other value will be flagged."
        found.append(Finding(code="constant_series", severity="warning", problem=problem, remedy="Choose other columns, or bring the time in which they move."))
    if fitted.centred:
        problem = "The series drifts, so every window is measured from its own mean: a level that shifts for good is seen where it begins only."
        remedy = "Choose a network that forecasts, if what lasts matters."
        found.append(Finding(code="drifts", severity="info", problem=problem, remedy=remedy, columns=question.channels))
    if question.label:
        found += _of_marks([one.labels for one in series], cuts, question.label)
    return found


def _of_marks(labels: Sequence[NDArray[np.float64]], cuts: Sequence[Cut], label: str) -> list[Finding]:
    """Known anomalies in what teaches, and a judged part without any."""
    early = sum(len(stretches(one[: cut.validation] == 1)) for one, cut in zip(labels, cuts, strict=True))
    late = sum(len(stretches(one[cut.validation :] == 1)) for one, cut in zip(labels, cuts, strict=True))
    found = []
    if early:
        problem = f"{counted(early, 'marked stretch lies', 'marked stretches lie')} in what teaches. The marks are not looked at, so the network may take such for usual."
        remedy = "Lower data.usual_share, so that the beginning alone teaches, if it is free of anomalies."
        found.append(Finding(code="marks_taught", severity="info", problem=problem, remedy=remedy, columns=(label,)))
    if not late:
        problem = "No marked stretch lies in the part that is judged, so precision and recall say nothing there."
        found.append(
            Finding(code="marks_not_judged", severity="warning", problem=problem, remedy="Lower data.usual_share, so that more is judged.", columns=(label,))
        )
    return found
