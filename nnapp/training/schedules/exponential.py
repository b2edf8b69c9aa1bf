"""Warm up, then fall by the same share at every step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nnapp.training.schedules import SCHEDULES, Course, ScheduleInfo
from nnapp.training.schedules.shape import shaped

if TYPE_CHECKING:
    import keras


def exponential(course: Course) -> keras.optimizers.schedules.LearningRateSchedule:
    """Rise in a line to the peak, then fall by the same share at every step, to the final share of it."""
    from keras import ops

    return shaped(course, lambda share: ops.power(course.final, share))


SCHEDULES.register("exponential")(
    ScheduleInfo("Exponential", "Falls by the same share at every step: fast at first. Choose it when the best epoch comes early.", exponential)
)
