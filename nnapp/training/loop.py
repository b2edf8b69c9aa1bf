"""The loop over epochs: order, validation, early stopping and commands, whatever engine runs the steps."""

from __future__ import annotations

import math
from typing import Literal

import numpy as np

from nnapp.training import changes
from nnapp.training.checkpoint import Progress
from nnapp.training.engines import ENGINES
from nnapp.training.flight_recorder import Numbers
from nnapp.training.hand import Hand
from nnapp.training.memory import can_be_halved, is_full
from nnapp.training.order import epoch_order
from nnapp.training.records import Command
from nnapp.training.result import DivergedError

SMALLEST_GAIN = 1e-5
"""Share by which the validation loss must fall to count as better."""

Ending = Literal["finished", "stopped", "paused"]


class Loop:
    """The epochs of one sitting of a run.

    Args:
        hand: What the sitting has in hand, its checkpoint taken up.
    """

    def __init__(self, hand: Hand) -> None:
        self.hand = hand
        self._told_engine = ""

    def run(self) -> Ending:
        """Go on from the progress to the end of the run, or to a command."""
        ending: Ending = "finished"
        while not self.hand.progress.ended:
            changes.steer(self.hand)
            changes.thaw(self.hand)
            if self._is_enough():
                break
            command = self.hand.stream.look() or self._epoch_in_memory()
            if command:
                ending = "stopped" if command == "stop" else "paused"
                break
        if ending != "paused":
            self.hand.note(ended=True)
        self.hand.checkpoint()
        return ending

    def _is_enough(self) -> bool:
        """Whether the last epoch was the last one."""
        now = self.hand.progress
        if now.steps_in_epoch or now.epoch == 0:
            return False
        if now.epoch >= self.hand.config.epochs:
            return True
        early = self.hand.config.early_stopping and now.waited >= self.hand.config.patience
        if early:
            text = f"Stopped after epoch {now.epoch}: validation has not improved for {now.waited} epochs. The best is epoch {now.best_epoch}."
            self.hand.stream.event("early_stopping", text, step=now.steps, epoch=now.epoch, best_epoch=now.best_epoch, loss=now.best or 0.0)
        return early

    def _epoch_in_memory(self) -> Command | None:
        """An epoch; where memory does not hold its batches, and the size was chosen here, half of it from the beginning."""
        size = self.hand.engine.batch_size
        try:
            return self._epoch()
        except Exception as error:
            if not (is_full(error) and can_be_halved(self.hand.asked, self.hand.progress, size)):
                raise
        changes.begin_smaller(self.hand, size)
        return None

    def _epoch(self) -> Command | None:
        """Run what is left of an epoch, then judge it; the command, if one broke in."""
        begun = self.hand.progress
        train = self.hand.engine.train
        order = epoch_order(len(train), self.hand.config.seed, begun.epoch, train.readings)[begun.steps_in_epoch * self.hand.engine.batch_size :]
        waited = self.hand.engine.waited
        self.hand.engine.run(order, lambda taken: self._tick(begun, taken))
        if self.hand.progress.steps_in_epoch < self.hand.steps_per_epoch:
            return self.hand.stream.command
        self._judge(None if waited is None else (self.hand.engine.waited or 0.0) - waited)
        self.hand.checkpoint_if_due()
        return None

    def _tick(self, begun: Progress, taken: int) -> bool:
        """Note the steps; about twice a second tell the numbers, look for a command or a change, and write a due checkpoint."""
        done = begun.steps_in_epoch + taken
        self.hand.note(steps_in_epoch=done, steps=begun.steps + taken)
        last = done == self.hand.steps_per_epoch
        if not (last or self.hand.stream.due()):
            return True
        self.hand.note(partial=self._means(begun, taken))
        if last:
            return True
        self._tell_batch(begun.epoch + done / self.hand.steps_per_epoch)
        if self.hand.stream.look() or self.hand.stream.steering() is not None:
            return False
        self.hand.checkpoint_if_due()
        return True

    def _means(self, begun: Progress, taken: int) -> dict[str, float]:
        """Means over the epoch's steps so far: those of an earlier sitting and those of this one, by rows."""
        now = {name: float(value) for name, value in self.hand.model.get_metrics_result().items()}
        if not math.isfinite(now["loss"]):
            raise DivergedError(
                f"The training loss became {now['loss']} in epoch {begun.epoch + 1}.",
                remedy=f"Lower the learning rate (it is {self.hand.config.learning_rate:g}; try a tenth), or set clipping to 1.",
            )
        if "mae" in now:
            now["mae"] *= self.hand.assembly.task.output.scale
        before, rows = begun.steps_in_epoch, len(self.hand.engine.train)
        size = self.hand.engine.batch_size
        old, new = before * size, min((before + taken) * size, rows) - before * size
        return {name: (begun.partial.get(name, 0.0) * old + value * new) / (old + new) for name, value in now.items()}

    def _tell_batch(self, epoch: float) -> None:
        """A point within an epoch: the running mean of the training loss."""
        self.hand.stream.tell(self.hand.progress.steps, epoch, "train", {"running_loss": self.hand.progress.partial["loss"]})

    def _judge(self, input_seconds: float | None) -> None:
        """Close an epoch, whose steps have waited so many seconds for rows: tell its numbers, and keep it if it is the best."""
        if self.hand.engine.choice != self._told_engine:
            self._told_engine = self.hand.engine.choice
            self.hand.stream.event("loop", ENGINES[self._told_engine].sentence, step=self.hand.progress.steps, epoch=self.hand.passes)
        now = self.hand.progress
        epoch = now.epoch + 1
        rate = {"learning_rate": float(np.asarray(self.hand.model.optimizer.learning_rate))}
        self.hand.stream.tell(now.steps, epoch, "train", now.partial | rate)  # before validation, which compiles in the first epoch
        begun = self.hand.stream.seconds
        numbers = self.hand.validate()
        took = self.hand.stream.seconds - begun
        self.hand.stream.tell(now.steps, epoch, "validation", numbers)
        if not math.isfinite(numbers["loss"]):
            raise DivergedError(f"The validation loss became {numbers['loss']} in epoch {epoch}.", remedy="Lower the learning rate, or set clipping to 1.")
        better = now.best is None or numbers["loss"] < now.best - SMALLEST_GAIN * abs(now.best)
        if better:
            self.hand.best = self.hand.model.get_weights()
            self.hand.note(best=numbers["loss"], best_epoch=epoch)
        waited = 0 if better else now.waited + 1
        self.hand.note(epoch=epoch, steps_in_epoch=0, partial={}, waited=waited)
        changes.lower_the_rate(self.hand)
        self.hand.flight.epoch_ended(
            self.hand.engine, self.hand.config, Numbers(epoch, now.steps, now.partial, numbers, rate["learning_rate"], took, input_seconds)
        )
