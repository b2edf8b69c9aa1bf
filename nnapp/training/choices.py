"""Menus that registries fill: a new entry in a registry is a new choice of a field."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from nnapp.tasks.losses import LOSSES
from nnapp.training.engines import ENGINES
from nnapp.training.optimizers import OPTIMIZERS
from nnapp.training.schedules import SCHEDULES

if TYPE_CHECKING:
    OptimizerName = str
    ScheduleName = str
    LossName = str
    EngineName = str
else:
    OptimizerName = Literal[tuple(OPTIMIZERS)]
    ScheduleName = Literal[tuple(SCHEDULES)]
    LossName = Literal[("auto", *LOSSES)]
    EngineName = Literal[tuple(ENGINES)]
