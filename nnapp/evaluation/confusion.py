"""Which class is taken for which."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from nnapp.evaluation.base import CLASSES, evaluation, few_rows
from nnapp.metrics import Predictions
from nnapp.reports import Headline, Report

MOST_CLASSES = 100
"""Beyond this only pairs that occur are listed."""


def counts_of(predictions: Predictions) -> NDArray[np.int64]:
    """Counts by true and predicted class index, shape `(k, k)`."""
    k = len(predictions.task.class_names)
    cells = predictions.y_true.astype(np.int64) * k + predictions.prediction.astype(np.int64)
    return np.bincount(cells, minlength=k * k).reshape(k, k)


@evaluation("confusion_matrix", *CLASSES)
def confusion_matrix(predictions: Predictions) -> Report:
    """Count every pair of true and predicted class.

    Returns:
        A report with `k * k` rows in the order of the classes: `true`, `predicted`, `count` and `share`, the part of the examples of
        class `true` that were given class `predicted` (0 for an absent class). Beyond 100 classes only pairs that occur.
        The headline names the commonest mistake.
    """
    names = predictions.task.class_names
    counts = counts_of(predictions)
    share = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    true, predicted = np.divmod(np.arange(counts.size), len(names))
    if len(names) > MOST_CLASSES:
        kept = np.flatnonzero(counts.ravel())
        true, predicted = true[kept], predicted[kept]
    label = np.array(names, dtype=object)
    table = pd.DataFrame(
        {"true": label[true], "predicted": label[predicted], "count": counts[true, predicted], "share": share[true, predicted]},
    ).astype({"true": "str", "predicted": "str"})
    caveats = list(few_rows(predictions))
    absent = [names[index] for index in np.flatnonzero(counts.sum(axis=1) == 0)]
    if absent:
        caveats.append(f"Without any example here: {', '.join(absent[:5])}{' and others' if len(absent) > 5 else ''}.")
    return Report("confusion_matrix", "Confusion matrix", table, _worst(counts, names), tuple(caveats))


def _worst(counts: NDArray[np.int64], names: tuple[str, ...]) -> Headline:
    """Accuracy, and the mistake that is made most often."""
    errors = counts.copy()
    np.fill_diagonal(errors, 0)
    # Of the mistakes that are made often, the one that its class suffers from most.
    share = np.where(4 * errors >= errors.max(), errors / np.maximum(counts.sum(axis=1, keepdims=True), 1), 0.0)
    true, predicted = np.unravel_index(int(share.argmax()), errors.shape)
    found: Headline = {"accuracy": float(np.trace(counts) / counts.sum()), "errors": int(errors.sum())}
    if errors.sum():
        size = {"count": int(errors[true, predicted]), "share": float(share[true, predicted])}
        found |= {"true": names[true], "predicted": names[predicted], **size}
    return found


@evaluation("per_class", *CLASSES)
def per_class(predictions: Predictions) -> Report:
    """Judge each class on its own.

    Returns:
        A report with a row a class, in the order of the classes: `class`, `examples`, `precision`, `recall`, `f1` (NaN where they do
        not exist), `taken_for` (the class it is mistaken for most often, or missing) and `taken_for_share`.
    """
    names = predictions.task.class_names
    counts = counts_of(predictions)
    right, true, predicted = np.diagonal(counts), counts.sum(axis=1), counts.sum(axis=0)
    errors = counts - np.diag(right)
    worst = errors.argmax(axis=1)
    with_errors = errors.max(axis=1) > 0
    table = pd.DataFrame(
        {
            "class": pd.Series(list(names), dtype="str"),
            "examples": true,
            "precision": _ratio(right, predicted),
            "recall": _ratio(right, true),
            "f1": _ratio(2 * right, true + predicted),
            "taken_for": pd.Series([names[index] if some else None for index, some in zip(worst, with_errors, strict=True)], dtype="str"),
            "taken_for_share": _ratio(errors.max(axis=1), true),
        }
    )
    caveats = [f"Class {name!r} has only {number} examples here." for name, number in zip(names, true, strict=True) if 0 < number < 10][:5]
    f1 = table["f1"].to_numpy()
    weakest = int(np.nanargmin(f1)) if np.isfinite(f1).any() else None
    found: Headline = {} if weakest is None else {"weakest": names[weakest], "f1": float(f1[weakest])}
    return Report("per_class", "Class by class", table, found, tuple(caveats))


def _ratio(numerator: NDArray[np.int64], denominator: NDArray[np.int64]) -> NDArray[np.float64]:
    quotient: NDArray[np.float64] = np.divide(numerator, denominator, out=np.full(len(numerator), np.nan), where=denominator > 0)
    return quotient
