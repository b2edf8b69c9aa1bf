"""The network against the best baseline, in plain words."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from nnapp.evaluation.anomaly_verdict import anomaly_verdict
from nnapp.metrics import METRICS, Difference, Predictions, Rival, headline, paired_difference, score, text_of_metric
from nnapp.metrics.scoring import text_of_number
from nnapp.reports import Headline, Report

COLUMNS = ["baseline", "title", "metric", "network", "value", "difference", "low", "high", "verdict"]


def verdict(predictions: Predictions, rivals: Sequence[Rival] = (), *, seed: int = 42) -> Report:
    """Compare the network with each baseline on the same examples, by a paired bootstrap of the headline metric.

    Args:
        predictions: Of one part.
        rivals: Baselines with their answers to that part, in the same order.
        seed: Of the resamples.

    Returns:
        A report with a row a baseline: `baseline`, `title`, `metric`, `network`, `value` (the baseline's), `difference` (network minus
        baseline) with `low` and `high`, and `verdict` (`better`, `worse`, `indistinguishable`). The headline has `outcome` (`win`,
        `lose`, `indistinguishable`, `alone`), `sentence`, `metric`, `baseline` (the best one's title), `difference`, `low`, `high`.
    """
    if predictions.task.kind == "anomaly":
        return anomaly_verdict(predictions, rivals, COLUMNS)
    name = headline(predictions.task)
    ours = score(predictions.task, predictions.y_true, predictions.answers, [name])[name]
    pairs = [
        (rival, paired_difference(predictions.task, predictions.y_true, predictions.answers, rival.answers, name, seed=seed))
        for rival in rivals
        if rival.answers is not None
    ]
    rows = [
        (rival.result.name, rival.result.title, name, ours, rival.result.metrics.get(name), found.value, found.low, found.high, found.verdict)
        for rival, found in pairs
    ]
    caveats = [rival.result.left_out for rival in rivals if rival.result.left_out]
    if pairs:
        caveats.append("Each resample scores both on the same examples, so that easy and hard draws cancel.")
    return Report("verdict", "Network against baselines", pd.DataFrame(rows, columns=COLUMNS), _headline(predictions, ours, pairs), tuple(caveats))


def _headline(predictions: Predictions, ours: float | None, pairs: Sequence[tuple[Rival, Difference]]) -> Headline:
    name = headline(predictions.task)
    scored = [(rival, found) for rival, found in pairs if found.value is not None]
    if ours is None or not scored:
        sentence = "No baseline could be fitted, so there is nothing to compare the network with."
        return {"outcome": "alone", "sentence": sentence, "metric": name, "baseline": None, "difference": None, "low": None, "high": None}
    sign = 1 if METRICS[name].higher_is_better else -1
    # The best baseline is the one that the network is least ahead of.
    best, found = min(scored, key=lambda pair: sign * (pair[1].value or 0.0))
    outcome = {"better": "win", "worse": "lose"}.get(found.verdict, "indistinguishable")
    sentence = _sentence(outcome, name, ours, best, found)
    return {
        "outcome": outcome, "sentence": sentence, "metric": name, "baseline": best.result.title,
        "difference": found.value, "low": found.low, "high": found.high,
    }  # fmt: skip


def _sentence(outcome: str, name: str, ours: float, best: Rival, found: Difference) -> str:
    title, metric = best.result.title, METRICS[name].title
    metric = _lower(metric)
    theirs = text_of_metric(name, best.result.metrics.get(name))
    numbers = f"{metric} {text_of_metric(name, ours)} against {theirs}"
    if found.value == 0 and found.low == found.high == 0:
        return f"The network and {_lower(title)}, the best baseline, give equally good answers: {numbers}."
    interval = _interval(name, found)
    if outcome == "win":
        return f"The network beats the best baseline, {_lower(title)}: {numbers}, a difference of {interval}."
    if outcome == "lose":
        return f"{title} beats the network: {numbers}, a difference of {interval}. Use it, or give the network more: the best preset, or more data."
    return f"The network and the best baseline, {_lower(title)}, are indistinguishable on this many examples: {numbers}, a difference of {interval}."


def _interval(name: str, found: Difference) -> str:
    """The size of a difference with its 95 % interval, shares in points."""
    points = METRICS[name].unit == "share"
    value, low, high = (None if end is None else end * (100 if points else 1) for end in (found.value, found.low, found.high))

    def text(number: float) -> str:
        size = f"{abs(number):.1f}" if points else text_of_number(abs(number))
        return f"{'+' if number > 0 else '−' if number < 0 else ''}{size}"

    unit = " points" if points else ""
    if value is None or low is None or high is None:
        return "unknown size"
    if low == high:
        return f"{text(value)}{unit}, the same in every sample drawn anew, so how far it may be off cannot be told"
    return f"{text(value)}{unit} (95 % interval {text(low)} to {text(high)})"


def _lower(title: str) -> str:
    """A title within a sentence; an abbreviation stays as it is.

    >>> _lower("Linear model"), _lower("TF-IDF and linear model")
    ('linear model', 'TF-IDF and linear model')
    """
    return title if title[1:2].isupper() else title[0].lower() + title[1:]
