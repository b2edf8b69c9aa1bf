"""Warm up, then stay."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nnapp.training.schedules import SCHEDULES, Course, ScheduleInfo

if TYPE_CHECKING:
    import keras


def constant(course: Course) -> keras.optimizers.schedules.LearningRateSchedule:
    """Rise in a line to the peak and stay there; the length of the run does not matter."""
    import keras

    return keras.optimizers.schedules.PolynomialDecay(course.peak / (course.warm_up + 1), max(1, course.warm_up), end_learning_rate=course.peak, power=1.0)


SCHEDULES.register("constant")(
    ScheduleInfo("Constant", "The same step size from beginning to end. Choose it when you do not know how long the run will be.", constant)
)
