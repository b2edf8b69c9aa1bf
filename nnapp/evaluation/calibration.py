"""Do the probabilities mean what they say."""

from __future__ import annotations

import numpy as np
import pandas as pd

from nnapp.evaluation.base import CLASSES, evaluation, few_rows
from nnapp.metrics import Predictions, score
from nnapp.metrics.probabilities import BINS, confidence_bins
from nnapp.reports import Report


@evaluation("calibration", *CLASSES)
def calibration(predictions: Predictions) -> Report:
    """Compare how sure the network is of its answers with how often they are right.

    Returns:
        A report with a row for each bin of the confidence that has examples: `low`, `high` (ends of the bin), `confidence` (its mean),
        `accuracy`, `count`, and `accuracy_low`, `accuracy_high` (95 % Wilson interval). The headline has `ece`, and `overconfidence`:
        mean confidence minus accuracy, above 0 where the network is too sure of itself.
    """
    confidence = predictions.confidence
    right = predictions.prediction == predictions.y_true
    bins = confidence_bins(confidence)
    count = np.bincount(bins, minlength=BINS)
    used = np.flatnonzero(count)
    n = count[used]
    accuracy = np.bincount(bins, right, minlength=BINS)[used] / n
    low, high = wilson(accuracy, n)
    table = pd.DataFrame(
        {
            "low": used / BINS,
            "high": (used + 1) / BINS,
            "confidence": np.bincount(bins, confidence, minlength=BINS)[used] / n,
            "accuracy": accuracy,
            "count": n,
            "accuracy_low": low,
            "accuracy_high": high,
        }
    )
    ece = score(predictions.task, predictions.y_true, predictions.answers, ["ece"])["ece"]
    headline = {"ece": ece, "overconfidence": float(confidence.mean() - right.mean())}
    caveats = (*few_rows(predictions), "With few examples the calibration error is above 0 by chance alone.") if len(predictions) < 500 else ()
    return Report("calibration", "Calibration", table, dict(headline), caveats)


def wilson(share: np.ndarray, n: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """95 % interval of a share that was seen in `n` examples, never outside 0 and 1.

    >>> low, high = wilson(np.array([1.0]), np.array([4]))
    >>> round(float(low[0]), 2), round(float(high[0]), 2)
    (0.51, 1.0)
    """
    z = 1.959964
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * np.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return np.clip(middle - half, 0, 1), np.clip(middle + half, 0, 1)
