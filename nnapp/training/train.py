"""train(): from a network and two parts to a fitted network."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nnapp.data.augmentation import Augmentation
from nnapp.data.dataset import Dataset
from nnapp.errors import DataError
from nnapp.tasks import TaskSpec
from nnapp.training.assembly import Assembly, Build
from nnapp.training.beginning import Beginning
from nnapp.training.config import TrainingConfig
from nnapp.training.devices import Device, describe_device
from nnapp.training.flight_recorder import FlightRecorder
from nnapp.training.hand import Hand
from nnapp.training.loop import Ending, Loop
from nnapp.training.records import Recorder
from nnapp.training.result import TrainingResult
from nnapp.training.steering import InForce
from nnapp.training.stream import Stream

if TYPE_CHECKING:
    import keras


@dataclass(frozen=True)
class Augmented:
    """A network of pictures whose augmentation may be steered.

    Attributes:
        augmentation: What it begins with.
        build: Makes the untrained network with this or another one.
    """

    augmentation: Augmentation
    build: Build


def train(
    build: Callable[[], keras.Model],
    train: Dataset,
    validation: Dataset,
    task: TaskSpec,
    config: TrainingConfig,
    *,
    recorder: Recorder,
    checkpoint: Path,
    augmented: Augmented | None = None,
    hyperparameters: Mapping[str, Any] | None = None,
    beginning: Beginning | None = None,
) -> TrainingResult:
    """Fit a network, going on from its checkpoint where there is one.

    Args:
        build: Makes the untrained network; called with the seed set.
        train: Rows to learn from.
        validation: Rows that choose the best epoch.
        task: What is asked.
        config: How to fit; what was steered before the checkpoint was written holds from there on.
        recorder: Takes numbers and events, gives commands.
        checkpoint: Folder of the run's checkpoint; one that is there is gone on with.
        augmented: How to build it with other augmentation; None where that cannot be steered.
        hyperparameters: Of the network, by field, so that the remedy of what goes wrong can change them.
        beginning: Weights that some layers begin with, kept for some epochs and then learned on with a rate of their own.

    Returns:
        The best epoch's network. A run that was paused goes on when `train` is called again with the same arguments.

    Raises:
        DataError: If a part has no rows.
        DivergedError: If the loss is no longer a number.
        RunError: If the checkpoint belongs to another network.
    """
    for name, part in (("train", train), ("validation", validation)):
        if len(part) == 0:
            raise DataError(f"The {name} part has no rows.", remedy="Bring more rows, or change the shares of the split.")
    device = describe_device()
    stream = Stream(recorder)
    assembly = Assembly(augmented.build if augmented else lambda _: build(), train, validation, task, beginning)
    asked = InForce(training=config, augmentation=augmented.augmentation if augmented else Augmentation())
    flight = FlightRecorder(stream, task, gpu=device.kind == "gpu", settings=hyperparameters or {})
    with Hand(assembly, asked, stream, checkpoint, flight) as hand:
        hand.take_up()
        ending = Loop(hand).run()
    return _result(hand, ending, device)


def _result(hand: Hand, ending: Ending, device: Device) -> TrainingResult:
    """A network of its own with the best weights, and what is known of its training."""
    done = hand.progress
    model = hand.assembly.finished(hand.settings, hand.best or hand.engine.model.get_weights())
    return TrainingResult(
        model=model,
        epochs=done.epoch,
        best_epoch=done.best_epoch,
        seconds=done.seconds,
        stopped_early=ending == "finished" and done.epoch < hand.config.epochs,
        ended=ending,
        steps=done.steps,
        batch_size=hand.engine.batch_size,
        device=device,
        engine=hand.engine.choice,
        steering=done.steering,
        too_large=done.too_large,
    )
