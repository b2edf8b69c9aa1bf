"""A schedule from its shape: a line up, then a function of the share of the rest that is done."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from nnapp.training.schedules import Course

if TYPE_CHECKING:
    import keras

Shape = Callable[[Any], Any]
"""From the share of the steps after the warm-up that is done (a tensor, 0 to 1) to a share of the peak."""


def shaped(course: Course, shape: Shape) -> keras.optimizers.schedules.LearningRateSchedule:
    """Rise in a line to the peak, as the other schedules do, then follow the shape.

    Args:
        course: Peak and lengths.
        shape: Of what comes after the warm-up; taken at 1 from the end on.
    """
    import keras
    from keras import ops

    class Shaped(keras.optimizers.schedules.LearningRateSchedule):  # type: ignore[misc]  # Keras is not typed
        def __call__(self, step: Any) -> Any:
            done = ops.cast(step, "float32")
            rising = (done + 1.0) / (course.warm_up + 1)
            share = ops.clip((done - course.warm_up) / course.falling, 0.0, 1.0)
            return course.peak * ops.where(done < course.warm_up, rising, shape(share))

    return Shaped()
