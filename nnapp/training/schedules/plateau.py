"""Warm up, then stay until validation no longer improves, and fall each time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nnapp.training.schedules import SCHEDULES, Course, ScheduleInfo
from nnapp.training.schedules.constant import constant

if TYPE_CHECKING:
    import keras


def plateau(course: Course) -> keras.optimizers.schedules.LearningRateSchedule:
    """The constant schedule times `scale`, a variable of 1 that the loop lowers (`nnapp.training.plateau`)."""
    import keras

    steady = constant(course)

    class Watched(keras.optimizers.schedules.LearningRateSchedule):  # type: ignore[misc]  # Keras is not typed
        def __init__(self) -> None:
            self.scale = keras.Variable(1.0, trainable=False, dtype="float32", name="scale")

        def __call__(self, step: Any) -> Any:
            return steady(step) * self.scale

    return Watched()


SCHEDULES.register("plateau")(
    ScheduleInfo(
        "Plateau", "Stays until validation no longer improves, then falls, again and again. Needs no guess how long the run will be.", plateau, watches=True
    )
)
