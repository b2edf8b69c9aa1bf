"""Keeps what is known of a run epoch by epoch, tells it, and says in words what is wrong."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from nnapp.specs import Spec
from nnapp.tasks import TaskSpec
from nnapp.training.checkpoint import FILE
from nnapp.training.config import TrainingConfig
from nnapp.training.diagnoses import Diagnosis, diagnose, news
from nnapp.training.engines.base import Arrays, Engine
from nnapp.training.flight import EpochRecord, Flight
from nnapp.training.meter import Meter
from nnapp.training.probe import Due, Probe, ProbeResult
from nnapp.training.stream import Stream

if TYPE_CHECKING:
    import keras

KEPT = "flight"
"""Name of the log among the arrays of a checkpoint."""
DIAGNOSIS = "diagnosis"
"""Kind of the events that say what is wrong; their number `fixes` is the JSON of the fixes."""
GUESSED = 10_000
"""Rows from which the loss of guessing is taken."""


class Logbook(Spec):
    """What a later sitting needs to know of the earlier ones."""

    history: tuple[EpochRecord, ...] = ()
    told: tuple[Diagnosis, ...] = ()


@dataclass(frozen=True)
class Numbers:
    """What the loop knows at the end of an epoch.

    Attributes:
        epoch: From 1.
        step: Steps of the optimizer so far.
        train: `loss` and metrics of the epoch's steps.
        validation: The same after it.
        learning_rate: At its last step.
        validation_seconds: What validation took.
        input_seconds: How long the steps waited for rows; None where the engine does not know.
    """

    epoch: int
    step: int
    train: Mapping[str, float]
    validation: Mapping[str, float]
    learning_rate: float
    validation_seconds: float = 0.0
    input_seconds: float | None = None


@dataclass
class FlightRecorder:
    """The flight recorder of one sitting of a run.

    Attributes:
        stream: Takes numbers and events, and knows how long fitting has taken.
        task: What is asked.
        gpu: Whether the network is trained on a GPU.
        settings: Hyperparameters of the network by field, so that a fix can change them.
        history: The epochs so far, those of earlier sittings too.
        told: The diagnoses that have been told.
    """

    stream: Stream
    task: TaskSpec
    gpu: bool = False
    settings: Mapping[str, Any] = field(default_factory=dict)
    history: tuple[EpochRecord, ...] = ()
    told: tuple[Diagnosis, ...] = ()
    _probe: Probe | None = None
    _due: Due | None = None
    _guess: float | None = None
    _majority: float | None = None
    _mark: tuple[float, int] = (0.0, 0)

    def __post_init__(self) -> None:
        self._meter = Meter(gpu=self.gpu)
        self._mark = (self.stream.seconds, self.history[-1].step if self.history else 0)

    def epoch_ended(self, engine: Engine, config: TrainingConfig, now: Numbers) -> None:
        """Write down an epoch, look into the network where that is due, and tell what is new.

        Args:
            engine: With the network as the epoch left it.
            config: How it is fitted now.
            now: The epoch's numbers.
        """
        record = self._record(engine, now)
        if probe := self._look(engine, config):
            record = record.model_copy(update={"probe": probe})
        self.history = (*self.history, record)
        self.stream.tell(now.step, now.epoch, "train", record.instruments())
        found = news(self.told, diagnose(self._flight(engine, config)))
        for diagnosis in found:
            self._tell(diagnosis, now.step)
        self.told = (*self.told, *found)
        self._mark = (self.stream.seconds, now.step)

    def kept(self) -> dict[str, NDArray[np.generic]]:
        """The logbook as the array of a checkpoint: state and log are in place together or not at all."""
        log = Logbook(history=self.history, told=self.told).model_dump_json()
        return {KEPT: np.frombuffer(log.encode(), np.uint8)}

    def restore(self, folder: Path, step: int) -> None:
        """Take up the log that a checkpoint holds; without one the record begins here.

        Args:
            folder: Of the checkpoint, which exists.
            step: Steps of the optimizer that it has taken.
        """
        with np.load(folder / FILE, allow_pickle=False) as stored:
            if KEPT in stored.files:
                log = Logbook.from_json(stored[KEPT].tobytes())
                self.history, self.told = log.history, log.told
        self._mark = (self.stream.seconds, step)

    def _record(self, engine: Engine, now: Numbers) -> EpochRecord:
        since, step = self._mark
        seconds = max(1e-6, self.stream.seconds - since)
        rows = min((now.step - step) * engine.batch_size, len(engine.train))
        use = self._meter.read()
        return EpochRecord(
            epoch=now.epoch,
            step=now.step,
            train=dict(now.train),
            validation=dict(now.validation),
            learning_rate=now.learning_rate,
            seconds=seconds,
            rows_per_second=rows / max(1e-6, seconds - now.validation_seconds),
            input_share=None if now.input_seconds is None else min(1.0, now.input_seconds / seconds),
            validation_share=min(1.0, now.validation_seconds / seconds),
            cpu=use.cpu,
            memory=use.memory,
            gpu=use.gpu,
            gpu_memory=use.gpu_memory,
        )

    def _look(self, engine: Engine, config: TrainingConfig) -> ProbeResult | None:
        """A probe, if one is due. Steering may have brought another network or loss, which needs another probe."""
        if self._probe is None or not self._probe.is_of(engine.model, config):
            self._probe = Probe(engine.model, engine.train, self.task, config)
        self._due = self._due or Due(expected=self._probe.first_cost)
        if not self._due.at(self.stream.seconds):
            return None
        found = self._probe()
        self._due = self._due.after(found.seconds, self.stream.seconds)
        return found

    def _flight(self, engine: Engine, config: TrainingConfig) -> Flight:
        if self._guess is None:
            self._guess = loss_of_guessing(engine.train, config.loss_of(self.task), self.task)
            self._majority = majority_share(engine.train, self.task)
        return Flight(
            config=config,
            history=self.history,
            task=self.task,
            rows=len(engine.train),
            batch_size=engine.batch_size,
            parameters=engine.model.count_params(),
            settings=self.settings,
            guess=self._guess,
            majority=self._majority,
        )

    def _tell(self, found: Diagnosis, step: int) -> None:
        fixes = json.dumps([fix.model_dump(mode="json") for fix in found.fixes], ensure_ascii=False)
        more: dict[str, float | str] = {"code": found.code, "severity": found.severity, "epoch": found.epoch, "step": step, "fixes": fixes}
        self.stream.event(DIAGNOSIS, found.text, **{**found.numbers, **more})


def loss_of_guessing(train: Arrays, loss: keras.losses.Loss, task: TaskSpec) -> float:
    """The loss of the best answer that looks at no input: the classes' shares, or the mean.

    Args:
        train: Rows to learn from; the first `GUESSED` of them are enough.
        loss: Of labels and logits.
        task: What is asked.
    """
    y, weights = train.y[:GUESSED], None if train.weights is None else train.weights[:GUESSED]
    if task.is_number:
        # Where an interval is asked for, its ends lie one standard deviation away.
        logits = np.ones((len(y), task.units), np.float32)
        logits[:, : y[0].size] = np.average(y.reshape(len(y), -1).mean(axis=1, dtype=np.float64), weights=weights)
    elif task.kind == "multilabel":
        each = np.clip(np.average(y.astype(np.float64), axis=0, weights=weights), 1e-6, 1 - 1e-6)
        logits = np.tile(np.log(each / (1 - each)).astype(np.float32), (len(y), 1))
    else:
        shares = np.bincount(y.reshape(-1).astype(np.int64), weights, minlength=len(task.class_names)) / (len(y) if weights is None else weights.sum())
        logs = np.log(np.clip(shares, 1e-6, 1 - 1e-6))
        row = logs if task.units > 1 else logs[1:] - logs[:1]
        logits = np.tile(row.astype(np.float32), (len(y), 1))
    return float(loss(y, logits, weights))


def majority_share(train: Arrays, task: TaskSpec) -> float | None:
    """Share of the commonest class among the rows; None for numbers and for several labels."""
    if task.is_number or task.kind == "multilabel":
        return None
    return float(np.bincount(train.y.reshape(-1).astype(np.int64)).max() / len(train))
