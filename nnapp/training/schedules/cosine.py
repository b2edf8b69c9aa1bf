"""Warm up, then fall along half a cosine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nnapp.training.schedules import SCHEDULES, Course, ScheduleInfo

if TYPE_CHECKING:
    import keras


def cosine(course: Course) -> keras.optimizers.schedules.LearningRateSchedule:
    """Rise in a line to the peak, then fall along half a cosine to the final share of it."""
    import keras

    peak, warm_up = course.peak, course.warm_up
    if warm_up == 0:
        return keras.optimizers.schedules.CosineDecay(peak, course.falling, alpha=course.final)
    return keras.optimizers.schedules.CosineDecay(peak / (warm_up + 1), course.falling, alpha=course.final, warmup_target=peak, warmup_steps=warm_up)


SCHEDULES.register("cosine")(ScheduleInfo("Cosine", "Falls slowly, then fast, then slowly to almost nothing: large steps first, fine ones last.", cosine))
