"""Every metric with its interval, the network's beside the baselines'."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from nnapp.data.findings import counted
from nnapp.evaluation.anomalies import few_stretches, marked_in
from nnapp.evaluation.base import ALL, evaluation, few_rows
from nnapp.metrics import METRICS, Predictions, Rival, bootstrap, metrics_for, score
from nnapp.reports import Report

_INTERVALS = ("An interval says where the score would lie, 95 times in 100, on another sample of the same size from the same source.",)
_NO_INTERVALS = ("There are no intervals: steps of a series belong together and cannot be drawn anew one by one.",)
NETWORK = "network"
"""Name of the network in tables that have baselines too."""


def scores(predictions: Predictions, rivals: Sequence[Rival] = (), *, seed: int = 42) -> Report:
    """Score the answers by every metric of the task.

    Returns:
        A report with a row for each model and metric: `model`, `title`, `metric`, `value`, `low`, `high` (ends of the 95 %
        interval); the headline has the network's values by metric.
    """
    task = predictions.task
    ours = score(task, predictions.y_true, predictions.answers)
    ends = bootstrap(task, predictions.y_true, predictions.answers, seed=seed)
    rows = _rows(NETWORK, "Network", ours, ends)
    for rival in rivals:
        if rival.answers is not None:
            rows += _rows(rival.result.name, rival.result.title, rival.result.metrics, rival.result.intervals)
    table = pd.DataFrame(rows, columns=["model", "title", "metric", "value", "low", "high"])
    table[["value", "low", "high"]] = table[["value", "low", "high"]].astype("float64")
    caveats = [
        _measured_on(predictions),
        *(_INTERVALS if ends else _NO_INTERVALS),
        *_without_width(ours, ends),
        *(few_stretches(predictions) if predictions.task.kind == "anomaly" else few_rows(predictions)),
    ]
    caveats += [sentence for rival in rivals for sentence in (rival.result.left_out, rival.result.note) if sentence]
    caveats += [f"{METRICS[name].title} does not exist here: {_why(predictions, name)}" for name, value in ours.items() if value is None]
    return Report("scores", "Scores", table, dict(ours), tuple(caveats))


@evaluation("scores", *ALL, "anomaly")
def network_scores(predictions: Predictions) -> Report:
    """The network's scores alone."""
    return scores(predictions)


def _measured_on(predictions: Predictions) -> str:
    seen = {"train": "that the network learned from: too good to be true", "validation": "that chose the best epoch", "test": "that training never saw"}
    which = seen.get(str(predictions.part[0]), "") if len(set(predictions.part.tolist())) == 1 else "of several parts"
    if predictions.task.kind == "anomaly":
        return (
            f"Measured on {len(predictions):,} steps {which}, in which {counted(len(marked_in(predictions)), 'marked stretch lies', 'marked stretches lie')}."
        )
    return f"Measured on {len(predictions):,} examples {which}."


def _without_width(ours: Mapping[str, float | None], ends: Mapping[str, tuple[float, float]]) -> list[str]:
    """Scores that every resample repeats: that is no certainty, and is told so."""
    alike = [METRICS[name].title for name, value in ours.items() if value is not None and name not in ends] if ends else []
    if not alike:
        return []
    have, they = ("has", "it") if len(alike) == 1 else ("have", "they")
    return [f"{', '.join(alike)} {have} no interval: samples drawn anew from these examples cannot tell how far {they} may be off. More examples would."]


def _rows(
    model: str, title: str, values: Mapping[str, float | None], ends: Mapping[str, tuple[float, float]]
) -> list[tuple[str, str, str, float | None, float | None, float | None]]:
    return [(model, title, name, value, *(ends.get(name) or (None, None))) for name, value in values.items()]


def _why(predictions: Predictions, name: str) -> str:
    """Why a number does not exist, as the end of a sentence."""
    if METRICS[name].needs_probabilities and predictions.probabilities is None:
        return "it needs probabilities."
    if name == "precision":
        return "nothing was given the positive class."
    if predictions.task.kind == "anomaly":
        return "nothing is marked in the judged part, or nothing is flagged."
    if name == "r2":
        return "the target is the same in every example."
    return "it needs examples of at least two classes." if name in metrics_for(predictions.task) else "it belongs to another task."
