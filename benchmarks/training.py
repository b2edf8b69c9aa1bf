"""A run with live numbers, validation and the best weights kept, against the plain script with the same validation."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.measure import Comparison, compare
from benchmarks.subjects import features, network, table
from nnapp.tasks import OUTPUT
from nnapp.training import TrainingConfig, train

EPOCHS = 3


class Silent:
    """A recorder that takes everything and asks for nothing."""

    def metric(self, metric: object) -> None: ...

    def event(self, kind: str, text: str, **numbers: object) -> None: ...

    def command(self) -> None:
        return None


def comparisons() -> Iterator[Comparison]:
    part, held_out = table(20_000), table(4_000, seed=1)
    for batch in (32, 128, 1024):
        settings = {"epochs": EPOCHS, "batch_size": batch, "optimizer": "adam", "schedule": "constant", "warm_up": 0.0, "early_stopping": False}
        config = TrainingConfig(**settings)

        def ours(config: TrainingConfig = config) -> None:
            with tempfile.TemporaryDirectory() as folder:
                train(lambda: network(part), part, held_out, part.task, config, recorder=Silent(), checkpoint=Path(folder))

        def theirs(batch: int = batch) -> None:
            import keras

            model = network(part)
            model.compile(optimizer="adam", loss=keras.losses.BinaryCrossentropy(from_logits=True), metrics=["accuracy"])
            held = (features(held_out), held_out.y[OUTPUT])
            model.fit(features(part), part.y[OUTPUT], batch_size=batch, epochs=EPOCHS, validation_data=held, verbose=0)

        yield compare(f"MLP on 20,000 rows, batch {batch}, from compile to the end", "model.fit with validation", ours, theirs, "same network and epochs")
