"""Metrics of predicted numbers, in the target's own units where they have any."""

from __future__ import annotations

import numpy as np

from nnapp.metrics.areas import Floats
from nnapp.metrics.base import Sample, metric, ratio
from nnapp.tasks import TaskKind

NUMBERS: tuple[TaskKind, ...] = ("regression", "forecasting")


def _errors(sample: Sample) -> Floats:
    """Predicted minus true, shape `(n, k)`: one number an example, or one a step and target of a forecast."""
    gap: Floats = sample.answers.prediction.astype(np.float64) - sample.y_true.astype(np.float64)
    return gap.reshape(len(gap), -1)


@metric("rmse", "RMSE", "Typical error, in the target's units; large errors weigh more.", NUMBERS, higher_is_better=False, unit="target")
def rmse(sample: Sample) -> Floats:
    """Root of the mean squared error."""
    return np.sqrt(mse(sample))


@metric("mae", "MAE", "Mean size of the error, in the target's units; every unit of error weighs the same.", NUMBERS,
        higher_is_better=False, unit="target")  # fmt: skip
def mae(sample: Sample) -> Floats:
    """Mean absolute error."""
    return sample.mean(np.abs(_errors(sample)).mean(axis=1))


@metric("mse", "MSE", "Mean squared error: what the network minimises.", NUMBERS, higher_is_better=False, unit="target squared")
def mse(sample: Sample) -> Floats:
    """Mean squared error."""
    return sample.mean(np.square(_errors(sample)).mean(axis=1))


@metric("r2", "R²", "Share of the target's variation that is explained; 0 is as good as always saying the mean.", ("regression",), unit="none")
def r2(sample: Sample) -> Floats:
    """One minus squared error over variance; does not exist for a constant target."""
    truth = sample.y_true.astype(np.float64)
    spread = np.ptp(truth)
    # Measured from the middle, in units of the range: a target of 1e9 +- 1 keeps its variance.
    shifted = (truth - truth.mean()) / (spread or 1.0)
    variance = sample.mean(np.square(shifted)) - np.square(sample.mean(shifted))
    return 1.0 - ratio(sample.mean(np.square(_errors(sample)[:, 0] / (spread or 1.0))), np.where(variance > 1e-14, variance, 0.0))
