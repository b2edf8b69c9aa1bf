"""train(): from a network and two parts to a fitted network."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from nnapp.data.dataset import Dataset
from nnapp.errors import DataError
from nnapp.tasks import TaskSpec
from nnapp.tasks.losses import loss_for
from nnapp.training.checkpoint import restore
from nnapp.training.compilation import compile_model
from nnapp.training.config import TrainingConfig
from nnapp.training.devices import Device, describe_device
from nnapp.training.engines import ENGINES, Engine
from nnapp.training.loop import Ending, Loop
from nnapp.training.records import Recorder
from nnapp.training.result import TrainingResult
from nnapp.training.stream import Stream
from nnapp.training.validation import BATCH, Validation
from nnapp.training.weights import arrays

if TYPE_CHECKING:
    import keras


def train(
    build: Callable[[], keras.Model], train: Dataset, validation: Dataset, task: TaskSpec, config: TrainingConfig, *, recorder: Recorder, checkpoint: Path
) -> TrainingResult:
    """Fit a network, going on from its checkpoint where there is one.

    Args:
        build: Makes the untrained network; called with the seed set.
        train: Rows to learn from.
        validation: Rows that choose the best epoch.
        task: What is asked.
        config: How to fit.
        recorder: Takes numbers and events, gives commands.
        checkpoint: Folder of the run's checkpoint; one that is there is gone on with.

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
    engine, validate = _prepared(build, train, validation, task, config)
    loop = Loop(engine, validate, task, config, stream, checkpoint)
    restored = restore(checkpoint, engine.model)
    if restored is not None:
        loop.progress, loop.best = restored
        stream.go_on(loop.progress.seconds)
        stream.event("resumed", f"Going on after epoch {loop.progress.epoch}.", epoch=loop.progress.epoch, step=loop.progress.steps)
    ending = loop.run()
    return _result(build, loop, ending, device)


def _prepared(build: Callable[[], keras.Model], train: Dataset, validation: Dataset, task: TaskSpec, config: TrainingConfig) -> tuple[Engine, Validation]:
    """Seed, build, compile."""
    import keras
    import tensorflow as tf

    keras.utils.set_random_seed(config.seed)
    if config.deterministic:
        tf.config.experimental.enable_op_determinism()
    model = build()
    batch_size = config.batch_size_for(len(train))
    compile_model(model, task, config, steps_per_epoch=-(-len(train) // batch_size), kind=train.data.kind)
    engine = ENGINES["fit" if config.engine == "auto" else config.engine](model, arrays(train, config), batch_size)
    loss = loss_for(task, config.loss, config.label_smoothing)
    validate = Validation(model, arrays(validation, config), task, loss, BATCH[train.data.kind])
    return engine, validate


def _result(build: Callable[[], keras.Model], loop: Loop, ending: Ending, device: Device) -> TrainingResult:
    """A network of its own with the best weights, free of what training hung on it."""
    done = loop.progress
    model = build()
    model.set_weights(loop.best or loop.engine.model.get_weights())
    return TrainingResult(
        model=model,
        epochs=done.epoch,
        best_epoch=done.best_epoch,
        seconds=done.seconds,
        stopped_early=ending == "finished" and done.epoch < loop.config.epochs,
        ended=ending,
        steps=done.steps,
        batch_size=loop.engine.batch_size,
        device=device,
    )
