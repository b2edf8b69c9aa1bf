"""Predicted numbers beside the true ones."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from nnapp.evaluation.base import evaluation, few_rows
from nnapp.metrics import Predictions, score
from nnapp.reports import Headline, Report

MOST_ROWS = 2_000
"""Points of a chart: more hide each other."""


@evaluation("predicted_vs_true", "regression")
def predicted_vs_true(predictions: Predictions) -> Report:
    """Put each prediction beside the truth.

    Returns:
        A report with a row an example: `id`, `true`, `predicted`; beyond 2,000 examples a sample that keeps the extremes.
        The headline has `target` (its name), `r2`, `rmse`, `mae` and `rows` (all of them).
    """
    kept = shown_rows(predictions)
    table = pd.DataFrame({"id": ids(predictions, kept), "true": predictions.y_true[kept], "predicted": predictions.prediction[kept]})
    found = score(predictions.task, predictions.y_true, predictions.answers, ["r2", "rmse", "mae"])
    return Report(
        "predicted_vs_true", "Predicted and true", table, {**found, "rows": len(predictions), "target": predictions.task.target}, _sampled(predictions, kept)
    )


@evaluation("residuals", "regression")
def residuals(predictions: Predictions) -> Report:
    """Look at what is left over: predicted minus true.

    Returns:
        A report with a row an example: `id`, `true`, `predicted`, `residual` (predicted minus true). The headline has `target`, `bias` (mean residual) with
        `bias_low` and `bias_high` (95 %), `median_error` and `error_90` (sizes that half and nine tenths of the errors stay within),
        and `spread_ratio`: typical error in the upper third of the predictions over that in the lower third.
    """
    kept = shown_rows(predictions)
    gap = predictions.prediction - predictions.y_true
    table = pd.DataFrame(
        {"id": ids(predictions, kept), "true": predictions.y_true[kept], "predicted": predictions.prediction[kept], "residual": gap[kept]},
    )
    error = np.abs(gap)
    half = 1.96 * float(gap.std(ddof=1)) / np.sqrt(len(gap)) if len(gap) > 1 else None
    bias = float(gap.mean())
    headline: Headline = {
        "target": predictions.task.target,
        "bias": bias,
        "bias_low": None if half is None else bias - float(half),
        "bias_high": None if half is None else bias + float(half),
        "median_error": float(np.median(error)),
        "error_90": float(np.percentile(error, 90)),
        "spread_ratio": _spread_ratio(predictions.prediction.astype(np.float64), error),
    }
    return Report("residuals", "Residuals", table, headline, (*few_rows(predictions), *_sampled(predictions, kept)))


def _spread_ratio(predicted: NDArray[np.float64], error: NDArray[np.float64]) -> float | None:
    """Median error where predictions are high over median error where they are low; None with too few rows."""
    if len(predicted) < 30:
        return None
    lower, upper = np.percentile(predicted, [100 / 3, 200 / 3])
    low, high = float(np.median(error[predicted <= lower])), float(np.median(error[predicted >= upper]))
    return high / low if low > 0 else None


def ids(predictions: Predictions, rows: NDArray[np.int64]) -> pd.Series:
    """Row numbers or paths, as a column."""
    return pd.Series(predictions.ids[rows].tolist(), dtype="int64" if predictions.ids.dtype.kind in "iu" else "str")


def shown_rows(predictions: Predictions) -> NDArray[np.int64]:
    """Positions of all examples, or of a sample spread evenly over the true values, the largest errors among them."""
    n = len(predictions)
    if n <= MOST_ROWS:
        return np.arange(n, dtype=np.int64)
    worst = np.argsort(-np.abs(predictions.prediction - predictions.y_true), kind="stable")[: MOST_ROWS // 10]
    spread = np.argsort(predictions.y_true, kind="stable")[np.linspace(0, n - 1, MOST_ROWS - len(worst)).astype(np.int64)]
    return np.unique(np.r_[worst, spread]).astype(np.int64)


def _sampled(predictions: Predictions, kept: NDArray[np.int64]) -> tuple[str, ...]:
    if len(kept) == len(predictions):
        return ()
    return (f"{len(kept):,} of {len(predictions):,} examples are shown, the largest errors among them.",)
