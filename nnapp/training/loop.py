"""The loop over epochs: order, validation, early stopping, checkpoints and commands, whatever engine runs the steps."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from nnapp.tasks import TaskSpec
from nnapp.training.checkpoint import Progress, save
from nnapp.training.config import TrainingConfig
from nnapp.training.engines.base import Engine
from nnapp.training.order import epoch_order
from nnapp.training.result import DivergedError
from nnapp.training.stream import Stream
from nnapp.training.validation import Validation

if TYPE_CHECKING:
    import keras

BETWEEN_CHECKPOINTS = 20.0
"""Seconds between two checkpoints of a running run."""
SMALLEST_GAIN = 1e-5
"""Share by which the validation loss must fall to count as better."""

Ending = Literal["finished", "stopped", "paused"]


@dataclass
class Loop:
    """One sitting of a run.

    Attributes:
        engine: Runs the steps of a compiled model.
        validate: Scores the model on the validation part.
        task: What is asked.
        config: How to fit.
        stream: Takes numbers, gives commands.
        folder: Where checkpoints go.
        progress: How far the run is.
        best: Weights of the best epoch.
    """

    engine: Engine
    validate: Validation
    task: TaskSpec
    config: TrainingConfig
    stream: Stream
    folder: Path
    progress: Progress = field(default_factory=Progress)
    best: list[NDArray[np.generic]] = field(default_factory=list)
    _saved: float = field(default_factory=time.monotonic)

    @property
    def model(self) -> keras.Model:
        """The model that the engine trains."""
        return self.engine.model

    @property
    def steps_per_epoch(self) -> int:
        """Steps of a whole epoch."""
        return -(-len(self.engine.train) // self.engine.batch_size)

    def run(self) -> Ending:
        """Go on from the progress to the end of the run, or to a command."""
        ending: Ending = "finished"
        while not self.progress.ended:
            command = self.stream.look() or self._epoch()
            if command:
                ending = "stopped" if command == "stop" else "paused"
                break
        if ending != "paused":
            self._note(ended=True)
        self._checkpoint()
        return ending

    def _epoch(self) -> Literal["stop", "pause"] | None:
        """Run what is left of an epoch, then judge it; the command, if one broke in."""
        begun = self.progress
        order = epoch_order(len(self.engine.train), self.config.seed, begun.epoch)[begun.steps_in_epoch * self.engine.batch_size :]
        self.engine.run(order, lambda taken: self._tick(begun, taken))
        if self.progress.steps_in_epoch < self.steps_per_epoch:
            return self.stream.command
        self._judge()
        if time.monotonic() - self._saved > BETWEEN_CHECKPOINTS:
            self._checkpoint()
        return None

    def _tick(self, begun: Progress, taken: int) -> bool:
        """Note the steps; about twice a second tell the numbers, look for a command, and write a due checkpoint."""
        done = begun.steps_in_epoch + taken
        self._note(steps_in_epoch=done, steps=begun.steps + taken)
        last = done == self.steps_per_epoch
        if not (last or self.stream.due()):
            return True
        self._note(partial=self._means(begun, taken))
        if last:
            return True
        self._tell_batch(begun.epoch + done / self.steps_per_epoch)
        if self.stream.look():
            return False
        if time.monotonic() - self._saved > BETWEEN_CHECKPOINTS:
            self._checkpoint()
        return True

    def _means(self, begun: Progress, taken: int) -> dict[str, float]:
        """Means over the epoch's steps so far: those of an earlier sitting and those of this one, by rows."""
        now = {name: float(value) for name, value in self.model.get_metrics_result().items()}
        if not math.isfinite(now["loss"]):
            raise DivergedError(
                f"The training loss became {now['loss']} in epoch {begun.epoch + 1}.",
                remedy=f"Lower the learning rate (it is {self.config.learning_rate:g}; try a tenth), or set clipping to 1.",
            )
        if "mae" in now:
            now["mae"] *= self.task.output.scale
        before, rows = begun.steps_in_epoch, len(self.engine.train)
        size = self.engine.batch_size
        old, new = before * size, min((before + taken) * size, rows) - before * size
        return {name: (begun.partial.get(name, 0.0) * old + value * new) / (old + new) for name, value in now.items()}

    def _tell_batch(self, epoch: float) -> None:
        """A point within an epoch: the running mean of the training loss."""
        self.stream.tell(self.progress.steps, epoch, "train", {"running_loss": self.progress.partial["loss"]})

    def _judge(self) -> None:
        """Close an epoch: tell its numbers, keep it if it is the best, end the run if it is time."""
        numbers = self.validate()
        now = self.progress
        epoch = now.epoch + 1
        rate = {"learning_rate": float(np.asarray(self.model.optimizer.learning_rate))}
        self.stream.tell(now.steps, epoch, "train", now.partial | rate)
        self.stream.tell(now.steps, epoch, "validation", numbers)
        if not math.isfinite(numbers["loss"]):
            raise DivergedError(f"The validation loss became {numbers['loss']} in epoch {epoch}.", remedy="Lower the learning rate, or set clipping to 1.")
        better = now.best is None or numbers["loss"] < now.best - SMALLEST_GAIN * abs(now.best)
        if better:
            self.best = self.model.get_weights()
            self._note(best=numbers["loss"], best_epoch=epoch)
        waited = 0 if better else now.waited + 1
        early = self.config.early_stopping and waited >= self.config.patience and epoch < self.config.epochs
        self._note(epoch=epoch, steps_in_epoch=0, partial={}, waited=waited, ended=early or epoch >= self.config.epochs)
        if early:
            text = f"Stopped after epoch {epoch}: validation has not improved for {waited} epochs. The best is epoch {self.progress.best_epoch}."
            self.stream.event("early_stopping", text, epoch=epoch, best_epoch=self.progress.best_epoch, loss=self.progress.best or 0.0)

    def _note(self, **changes: object) -> None:
        self.progress = self.progress.model_copy(update=changes)

    def _checkpoint(self) -> None:
        self._note(seconds=self.stream.seconds)
        save(self.folder, self.progress, self.model, self.best)
        self._saved = time.monotonic()
