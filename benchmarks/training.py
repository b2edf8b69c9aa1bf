"""Whole runs, from compile to the end: against the plain script, and against the bare loop."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.measure import Comparison, compare
from benchmarks.subjects import features, network, table
from nnapp.data.dataset import Dataset
from nnapp.tasks import OUTPUT
from nnapp.tasks.losses import loss_for
from nnapp.training import Silence, TrainingConfig, train
from nnapp.training.compilation import compile_model
from nnapp.training.engines import ENGINES, Sitting
from nnapp.training.order import epoch_order
from nnapp.training.validation import Validation, rows_at_once
from nnapp.training.weights import arrays


def comparisons() -> Iterator[Comparison]:
    yield against_fit("200 rows, 20 epochs, batch 32, with validation", table(200), table(100, seed=1), config(32, 20))
    part, held_out = table(20_000), table(4_000, seed=1)
    for batch in (32, 128, 1024):
        yield against_fit(f"20,000 rows, 5 epochs, batch {batch}, with validation", part, held_out, config(batch, 5))
    added = "20,000 rows, 30 epochs, batch 32: live numbers, flight recorder, best weights, checkpoints"
    # One loop for both: which of them is the faster is another question, whose answer may differ from run to run.
    yield against_the_bare_loop(added, part, held_out, config(32, 30).replaced({"engine": "chunk-graph"}))


def config(batch: int, epochs: int) -> TrainingConfig:
    """Adam with one rate."""
    return TrainingConfig.parse({"epochs": epochs, "batch_size": batch, "optimizer": "adam", "schedule": "constant", "warm_up": 0.0, "patience": 1000})


def run(part: Dataset, held_out: Dataset, settings: TrainingConfig) -> None:
    """A run as the app does it, early stopping on."""
    with tempfile.TemporaryDirectory() as folder:
        train(lambda: network(part), part, held_out, part.task, settings, recorder=Silence(), checkpoint=Path(folder))


def against_fit(name: str, part: Dataset, held_out: Dataset, settings: TrainingConfig) -> Comparison:
    """The same network, epochs and validation by the plain script."""

    def theirs() -> None:
        import keras

        model = network(part)
        model.compile(optimizer="adam", loss=keras.losses.BinaryCrossentropy(from_logits=True), metrics=["accuracy"])
        held = (features(held_out), held_out.y[OUTPUT])
        model.fit(features(part), part.y[OUTPUT], batch_size=settings.batch_size, epochs=settings.epochs, validation_data=held, verbose=0)

    return compare(f"nnapp's MLP, {name}", "model.fit", lambda: run(part, held_out, settings), theirs, "same network and epochs")


def against_the_bare_loop(name: str, part: Dataset, held_out: Dataset, settings: TrainingConfig) -> Comparison:
    """The same loop and validation with nothing else: what everything that the app adds costs."""

    def theirs() -> None:
        model, size = network(part), settings.batch_size_for(len(part))
        steps = -(-len(part) // size)
        compile_model(model, part.task, settings, steps_per_epoch=steps, kind="tabular")
        engine = ENGINES[settings.loop](model, Sitting(arrays(part, settings), size, steps * settings.epochs))
        validate = Validation(model, arrays(held_out, settings), part.task, loss_for(part.task, "auto", 0.0), rows_at_once(held_out.data))
        for epoch in range(settings.epochs):
            engine.run(epoch_order(len(part), settings.seed, epoch), lambda taken: True)
            validate()

    return compare(f"nnapp's MLP, {name}", "the bare loop", lambda: run(part, held_out, settings), theirs, "same network, order and epochs")
