"""The loop over epochs: order, validation, early stopping, checkpoints, commands and changes, whatever engine runs the steps."""

from __future__ import annotations

import math
import time
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from nnapp.training import plateau
from nnapp.training.assembly import Assembly
from nnapp.training.checkpoint import Progress, progress_in, snapshot
from nnapp.training.config import TrainingConfig
from nnapp.training.engines import ENGINES
from nnapp.training.flight_recorder import FlightRecorder, Numbers
from nnapp.training.memory import can_be_halved, in_memory, is_full
from nnapp.training.order import epoch_order
from nnapp.training.records import Command
from nnapp.training.result import DivergedError
from nnapp.training.steering import ONLY_READ, InForce, Steered, in_short, in_words
from nnapp.training.stream import Stream
from nnapp.training.writer import CheckpointWriter

if TYPE_CHECKING:
    import keras

BETWEEN_CHECKPOINTS = 20.0
"""Seconds between two checkpoints of a running run."""
SMALLEST_GAIN = 1e-5
"""Share by which the validation loss must fall to count as better."""

Ending = Literal["finished", "stopped", "paused"]


class Loop:
    """One sitting of a run; a block, because checkpoints are written beside it.

    Args:
        assembly: Makes engine and validation, now and whenever the run is steered.
        asked: How to fit; what was steered before the checkpoint in the folder was written holds too.
        stream: Takes numbers, gives commands.
        folder: Where checkpoints go.
        flight: Writes down every epoch, and says what is wrong.

    Attributes:
        settings: What is in force.
        engine: Runs the steps of a compiled model.
        validate: Scores the model on the validation part.
        progress: How far the run is.
        best: Weights of the best epoch.
    """

    def __init__(self, assembly: Assembly, asked: InForce, stream: Stream, folder: Path, flight: FlightRecorder) -> None:
        self.assembly, self.stream, self.folder = assembly, stream, folder
        self.progress = progress_in(folder)
        self._asked = asked
        self.settings = in_memory(asked.after([each.changes for each in self.progress.steering]), self.progress)
        self.engine, self.validate = assembly.begin(self.settings, step=self.progress.steps, frozen=self._is_frozen)
        plateau.tell(self.model, self.config, self.progress)
        self.best: list[NDArray[np.generic]] = []
        self.flight = flight
        self._writer = CheckpointWriter(folder)
        self._saved = time.monotonic()
        self._told_engine = ""

    def __enter__(self) -> Loop:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._writer.__exit__(kind, error, trace)

    @property
    def config(self) -> TrainingConfig:
        """The settings in force."""
        return self.settings.training

    @property
    def model(self) -> keras.Model:
        """The model that the engine trains."""
        return self.engine.model

    @property
    def steps_per_epoch(self) -> int:
        """Steps of a whole epoch."""
        return -(-len(self.engine.train) // self.engine.batch_size)

    @property
    def passes(self) -> float:
        """Passes over the training rows so far, as a chart counts them."""
        return self.progress.epoch + self.progress.steps_in_epoch / self.steps_per_epoch

    def run(self) -> Ending:
        """Go on from the progress to the end of the run, or to a command."""
        ending: Ending = "finished"
        while not self.progress.ended:
            self._steer()
            self._thaw()
            if self._is_enough():
                break
            command = self.stream.look() or self._epoch_in_memory()
            if command:
                ending = "stopped" if command == "stop" else "paused"
                break
        if ending != "paused":
            self._note(ended=True)
        self._checkpoint()
        self._writer.wait()
        return ending

    def _steer(self) -> None:
        """Let a change that is asked take effect between two steps.

        The request is forgotten only when a checkpoint that knows of the change is in place: a kill at any
        instant leaves one of the two.
        """
        asked = self.stream.steering()
        if asked is None:
            return
        before = self.settings
        changes = asked.without(before.training, before.augmentation)
        if not changes.is_empty:
            after = before.after([changes])
            if changes.augmentation or not ONLY_READ.issuperset(changes.training):
                self.engine, self.validate = self.assembly.go_on(self.engine, before, after, step=self.progress.steps, frozen=self._is_frozen)
                plateau.tell(self.model, after.training, self.progress)
            self.settings = after
            if "class_weights" in changes.training:
                self._measure_the_best_again()
            words = {"text": in_words(changes, before, self._when()), "label": in_short(changes)}
            steered = Steered(step=self.progress.steps, epoch=self.passes, changes=changes, **words)
            self._note(steering=(*self.progress.steering, steered))
            self._checkpoint()
            self._writer.wait()
        for known in self.progress.steering[-1:]:
            if known.step == self.progress.steps:
                self.stream.event("steered", known.text, step=known.step, epoch=known.epoch, epochs=self.config.epochs, label=known.label)
        self.stream.steered(asked)

    @property
    def _is_frozen(self) -> bool:
        """Whether layers that began with learned weights still keep them."""
        return self.assembly.beginning is not None and self.assembly.beginning.is_frozen(self.progress)

    def _thaw(self) -> None:
        """Let all layers learn when it is time; the change is one of the run's steering, so that a resumed run knows of it."""
        patience = self.config.patience if self.config.early_stopping else None
        found = self.assembly.beginning.thawed(self.progress, patience=patience) if self.assembly.beginning else None
        if found is None or self.progress.epoch >= self.config.epochs:
            return
        before, after = self.settings, self.settings.after([found.changes])
        self._note(steering=(*self.progress.steering, found), waited=0)
        self.engine, self.validate = self.assembly.go_on(self.engine, before, after, step=self.progress.steps)
        plateau.tell(self.model, after.training, self.progress)
        self.settings = after
        self._checkpoint()
        self._writer.wait()
        self.stream.event("steered", found.text, step=found.step, epoch=found.epoch, epochs=self.config.epochs, label=found.label)

    def _measure_the_best_again(self) -> None:
        """Other weights of the classes make another loss: the best epoch's is comparable only when measured by it."""
        if self.best:
            now = self.model.get_weights()
            self.model.set_weights(self.best)
            self._note(best=self.validate()["loss"])
            self.model.set_weights(now)

    def _when(self) -> str:
        now = self.progress
        if now.steps_in_epoch:
            return f"in epoch {now.epoch + 1}"
        return f"after epoch {now.epoch}" if now.epoch else "before the first epoch"

    def _is_enough(self) -> bool:
        """Whether the last epoch was the last one."""
        now = self.progress
        if now.steps_in_epoch or now.epoch == 0:
            return False
        if now.epoch >= self.config.epochs:
            return True
        early = self.config.early_stopping and now.waited >= self.config.patience
        if early:
            text = f"Stopped after epoch {now.epoch}: validation has not improved for {now.waited} epochs. The best is epoch {now.best_epoch}."
            self.stream.event("early_stopping", text, step=now.steps, epoch=now.epoch, best_epoch=now.best_epoch, loss=now.best or 0.0)
        return early

    def _epoch_in_memory(self) -> Command | None:
        """An epoch; where memory does not hold its batches, and the size was chosen here, half of it from the beginning."""
        size = self.engine.batch_size
        try:
            return self._epoch()
        except Exception as error:
            if not (is_full(error) and can_be_halved(self._asked, self.progress, size)):
                raise
        self._begin_smaller(size)
        return None

    def _begin_smaller(self, size: int) -> None:
        """The run as it would have been from its beginning with half the batch; what was steered since then holds from there.

        It is in a checkpoint before the first step, so that a resumed run does not try the larger batch again.
        """
        self.progress = Progress(too_large=(*self.progress.too_large, size), steering=self.progress.steering, seconds=self.stream.seconds)
        self.settings = in_memory(self.settings, self.progress)
        self.engine, self.validate = self.assembly.begin(self.settings, frozen=self._is_frozen)
        plateau.tell(self.model, self.config, self.progress)
        text = f"Memory did not hold batches of {size} rows. The run begins anew with {self.engine.batch_size}."
        self.stream.event("smaller_batch", text, step=0, epoch=0, batch_size=self.engine.batch_size)
        self._checkpoint()
        self._writer.wait()

    def _epoch(self) -> Command | None:
        """Run what is left of an epoch, then judge it; the command, if one broke in."""
        begun = self.progress
        order = epoch_order(len(self.engine.train), self.config.seed, begun.epoch)[begun.steps_in_epoch * self.engine.batch_size :]
        waited = self.engine.waited
        self.engine.run(order, lambda taken: self._tick(begun, taken))
        if self.progress.steps_in_epoch < self.steps_per_epoch:
            return self.stream.command
        self._judge(None if waited is None else (self.engine.waited or 0.0) - waited)
        self._checkpoint_if_due()
        return None

    def _tick(self, begun: Progress, taken: int) -> bool:
        """Note the steps; about twice a second tell the numbers, look for a command or a change, and write a due checkpoint."""
        done = begun.steps_in_epoch + taken
        self._note(steps_in_epoch=done, steps=begun.steps + taken)
        last = done == self.steps_per_epoch
        if not (last or self.stream.due()):
            return True
        self._note(partial=self._means(begun, taken))
        if last:
            return True
        self._tell_batch(begun.epoch + done / self.steps_per_epoch)
        if self.stream.look() or self.stream.steering() is not None:
            return False
        self._checkpoint_if_due()
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
            now["mae"] *= self.assembly.task.output.scale
        before, rows = begun.steps_in_epoch, len(self.engine.train)
        size = self.engine.batch_size
        old, new = before * size, min((before + taken) * size, rows) - before * size
        return {name: (begun.partial.get(name, 0.0) * old + value * new) / (old + new) for name, value in now.items()}

    def _tell_batch(self, epoch: float) -> None:
        """A point within an epoch: the running mean of the training loss."""
        self.stream.tell(self.progress.steps, epoch, "train", {"running_loss": self.progress.partial["loss"]})

    def _judge(self, input_seconds: float | None) -> None:
        """Close an epoch, whose steps have waited so many seconds for rows: tell its numbers, and keep it if it is the best."""
        if self.engine.choice != self._told_engine:
            self._told_engine = self.engine.choice
            self.stream.event("loop", ENGINES[self._told_engine].sentence, step=self.progress.steps, epoch=self.passes)
        begun = self.stream.seconds
        numbers = self.validate()
        took = self.stream.seconds - begun
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
        self._note(epoch=epoch, steps_in_epoch=0, partial={}, waited=waited)
        self._lower_the_rate()
        self.flight.epoch_ended(self.engine, self.config, Numbers(epoch, now.steps, now.partial, numbers, rate["learning_rate"], took, input_seconds))

    def _lower_the_rate(self) -> None:
        """Where the schedule watches validation, and that has not improved for long enough."""
        now = self.progress
        if plateau.is_time(self.config, now):
            self._note(lowered=(*now.lowered, now.epoch))
            plateau.tell(self.model, self.config, self.progress)
            rate = float(np.asarray(self.model.optimizer.learning_rate))
            text = f"Validation has not improved since epoch {now.best_epoch}: the learning rate is now {rate:.3g}."
            self.stream.event("rate_lowered", text, step=now.steps, epoch=now.epoch, rate=rate, label=f"rate {rate:.2g}")

    def _note(self, **changes: object) -> None:
        self.progress = self.progress.model_copy(update=changes)

    def _checkpoint_if_due(self) -> None:
        """Every now and then, beside the training; a disk that is still writing the last one is not given another."""
        if not self._writer.is_busy and time.monotonic() - self._saved > BETWEEN_CHECKPOINTS:
            self._checkpoint()

    def _checkpoint(self) -> None:
        """Copy the state, and begin to write it."""
        self._note(seconds=self.stream.seconds)
        self._writer.begin(snapshot(self.progress, self.model, self.best) | self.flight.kept())
        self._saved = time.monotonic()
