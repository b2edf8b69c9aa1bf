"""Squared error up to one standard deviation of the target, absolute error beyond."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nnapp.tasks.losses import LOSSES, LossInfo
from nnapp.tasks.spec import TaskSpec

if TYPE_CHECKING:
    import keras


def huber(task: TaskSpec, label_smoothing: float) -> keras.losses.Loss:
    """Squared error up to one standard deviation of the target, absolute error beyond."""
    import keras

    return keras.losses.Huber(delta=1.0, name="huber")


LOSSES.register("huber")(
    LossInfo(
        "Huber",
        "Squared for small errors, straight for large ones, so that a few wild values do not rule.",
        frozenset({"regression", "forecasting", "anomaly"}),
        huber,
        20,
    )
)
