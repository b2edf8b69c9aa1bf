"""The loss of a forecast with an interval: the forecast's own, and pinball losses of both ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nnapp.tasks.spec import ForecastSpec

if TYPE_CHECKING:
    import keras


SHARE = 0.1
"""Of the ends in the loss: small, so that the best epoch is the forecast's. Optimizers that measure every weight by its own gradients do not feel it."""


def with_interval(loss: keras.losses.Loss, forecast: ForecastSpec) -> keras.losses.Loss:
    """A loss of forecasts, and of the distances to both ends of their interval.

    The low end aims at the quantile `(1 - interval) / 2`, the high end at that far from 1. The gradient of both stops at the forecast,
    which therefore learns as if nobody had asked for an interval.

    Args:
        loss: Of the forecast alone, `(n, size)` and `(n, size)`.
        forecast: Has an interval.

    Returns:
        A loss of truths `(n, size)` and outputs `(n, 3 * size)`: the forecast, how far below and how far above it the ends lie.
    """
    import keras
    from keras import ops

    assert forecast.interval is not None  # whoever asks has looked
    size, tail = forecast.size, (1 - forecast.interval) / 2

    def pinball(error: keras.KerasTensor, quantile: float) -> keras.KerasTensor:
        return ops.mean(ops.maximum(quantile * error, (quantile - 1) * error), axis=-1)

    class WithInterval(keras.losses.Loss):  # type: ignore[misc]  # Keras is not typed
        def call(self, y_true: keras.KerasTensor, y_pred: keras.KerasTensor) -> keras.KerasTensor:
            middle, truth = y_pred[:, :size], ops.cast(y_true, y_pred.dtype)
            gap = ops.subtract(truth, ops.stop_gradient(middle))
            below, above = y_pred[:, size : 2 * size], y_pred[:, 2 * size :]
            return loss.call(truth, middle) + SHARE * (pinball(ops.add(gap, below), tail) + pinball(ops.subtract(gap, above), 1 - tail))

    return WithInterval(name=loss.name)
