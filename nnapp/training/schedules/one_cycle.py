"""One long rise, one longer fall (Smith and Topin 2018)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from nnapp.training.schedules import SCHEDULES, Course, ScheduleInfo
from nnapp.training.schedules.shape import shaped

if TYPE_CHECKING:
    import keras

RISING = 0.3
"""Share of the run in which the rate grows, whatever the warm-up says."""
BEGIN = 0.04
"""Share of the peak at the first step."""


def one_cycle(course: Course) -> keras.optimizers.schedules.LearningRateSchedule:
    """Grow along half a cosine from a 25th of the peak to the peak, then fall along another to the final share of it."""
    from keras import ops

    def cycle(share: Any) -> Any:
        def between(begin: float, end: float, way: Any) -> Any:
            return end + (begin - end) * (1.0 + ops.cos(math.pi * way)) / 2.0

        return ops.where(share < RISING, between(BEGIN, 1.0, share / RISING), between(1.0, course.final, (share - RISING) / (1 - RISING)))

    return shaped(Course(course.peak, 0, course.steps, course.final), cycle)


SCHEDULES.register("one_cycle")(
    ScheduleInfo("One cycle", "Grows for a third of the run, then falls. Bears a peak several times higher, and so learns in fewer epochs.", one_cycle)
)
