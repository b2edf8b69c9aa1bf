"""`python -m tests.sharing FOLDER`: trains on one and on two virtual devices, and prints what came of it as JSON.

TensorFlow must be told of its devices before it starts: whoever wants to know asks this in a process of its own.
"""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from nnapp.data.dataset import FEATURES, PICTURE, Dataset, InputSpec
from nnapp.errors import SpecError
from nnapp.tasks import TaskKind
from nnapp.training import Command, Silence, TrainingConfig, stream, train
from nnapp.training.assembly import Assembly
from nnapp.training.probe import Probe
from nnapp.training.steering import InForce, Steering
from tests.architecture_samples import SIDE, halves, separable, small

BATCH, ROWS = 15, 151
"""Ten batches that two devices cannot halve, and one of a single row."""
PLAIN = TrainingConfig(epochs=3, batch_size=BATCH, learning_rate=0.01, deterministic=True, early_stopping=False)


def network(part: Dataset):
    """A network that draws nothing by chance and normalises no batch."""
    from keras import Input, Model, layers

    if FEATURES in part.x:
        return small("mlp").replaced({"normalize": False, "dropout": 0.0}).build(part.data, part.task)
    inputs = Input((SIDE, SIDE, 1), name=PICTURE)
    x = layers.Conv2D(8, 3, activation="relu")(layers.Rescaling(1 / 255)(inputs))
    return Model({PICTURE: inputs}, layers.Dense(part.task.units)(layers.GlobalAveragePooling2D()(layers.MaxPooling2D()(x))))


def weighted(kind: str, task: TaskKind, rows: int) -> Dataset:
    """Rows of which each counts differently."""
    part = separable(kind, task, rows=rows)
    data = part.data if FEATURES in part.x else part.data.model_copy(update={"inputs": {PICTURE: InputSpec(shape=(SIDE, SIDE, 1))}})
    return replace(part, data=data, weights=np.random.default_rng(5).uniform(0.1, 3, rows).astype(np.float32))


def epochs(part: Dataset, config: TrainingConfig) -> dict[str, Any]:
    """Two epochs, and what they left."""
    engine, validate = Assembly(lambda _: network(part), part, part, part.task).begin(InForce(training=config))
    steps = [engine.run(np.random.default_rng(epoch).permutation(len(part)), lambda taken: True) for epoch in range(2)]
    told = {name: float(value) for name, value in engine.model.get_metrics_result().items()}
    probed = Probe(engine.model, engine.train, part.task, config)()
    numbers = {"told": told, "validation": validate(), "gradient": probed.gradient_norm}
    return {"steps": steps, "weights": flat(engine.model), "engine": engine.choice, **numbers}


def flat(model) -> list[float]:
    """All weights in a row."""
    return [float(value) for weight in model.get_weights() for value in weight.reshape(-1)]


def compared(kind: str, task: TaskKind, config: TrainingConfig) -> dict[str, Any]:
    """The same on one device, by the same loop, and on two."""
    part = weighted(kind, task, ROWS)
    return {"one": epochs(part, config.replaced({"engine": "fit"})), "two": epochs(part, config.replaced({"replicas": 2}))}


class Commander(Silence):
    """Asks for a change, or for a pause, once it has heard of so many steps."""

    def __init__(self, *, steer_at: int | None = None, pause_at: int | None = None) -> None:
        self.steps, self.steer_at, self.pause_at = 0, steer_at, pause_at

    def metric(self, metric: Any) -> None:
        self.steps = metric.step

    def command(self) -> Command | None:
        return "pause" if self.pause_at is not None and self.steps >= self.pause_at else None

    def steering(self) -> Steering | None:
        asked = self.steer_at is not None and self.steps >= self.steer_at
        return Steering(training={"learning_rate": 0.02, "clipping": 0.5}) if asked else None

    def steered(self, taken: Steering) -> None:
        self.steer_at = None


def sittings(folder: Path) -> dict[str, Any]:
    """A run of two devices that is paused within an epoch and steered, the same in one go, and the same on one device."""
    learn, check = halves(weighted("pictures", "multiclass", 2 * ROWS))
    stream.BETWEEN_LOOKS = 0.0  # or else a command is heard twice a second only

    def fit(name: str, recorder: Silence, **changes: Any):
        config = PLAIN.replaced({"replicas": 2, **changes})
        return train(lambda: network(learn), learn, check, learn.task, config, recorder=recorder, checkpoint=folder / name)

    paused = fit("parts", Commander(pause_at=15))
    steered = fit("parts", Commander(steer_at=18))
    whole = fit("whole", Commander(steer_at=18))
    alone = fit("alone", Commander(steer_at=18), replicas=1, engine="fit")
    steered.model.save(folder / "model.keras")
    return {
        "weights": {"steered": flat(steered.model), "whole": flat(whole.model), "alone": flat(alone.model)},
        "paused": [paused.ended, paused.steps],
        "steered": [steered.ended, steered.steps, len(steered.steering)],
        "compiled": steered.model.compiled,
        "strategy": type(steered.model.distribute_strategy).__name__,
    }


def usual(kind: str, name: str) -> float:
    """The loss of a network as it comes, with dropout, batch normalisation and augmentation."""
    part = separable(kind, "multiclass", rows=ROWS)
    engine, validate = Assembly(lambda _: small(name).build(part.data, part.task), part, part, part.task).begin(
        InForce(training=PLAIN.replaced({"replicas": 2}))
    )
    for epoch in range(3):
        engine.run(np.random.default_rng(epoch).permutation(ROWS), lambda taken: True)
    return validate()["loss"]


def refused() -> dict[str, str]:
    """Three devices where there are two."""
    part = separable("tabular", "binary", rows=20)
    try:
        epochs(part, PLAIN.replaced({"replicas": 3}))
    except SpecError as error:
        return error.as_dict()
    return {}


def main(folder: Path) -> None:
    """All of it."""
    import tensorflow as tf

    two = [tf.config.LogicalDeviceConfiguration()] * 2
    tf.config.set_logical_device_configuration(tf.config.list_physical_devices("CPU")[0], two)
    found = {
        "table": compared("tabular", "binary", PLAIN.replaced({"class_weights": "balanced"})),
        "number": compared("tabular", "regression", PLAIN.replaced({"clipping": 0.1})),
        "pictures": compared("pictures", "multiclass", PLAIN),
        "sittings": sittings(folder),
        "usual": [usual("tabular", "residual"), usual("pictures", "cnn")],
        "refused": refused(),
    }
    sys.stdout.write(f"{json.dumps(found)}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
