"""Mean absolute error of the standardised target."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nnapp.tasks.losses import LOSSES, LossInfo
from nnapp.tasks.spec import TaskSpec

if TYPE_CHECKING:
    import keras


def mae(task: TaskSpec, label_smoothing: float) -> keras.losses.Loss:
    """Mean absolute error of the standardised target."""
    import keras

    return keras.losses.MeanAbsoluteError(name="mae")


LOSSES.register("mae")(
    LossInfo(
        "Absolute error", "The size of the error: aims at the median, and forgives wild values.", frozenset({"regression", "forecasting", "anomaly"}), mae, 30
    )
)
