"""Warm up, then stay."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nnapp.training.schedules import SCHEDULES, ScheduleInfo

if TYPE_CHECKING:
    import keras


def constant(peak: float, warm_up: int, steps: int) -> keras.optimizers.schedules.LearningRateSchedule:
    """Rise in a line to `peak` over `warm_up` steps and stay there; `steps` does not matter."""
    import keras

    return keras.optimizers.schedules.PolynomialDecay(peak / (warm_up + 1), max(1, warm_up), end_learning_rate=peak, power=1.0)


SCHEDULES.register("constant")(
    ScheduleInfo("Constant", "The same step size from beginning to end. Choose it when you do not know how long the run will be.", constant)
)
