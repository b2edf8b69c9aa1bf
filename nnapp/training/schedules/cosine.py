"""Warm up, then fall along half a cosine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nnapp.training.schedules import SCHEDULES, ScheduleInfo

if TYPE_CHECKING:
    import keras

FLOOR = 0.01
"""Share of the peak rate that is left in the end, so that the last steps still count."""


def cosine(peak: float, warm_up: int, steps: int) -> keras.optimizers.schedules.LearningRateSchedule:
    """Rise in a line to `peak` over `warm_up` steps, then fall along half a cosine to a hundredth of it at `steps`."""
    import keras

    falling = max(1, steps - warm_up)
    if warm_up == 0:
        return keras.optimizers.schedules.CosineDecay(peak, falling, alpha=FLOOR)
    return keras.optimizers.schedules.CosineDecay(peak / (warm_up + 1), falling, alpha=FLOOR, warmup_target=peak, warmup_steps=warm_up)


SCHEDULES.register("cosine")(ScheduleInfo("Cosine", "Falls slowly, then fast, then slowly to almost nothing: large steps first, fine ones last.", cosine))
