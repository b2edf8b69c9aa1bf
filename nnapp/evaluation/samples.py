"""The examples behind a number."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from nnapp.evaluation.base import ALL, evaluation, named
from nnapp.evaluation.numbers import ids
from nnapp.metrics import Predictions
from nnapp.reports import Report

WORST = 60
"""Examples in the report of the worst ones."""


def losses(predictions: Predictions) -> NDArray[np.float64]:
    """How bad each answer is, shape `(n,)`: surprise at the true class in nats, or the size of the error."""
    if predictions.probabilities is None:
        return np.asarray(np.abs(predictions.prediction.astype(np.float64) - predictions.y_true.astype(np.float64)).reshape(len(predictions), -1).mean(axis=1))
    true = p_true(predictions)
    return -np.log(np.clip(true, np.finfo(np.float64).eps, 1.0))


def p_true(predictions: Predictions) -> NDArray[np.float64]:
    """Probability given to what was right, shape `(n,)`: of several labels the smallest over them."""
    assert predictions.probabilities is not None  # numbers have residuals instead
    if predictions.y_true.ndim > 1:
        right: NDArray[np.float64] = np.where(predictions.y_true == 1, predictions.probabilities, 1 - predictions.probabilities).min(axis=1)
        return right
    chosen: NDArray[np.float64] = predictions.probabilities[np.arange(len(predictions)), predictions.y_true.astype(np.int64)]
    return chosen


def samples_of(predictions: Predictions, *, true: str | None = None, predicted: str | None = None, limit: int = 200) -> pd.DataFrame:
    """The examples of a cell of the confusion matrix (or of a row, a column, all), worst first.

    Args:
        predictions: Of one part.
        true: Only examples of this class.
        predicted: Only examples that were given this class.
        limit: At most so many.

    Returns:
        A table of `id`, `true`, `predicted`, and for classes `confidence` (in the answer) and `p_true` (of the true class),
        for numbers `residual` (predicted minus true).
    """
    kept = np.ones(len(predictions), dtype=np.bool_)
    names = predictions.task.class_names
    if true is not None:
        kept &= predictions.y_true == names.index(true)
    if predicted is not None:
        kept &= predictions.prediction == names.index(predicted)
    found = np.flatnonzero(kept)
    return _table(predictions, found[np.argsort(-losses(predictions)[found], kind="stable")][:limit])


@evaluation("worst_samples", *ALL)
def worst_samples(predictions: Predictions) -> Report:
    """List the examples with the worst answers: often a wrong label, a rare kind, or a broken row.

    Returns:
        A report with up to 60 rows, worst first, with the columns of `samples_of`; of classes only those that are wrong.
    """
    order = np.argsort(-losses(predictions), kind="stable")
    if predictions.probabilities is None:
        chosen, wrong = order[:WORST], None
    else:
        mistaken = predictions.prediction != predictions.y_true
        mistaken = mistaken if mistaken.ndim == 1 else mistaken.any(axis=1)
        chosen, wrong = order[mistaken[order]][:WORST], int(mistaken.sum())
    caveats = ("An answer that is sure and wrong is often a wrong label: look at the example before you blame the network.",) if len(chosen) else ()
    headline = {"shown": len(chosen)} if wrong is None else {"shown": len(chosen), "wrong": wrong}
    return Report("worst_samples", "Worst answers", _table(predictions, chosen), dict(headline), caveats)


def _table(predictions: Predictions, rows: NDArray[np.int64]) -> pd.DataFrame:
    task = predictions.task
    kind = "float64" if task.is_number else "str"
    columns = {
        "id": ids(predictions, rows),
        "true": pd.Series(named(task, _one_each(predictions.y_true[rows])), dtype=kind),
        "predicted": pd.Series(named(task, _one_each(predictions.prediction[rows])), dtype=kind),
    }
    if predictions.probabilities is None:
        return pd.DataFrame({**columns, "residual": _one_each(predictions.prediction[rows] - predictions.y_true[rows])})
    return pd.DataFrame({**columns, "confidence": predictions.confidence[rows], "p_true": p_true(predictions)[rows]})


def _one_each(values: NDArray[np.int64] | NDArray[np.float64]) -> NDArray[np.int64] | NDArray[np.float64]:
    """One number an example: of a forecast the mean over its steps and targets."""
    return values if values.ndim == 1 else np.asarray(values.mean(axis=1))
