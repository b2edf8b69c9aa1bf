"""What happens when the threshold moves: ROC and precision-recall curves."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from nnapp.evaluation.base import CLASSES, evaluation
from nnapp.metrics import Predictions, score
from nnapp.reports import Headline, Report

POINTS = 200
"""Points kept of a curve: more cannot be seen."""
MOST_CURVES = 20


@evaluation("roc", *CLASSES)
def roc(predictions: Predictions) -> Report:
    """Follow the share of positives found against the share of false alarms, each class against the rest.

    Returns:
        A report with the points of each curve: `class`, `threshold` (1 at the start), `false_positive_rate`, `true_positive_rate`;
        the headline has `roc_auc` and, by class name, the area of each curve as `auc: <class>`.
    """
    from sklearn.metrics import auc, roc_curve

    frames, found = [], {"roc_auc": score(predictions.task, predictions.y_true, predictions.answers, ["roc_auc"])["roc_auc"]}
    headline: Headline = dict(found)
    for index, name in _drawn(predictions):
        positive = predictions.y_true == index
        false, true, threshold = roc_curve(positive, _probabilities(predictions)[:, index])
        headline[f"auc: {name}"] = float(auc(false, true))
        kept = _thinned(false, true)
        columns = {"threshold": np.minimum(threshold[kept], 1.0), "false_positive_rate": false[kept], "true_positive_rate": true[kept]}
        frames.append(_frame(name, columns))
    table = pd.concat(frames, ignore_index=True) if frames else _frame("", {"threshold": [], "false_positive_rate": [], "true_positive_rate": []})
    return Report("roc", "ROC curve", table, headline, _caveats(predictions, len(frames)))


@evaluation("precision_recall", *CLASSES)
def precision_recall(predictions: Predictions) -> Report:
    """Follow precision against recall, each class against the rest.

    Returns:
        A report with the points of each curve: `class`, `threshold`, `recall`, `precision`; the headline has `average_precision`, and by
        class name `ap: <class>` and `share: <class>`, the precision of guessing.
    """
    from sklearn.metrics import average_precision_score, precision_recall_curve

    whole = score(predictions.task, predictions.y_true, predictions.answers, ["average_precision"])["average_precision"]
    headline: Headline = {"average_precision": whole}
    frames = []
    for index, name in _drawn(predictions):
        positive = predictions.y_true == index
        chance = _probabilities(predictions)[:, index]
        precision, recall, threshold = precision_recall_curve(positive, chance)
        headline |= {f"ap: {name}": float(average_precision_score(positive, chance)), f"share: {name}": float(positive.mean())}
        kept = _thinned(recall, precision)
        frames.append(_frame(name, {"threshold": np.r_[threshold, 1.0][kept], "recall": recall[kept], "precision": precision[kept]}))
    table = pd.concat(frames, ignore_index=True) if frames else _frame("", {"threshold": [], "recall": [], "precision": []})
    return Report("precision_recall", "Precision and recall", table, headline, _caveats(predictions, len(frames)))


def _frame(name: str, columns: dict[str, NDArray[np.float64] | list[float]]) -> pd.DataFrame:
    frame = pd.DataFrame(columns, dtype="float64")
    frame.insert(0, "class", pd.Series([name] * len(frame), dtype="str"))
    return frame


def _probabilities(predictions: Predictions) -> NDArray[np.float64]:
    if predictions.probabilities is None:
        raise ValueError("a classification without probabilities has no curves")
    return predictions.probabilities


def _drawn(predictions: Predictions) -> list[tuple[int, str]]:
    """Classes that get a curve: the positive one of two, else the commonest; only those with examples both of them and of others."""
    names = predictions.task.class_names
    truth = predictions.y_true.astype(np.int64)
    counts = np.bincount(truth, minlength=len(names))
    candidates = [1] if predictions.task.kind == "binary" else np.sort(np.argsort(-counts, kind="stable")[:MOST_CURVES]).tolist()
    return [(index, names[index]) for index in candidates if 0 < counts[index] < len(truth)]


def _thinned(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.int64]:
    """Positions of at most about `POINTS` points, evenly along the length of the curve, both ends among them."""
    if len(x) <= POINTS:
        return np.arange(len(x), dtype=np.int64)
    along = np.r_[0.0, np.cumsum(np.hypot(np.diff(x), np.diff(y)))]
    wanted = np.linspace(0.0, along[-1], POINTS)
    return np.unique(np.r_[0, np.searchsorted(along, wanted).clip(0, len(x) - 1), len(x) - 1]).astype(np.int64)


def _caveats(predictions: Predictions, drawn: int) -> tuple[str, ...]:
    k = len(predictions.task.class_names)
    if drawn == 0:
        return ("There are no examples of two classes here, so there is no curve.",)
    if predictions.task.kind == "binary":
        positives = int((predictions.y_true == 1).sum())
        return (f"Only {positives} positive examples: the curve is coarse.",) if positives < 20 else ()
    return (f"Each class against all others; the {drawn} commonest of {k} classes are drawn.",) if drawn < k else ("Each class against all others.",)
