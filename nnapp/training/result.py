"""What fitting gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from nnapp.errors import NnappError
from nnapp.training.devices import Device
from nnapp.training.steering import Steered

if TYPE_CHECKING:
    import keras


class DivergedError(NnappError):
    """The loss is no longer a number."""


@dataclass(frozen=True)
class TrainingResult:
    """A fitted network and how it came about.

    Attributes:
        model: The best epoch's weights; without optimizer or loss, so that its file loads anywhere.
        epochs: Whole epochs run.
        best_epoch: The epoch (from 1) whose weights `model` has; 0 if the run ended within the first.
        seconds: Wall time of fitting, compilation and validation included, over all sittings of the run.
        stopped_early: Whether early stopping ended it.
        ended: `finished` (early or not), or what was asked: `stopped`, `paused`.
        steps: Steps of the optimizer.
        batch_size: Rows a step.
        too_large: Batch sizes that memory did not hold before.
        device: Where it ran.
        engine: The loop that ran the last steps.
        steering: What was changed on the way; the run can be repeated only with it.
    """

    model: keras.Model
    epochs: int
    best_epoch: int
    seconds: float
    stopped_early: bool
    ended: Literal["finished", "stopped", "paused"]
    steps: int
    batch_size: int
    device: Device
    engine: str
    steering: tuple[Steered, ...] = ()
    too_large: tuple[int, ...] = ()
