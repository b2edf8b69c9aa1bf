"""Ways the learning rate changes over a run, by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nnapp.registry import Registry

if TYPE_CHECKING:
    import keras


@dataclass(frozen=True)
class Course:
    """What a schedule knows of its run.

    Attributes:
        peak: The learning rate that was asked for.
        warm_up: Steps in which it grows to that.
        steps: Length of the run in steps.
        final: Share of the peak that is left in the end; above 0.
    """

    peak: float
    warm_up: int
    steps: int
    final: float = 0.01

    @property
    def falling(self) -> int:
        """Steps after the warm-up; at least one."""
        return max(1, self.steps - self.warm_up)


@dataclass(frozen=True)
class ScheduleInfo:
    """A schedule on the menu.

    Attributes:
        title: Its name in a menu.
        sentence: What it does.
        make: From a `Course` to a function of the step.
        watches: Whether the loop lowers the rate when validation no longer improves; the function then has a `scale`, a variable.
    """

    title: str
    sentence: str
    make: Callable[[Course], keras.optimizers.schedules.LearningRateSchedule]
    watches: bool = False


SCHEDULES: Registry[ScheduleInfo] = Registry("schedule", "nnapp.training.schedules")
