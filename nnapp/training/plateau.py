"""The rate that falls when validation no longer improves: whether it is time, and how the network's schedule is told.

Everything that decides lies in the progress of the run, so that a resumed run falls where the uninterrupted one did.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nnapp.training.checkpoint import Progress
from nnapp.training.config import TrainingConfig
from nnapp.training.schedules import SCHEDULES

if TYPE_CHECKING:
    import keras


def scale(config: TrainingConfig, falls: int) -> float:
    """What is left of the peak rate after so many falls.

    >>> round(scale(TrainingConfig(schedule="plateau", plateau_factor=0.3), falls=2), 3)
    0.09
    """
    return max(config.final_rate, config.plateau_factor**falls)


def is_time(config: TrainingConfig, progress: Progress) -> bool:
    """Whether the rate is to fall after the epoch that has just been judged."""
    if not SCHEDULES[config.schedule].watches or progress.epoch <= config.warm_up * config.epochs:
        return False
    falls = len(progress.lowered)
    since = max(progress.best_epoch, *progress.lowered, 0)
    return progress.epoch - since >= config.plateau_patience and scale(config, falls + 1) < scale(config, falls)


def tell(model: keras.Model, config: TrainingConfig, progress: Progress) -> None:
    """Let the schedule of a compiled network know of the falls so far; nothing for other schedules."""
    if SCHEDULES[config.schedule].watches:
        optimizer = getattr(model.optimizer, "inner_optimizer", model.optimizer)
        optimizer._learning_rate.scale.assign(scale(config, len(progress.lowered)))
