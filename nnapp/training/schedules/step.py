"""Warm up, then fall in three steps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nnapp.training.schedules import SCHEDULES, Course, ScheduleInfo
from nnapp.training.schedules.shape import shaped

if TYPE_CHECKING:
    import keras

FALLS = (0.3, 0.6, 0.9)
"""Shares of the run after which the rate falls: those of the residual networks (He et al. 2016), whose 30, 60 and 90 epochs many repeat."""


def step(course: Course) -> keras.optimizers.schedules.LearningRateSchedule:
    """Rise in a line to the peak, then fall three times, each time by the same factor, to the final share of it."""
    from keras import ops

    def stairs(share: Any) -> Any:
        fallen = sum(ops.cast(share >= fall, "float32") for fall in FALLS)
        return ops.power(course.final, fallen / len(FALLS))

    return shaped(course, stairs)


SCHEDULES.register("step")(ScheduleInfo("Step", "Stays, and falls at once after 30, 60 and 90 % of the run. Choose it to repeat published recipes.", step))
