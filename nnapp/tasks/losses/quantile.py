"""Pinball loss: the price at which a quantile, and not the mean, is the best answer (Koenker and Bassett 1978)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nnapp.tasks.losses import LOSSES, LossInfo
from nnapp.tasks.spec import TaskSpec

if TYPE_CHECKING:
    import keras


def pinball(task: TaskSpec, quantile: float) -> keras.losses.Loss:
    """For `e = y - answer`, the mean of `max(quantile * e, (quantile - 1) * e)`, in units of the standardised target."""
    import keras
    from keras import ops

    class Pinball(keras.losses.Loss):  # type: ignore[misc]  # Keras is not typed
        def call(self, y_true: keras.KerasTensor, y_pred: keras.KerasTensor) -> keras.KerasTensor:
            error = ops.subtract(ops.cast(y_true, y_pred.dtype), y_pred)
            return ops.mean(ops.maximum(quantile * error, (quantile - 1) * error), axis=-1)

    return Pinball(name="quantile")


LOSSES.register("quantile")(
    LossInfo(
        "Quantile",
        "Aims at a value that a chosen share of the truths stays below. Choose it where too little and too much cost differently.",
        frozenset({"regression", "forecasting"}),
        pinball,
        40,
        setting="quantile",
    )
)
