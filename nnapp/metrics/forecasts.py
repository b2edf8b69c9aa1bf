"""Metrics of forecasts that do not depend on the target's units."""

from __future__ import annotations

import numpy as np

from nnapp.metrics.areas import Floats
from nnapp.metrics.base import Sample, metric


@metric("mase", "MASE", "Error in units of what repeating the last season costs within the train part: below 1 is better than that.", ("forecasting",),
        higher_is_better=False, unit="none")  # fmt: skip
def mase(sample: Sample) -> Floats:
    """Mean absolute error over the train part's seasonal naive error, target by target (Hyndman and Koehler 2006)."""
    forecast = sample.task.output.forecast
    assert forecast is not None  # every forecasting task has one
    gap = np.abs(sample.answers.prediction.astype(np.float64) - sample.y_true.astype(np.float64))
    return sample.mean((gap / np.tile(forecast.naive, forecast.horizon)).mean(axis=1))


@metric("smape", "sMAPE", "Error as a share of the size of truth and forecast: 0 is exact, 200 % the worst. Meaningless where the truth crosses 0.",
        ("forecasting",), higher_is_better=False)  # fmt: skip
def smape(sample: Sample) -> Floats:
    """Twice the error over the sum of both sizes, as a share; a step where both are 0 counts as exact."""
    truth, guess = sample.y_true.astype(np.float64), sample.answers.prediction.astype(np.float64)
    size = np.abs(truth) + np.abs(guess)
    share = np.divide(2 * np.abs(guess - truth), size, out=np.zeros_like(size), where=size > 0)
    return sample.mean(share.mean(axis=1))
