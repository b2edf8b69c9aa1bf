"""How wide an interval must be so that it holds what it promises (Romano, Patterson and Candès 2019)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nnapp.tasks import ForecastSpec

SMALLEST = 1e-6
"""Distance, in standard deviations of the train part, that an end has at least."""
NARROWEST, WIDEST = 0.01, 100.0
"""Bounds of the factors."""


def widths(forecast: ForecastSpec, truth: NDArray[np.float64], middle: NDArray[np.float64], interval: NDArray[np.float64]) -> tuple[float, ...]:
    """For each target by what its interval must be multiplied to hold the asked share of truths that the network did not learn from.

    A truth's score is its distance from the forecast in units of the distance of the end on its side; the factor is the score that the
    asked share of truths does not exceed. Both ends move by the same factor, so they never cross.

    Args:
        forecast: Has an interval, and no widths yet.
        truth: Of the validation part, shape `(n, steps * targets)`, in the targets' units.
        middle: The forecasts, likewise.
        interval: Their ends, shape `(n, 2, steps * targets)`.

    >>> one = ForecastSpec(horizon=1, targets=("a",), centers=(0.0,), scales=(1.0,), naive=(1.0,), interval=0.8)
    >>> widths(one, np.arange(1.0, 10.0)[:, None], np.zeros((9, 1)), np.tile([[[-2.0], [2.0]]], (9, 1, 1)))
    (4.5,)
    """
    if not len(truth) or forecast.interval is None:
        return (1.0,) * len(forecast.targets)
    gap = truth - middle
    least = SMALLEST * np.tile(forecast.scales, forecast.horizon)
    side = np.where(gap < 0, middle - interval[:, 0], interval[:, 1] - middle)
    scores = (np.abs(gap) / np.maximum(side, least)).reshape(len(truth), forecast.horizon, len(forecast.targets))
    # One more than there are: the truth that is asked about counts too.
    share = min(1.0, forecast.interval * (len(truth) + 1) / len(truth))
    found = np.quantile(scores.reshape(-1, len(forecast.targets)), share, axis=0, method="higher")
    return tuple(float(np.clip(factor, NARROWEST, WIDEST)) for factor in found)
