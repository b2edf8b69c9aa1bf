"""What a sitting of a run has in hand: its network, its settings, how far it is, and the checkpoint that keeps all of it."""

from __future__ import annotations

import time
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from nnapp.training import plateau
from nnapp.training.assembly import Assembly
from nnapp.training.checkpoint import progress_in, restore, snapshot
from nnapp.training.config import TrainingConfig
from nnapp.training.flight_recorder import FlightRecorder
from nnapp.training.memory import in_memory
from nnapp.training.steering import InForce
from nnapp.training.stream import Stream
from nnapp.training.writer import CheckpointWriter

if TYPE_CHECKING:
    import keras

BETWEEN_CHECKPOINTS = 20.0
"""Seconds between two checkpoints of a running run."""


class Hand:
    """The state of a sitting; a block, because checkpoints are written beside the training.

    Args:
        assembly: Makes engine and validation, now and whenever the run is changed.
        asked: How to fit; what was changed before the checkpoint in the folder was written holds too.
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
        self.assembly, self.asked, self.stream, self.folder = assembly, asked, stream, folder
        self.progress = progress_in(folder)
        self.best: list[NDArray[np.generic]] = []
        self.flight = flight
        self._writer = CheckpointWriter(folder)
        self._saved = time.monotonic()
        self.begin(in_memory(asked.after([each.changes for each in self.progress.steering]), self.progress))

    def __enter__(self) -> Hand:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._writer.__exit__(kind, error, trace)

    def begin(self, settings: InForce) -> None:
        """A network that has learned nothing yet, under these settings."""
        self.settings = settings
        self.engine, self.validate = self.assembly.begin(settings, step=self.progress.steps, frozen=self.is_frozen)
        plateau.tell(self.model, self.config, self.progress)

    def go_on(self, after: InForce) -> None:
        """The same network under other settings."""
        self.engine, self.validate = self.assembly.go_on(self.engine, self.settings, after, step=self.progress.steps, frozen=self.is_frozen)
        self.settings = after
        plateau.tell(self.model, self.config, self.progress)

    def take_up(self) -> None:
        """Go on with the checkpoint, where there is one."""
        restored = restore(self.folder, self.model)
        if restored is None:
            return
        self.progress, self.best = restored
        self.stream.go_on(self.progress.seconds)
        self.flight.restore(self.folder, self.progress.steps)
        where = {"step": self.progress.steps, "epoch": self.passes, "epochs": self.config.epochs}
        self.stream.event("resumed", f"Going on after epoch {self.progress.epoch}.", **where)

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

    @property
    def is_frozen(self) -> bool:
        """Whether layers that began with learned weights still keep them."""
        return self.assembly.beginning is not None and self.assembly.beginning.is_frozen(self.progress)

    def note(self, **changes: object) -> None:
        """Write down how far the run is."""
        self.progress = self.progress.model_copy(update=changes)

    def checkpoint_if_due(self) -> None:
        """Every now and then, beside the training; a disk that is still writing the last one is not given another."""
        if not self._writer.is_busy and time.monotonic() - self._saved > BETWEEN_CHECKPOINTS:
            self._begin_checkpoint()

    def checkpoint(self) -> None:
        """Keep the state, and return when it is in place."""
        self._begin_checkpoint()
        self._writer.wait()

    def _begin_checkpoint(self) -> None:
        """Copy the state, and begin to write it."""
        self.note(seconds=self.stream.seconds)
        self._writer.begin(snapshot(self.progress, self.model, self.best) | self.flight.kept())
        self._saved = time.monotonic()
