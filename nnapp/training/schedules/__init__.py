"""Ways the learning rate changes over a run, by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nnapp.registry import Registry

if TYPE_CHECKING:
    import keras


@dataclass(frozen=True)
class ScheduleInfo:
    """A schedule on the menu.

    Attributes:
        title: Its name in a menu.
        sentence: What it does.
        make: From the peak rate, the warm-up in steps and the length of the run in steps to a function of the step.
    """

    title: str
    sentence: str
    make: Callable[[float, int, int], keras.optimizers.schedules.LearningRateSchedule]


SCHEDULES: Registry[ScheduleInfo] = Registry("schedule", "nnapp.training.schedules")
