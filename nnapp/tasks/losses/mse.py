"""Mean squared error of the standardised target."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nnapp.tasks.losses import LOSSES, LossInfo
from nnapp.tasks.spec import TaskSpec

if TYPE_CHECKING:
    import keras


def mse(task: TaskSpec, label_smoothing: float) -> keras.losses.Loss:
    """Mean squared error of the standardised target."""
    import keras

    return keras.losses.MeanSquaredError(name="mse")


LOSSES.register("mse")(
    LossInfo(
        "Squared error", "The square of the error: aims at the mean, and fears large errors most.", frozenset({"regression", "forecasting", "anomaly"}), mse, 10
    )
)
