"""A watch for anomalies against simpler ones, in plain words: stretches are too few to be drawn anew, so they are counted."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from nnapp.data.findings import counted
from nnapp.evaluation.anomalies import few_stretches, flagged_runs
from nnapp.metrics import Predictions, Rival, headline, score
from nnapp.metrics.base import Sample
from nnapp.metrics.ranges import stretches_of, touching
from nnapp.metrics.steps import FLAG, anomaly_of
from nnapp.reports import Headline, Report
from nnapp.tasks import Answers


def anomaly_verdict(predictions: Predictions, rivals: Sequence[Rival], columns: Sequence[str]) -> Report:
    """Compare the network with each baseline on the same steps, by the headline metric.

    Args:
        predictions: Of one part.
        rivals: Baselines with their answers to that part.
        columns: Of the table of `verdict`.

    Returns:
        A report as `verdict` gives it; without marks nothing is compared, and the outcome is `alone`.
    """
    name = headline(predictions.task)
    ours = score(predictions.task, predictions.y_true, predictions.answers, [name])[name]
    scored = [(rival, rival.result.metrics.get(name)) for rival in rivals if rival.answers is not None]
    rows = []
    for rival, value in scored:
        gap = None if ours is None or value is None else ours - value
        said = "indistinguishable" if not gap else "better" if gap > 0 else "worse"
        rows.append((rival.result.name, rival.result.title, name, ours, value, gap, None, None, said))
    caveats = [rival.result.left_out for rival in rivals if rival.result.left_out]
    table = pd.DataFrame(rows, columns=list(columns))
    caveats += few_stretches(predictions)
    return Report("verdict", "Network against baselines", table, _headline(predictions, name, ours, scored), tuple(caveats))


def _headline(predictions: Predictions, name: str, ours: float | None, scored: Sequence[tuple[Rival, float | None]]) -> Headline:
    if not anomaly_of(predictions.task).label or ours is None:
        return {"outcome": "alone", "sentence": _unmarked(predictions), "metric": name, "baseline": None, "difference": None, "low": None, "high": None}
    known = [(value, rival) for rival, value in scored if value is not None]
    value, best = max(known, key=lambda pair: pair[0]) if known else (None, None)
    outcome = "alone" if value is None else "win" if ours > value else "lose" if ours < value else "indistinguishable"
    sentence = f"The network {_in_words(predictions, predictions.answers)}."
    if best is not None and best.answers is not None:
        sentence += f" The best baseline, {best.result.title.lower()}, {_in_words(predictions, best.answers)}."
        sentence += " Use it, or give the network more that is usual to learn from." if outcome == "lose" else ""
    gap = None if value is None else ours - value
    title = best.result.title if best else None
    return {"outcome": outcome, "sentence": sentence, "metric": name, "baseline": title, "difference": gap, "low": None, "high": None}


def _sample(predictions: Predictions, answers: Answers) -> Sample:
    return Sample(predictions.task, predictions.y_true, answers, np.ones((1, len(predictions))))


def _in_words(predictions: Predictions, answers: Answers) -> str:
    """What was found and what was flagged for nothing, as the end of a sentence."""
    found = stretches_of(_sample(predictions, answers))
    hits = sum(bool(touching(one, found.flagged)) for one in found.marked)
    false = sum(not touching(one, found.marked) for one in found.flagged)
    return f"finds {hits} of {counted(len(found.marked), 'marked stretch', 'marked stretches')} with {counted(false, 'false alarm') if false else 'no false alarm'}"


def _unmarked(predictions: Predictions) -> str:
    """What was flagged, where nothing says whether rightly."""
    count = len(flagged_runs(predictions, np.ones(len(predictions), np.bool_)))
    share = float(np.asarray(predictions.prediction[:, FLAG], np.float64).mean())
    why = "No anomaly is marked there" if anomaly_of(predictions.task).label else "No column marks known anomalies"
    told = (
        f"{counted(count, 'stretch is', 'stretches are')} flagged in the judged part, {100 * share:.1f} % of its steps."
        if count
        else "Nothing is flagged in the judged part."
    )
    return f"{told} {why}, so nobody can say how many are right{': look at them below' if count else ''}."
