"""The flight recorder: real trainings that go wrong are told with their remedy, healthy ones are left in peace."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nnapp.data.dataset import Dataset
from nnapp.data.prepare import Prepared, prepare
from nnapp.data.samples import SAMPLES
from nnapp.data.specs import DataConfig
from nnapp.data.store import DataStore
from nnapp.runs.spec import RunSpec, plan
from nnapp.tasks import OUTPUT
from nnapp.training import Command, Metric, Silence, TrainingConfig, train
from nnapp.training.checkpoint import FILE
from nnapp.training.engines.base import Arrays
from nnapp.training.flight import INSTRUMENTS
from nnapp.training.flight_recorder import DIAGNOSIS, KEPT, Logbook, loss_of_guessing, majority_share
from tests.architecture_samples import halves, separable, task_of, with_labels

pytestmark = pytest.mark.tensorflow

LEARN, CHECK = halves(separable("tabular", "multiclass", rows=400))


@pytest.fixture
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    """A probe after every epoch, however short."""
    monkeypatch.setattr("nnapp.training.probe.SHARE", 1e6)
    monkeypatch.setattr("nnapp.training.probe.SPACING", 0.0)


@dataclass
class Logged(Silence):
    """Keeps what it is told, and pauses once so many steps are done."""

    pause_after: float = float("inf")
    metrics: list[Metric] = field(default_factory=list)
    events: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def metric(self, metric: Metric) -> None:
        self.metrics.append(metric)

    def event(self, kind: str, text: str, **numbers: float | str) -> None:
        self.events.append((kind, {"text": text, **numbers}))

    def command(self) -> Command | None:
        return "pause" if self.metrics and self.metrics[-1].step >= self.pause_after else None

    @property
    def told(self) -> list[dict[str, Any]]:
        """The diagnoses."""
        return [numbers for kind, numbers in self.events if kind == DIAGNOSIS]

    @property
    def codes(self) -> list[str]:
        return [str(numbers["code"]) for numbers in self.told]

    def named(self, name: str) -> list[Metric]:
        return [metric for metric in self.metrics if metric.name == name]


def stack(data: Dataset, depth: int, units: int, activation: str, bias: float = 0.0) -> Callable[[], Any]:
    """A plain stack of dense layers without normalisation."""

    def build() -> Any:
        import keras

        from nnapp.architectures.inputs import network, table_input

        inputs, x = table_input(data.data)
        for place in range(depth):
            start = keras.initializers.Constant(bias)
            x = keras.layers.Dense(units, activation=activation, bias_initializer=start, name=f"hidden{place + 1}")(x)
        return network(inputs, x, data.task, name="stack")

    return build


def fit(folder: Path, build: Callable[[], Any], config: TrainingConfig, learn: Dataset = LEARN, check: Dataset = CHECK, **more: Any) -> Logged:
    book = more.pop("book", None) or Logged()
    train(build, learn, check, learn.task, config, recorder=book, checkpoint=folder, **more)
    return book


def test_a_rate_that_is_too_high_is_told_with_a_lower_one(tmp_path: Path):
    config = TrainingConfig(epochs=8, learning_rate=10.0, optimizer="adam", weight_decay=0)
    book = fit(tmp_path, stack(LEARN, 3, 32, "relu"), config)
    # Such steps also kill units; which of the two is seen first depends on when the recorder looks.
    fixes = json.loads(book.told[book.codes.index("rate_too_high")]["fixes"])
    assert {"words": "Learning rate 1", "changes": {"training.learning_rate": 1.0}, "applies": "same run"} in fixes


def test_a_rate_that_is_too_low_is_told_with_a_higher_one(tmp_path: Path):
    book = fit(tmp_path, stack(LEARN, 2, 32, "tanh"), TrainingConfig(epochs=20, learning_rate=1e-6))
    assert book.codes == ["rate_too_low"]
    assert book.told[0]["rate"] == 1e-6


@pytest.mark.usefixtures("often")
def test_a_deep_stack_of_sigmoids_has_vanishing_gradients(tmp_path: Path):
    book = fit(tmp_path, stack(LEARN, 10, 32, "sigmoid"), TrainingConfig(epochs=2))
    assert book.codes[0] == "vanishing_gradients"
    assert "layer 1 of 11 (hidden1)" in book.told[0]["text"]
    assert book.told[0]["ratio"] < 1e-4


@pytest.mark.usefixtures("often")
def test_rectifiers_that_begin_far_below_zero_are_dead(tmp_path: Path):
    book = fit(tmp_path, stack(LEARN, 1, 32, "relu", bias=-10.0), TrainingConfig(epochs=2))
    assert book.codes[0] == "dead_units"
    assert book.told[0]["share"] == 1.0
    assert [metric.value for metric in book.named("dead_units/hidden1")] == [1.0, 1.0]


def test_a_large_network_on_few_noisy_rows_memorises_them(tmp_path: Path):
    part = separable("tabular", "multiclass", rows=160)
    noise = np.random.default_rng(5).integers(0, 3, 160).astype(np.int32)
    learn, check = halves(with_labels(part, noise))
    config = TrainingConfig(epochs=60, learning_rate=3e-3, early_stopping=False, schedule="constant")
    book = fit(tmp_path, stack(learn, 3, 256, "relu"), config, learn, check, hyperparameters={"dropout": 0.0, "units": 256})
    assert "memorising" in book.codes
    told = next(numbers for numbers in book.told if numbers["code"] == "memorising")
    assert {"model.dropout": 0.2} in [fix["changes"] for fix in json.loads(told["fixes"])]
    assert told["validation"] > 1.2 * told["best"]


def test_a_network_whose_units_are_all_dead_gives_one_answer(tmp_path: Path):
    config = TrainingConfig(epochs=12, learning_rate=0.01)
    lopsided = with_labels(LEARN, np.where(np.arange(200) % 10 < 7, 0, LEARN.y[OUTPUT]).astype(np.int32))
    book = fit(tmp_path, stack(LEARN, 1, 8, "relu", bias=-50.0), config, lopsided, lopsided)
    assert "one_answer" in book.codes


def sample(name: str, folder: Path, preset: str) -> tuple[RunSpec, Prepared]:
    """A sample as a run with this preset sees it."""
    store = DataStore(folder)
    sha = store.add(SAMPLES[name].write(folder))
    spec = plan(DataConfig(sha256=sha), store.open(sha).kinds[0], preset=preset)
    return spec, prepare(store, spec.data, spec.split, spec.preprocessing, bins=type(spec.model).encodes_bins, augmentation=spec.augmentation)


@pytest.mark.usefixtures("often")
@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_nothing_is_said_of_a_sample_trained_as_proposed(name: str, tmp_path: Path):
    spec, prepared = sample(name, tmp_path, "quick")
    parts = prepared.parts
    build = lambda: spec.model.build(prepared.data, prepared.task)  # noqa: E731
    book = fit(tmp_path / "run", build, spec.training, parts.train, parts.validation, hyperparameters=spec.model.model_dump())
    assert book.told == []
    assert len(book.named("gradient_norm")) == len(book.named("rows_per_second"))


@pytest.mark.usefixtures("often")
def test_every_epoch_tells_its_instruments(tmp_path: Path):
    book = fit(tmp_path, stack(LEARN, 2, 32, "relu"), TrainingConfig(epochs=3))
    for name in ("rows_per_second", "cpu", "memory", "validation_share"):
        assert [metric.epoch for metric in book.named(name)] == [1, 2, 3]
        assert {metric.split for metric in book.named(name)} == {"train"}
        assert all(metric.value > 0 for metric in book.named(name))
    assert {metric.name for metric in book.metrics if metric.name.startswith("gradient_norm/")} == {
        f"gradient_norm/{name}" for name in ("hidden1", "hidden2", "output")
    }
    assert all(metric.name.partition("/")[0] in (*INSTRUMENTS, "loss", "accuracy", "learning_rate", "running_loss") for metric in book.metrics)


def test_a_short_run_spends_no_time_on_probes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("nnapp.training.probe.FIRST_COST", 10.0)
    assert fit(tmp_path, stack(LEARN, 2, 32, "relu"), TrainingConfig(epochs=3)).named("gradient_norm") == []


def test_a_resumed_run_remembers_its_epochs_and_what_it_has_told(tmp_path: Path):
    config = TrainingConfig(epochs=8, learning_rate=10.0, optimizer="adam", weight_decay=0, batch_size=20, early_stopping=False)
    build = stack(LEARN, 3, 32, "relu")
    first = fit(tmp_path, build, config, book=Logged(pause_after=40))
    assert "rate_too_high" in first.codes
    second = fit(tmp_path, build, config)
    with np.load(tmp_path / FILE, allow_pickle=False) as stored:
        kept = Logbook.from_json(stored[KEPT].tobytes())
    assert [record.epoch for record in kept.history] == [1, 2, 3, 4, 5, 6, 7, 8]
    assert [record.step for record in kept.history] == [10 * epoch for epoch in range(1, 9)]
    told = [diagnosis.measure for diagnosis in kept.told if diagnosis.code == "rate_too_high"]
    assert len(told) == len([code for code in first.codes + second.codes if code == "rate_too_high"])
    assert all(later >= 2 * earlier for earlier, later in pairwise(told)), "told again only once it has doubled"


def test_guessing_costs_the_entropy_of_the_classes_or_the_variance():
    import keras

    from nnapp.tasks.losses import loss_for

    two = Arrays({}, np.array([[0.0], [0.0], [0.0], [1.0]], np.float32), None)
    assert loss_of_guessing(two, loss_for(task_of("binary")), task_of("binary")) == pytest.approx(0.5623, abs=1e-4)
    three = Arrays({}, np.array([0, 1, 2], np.int32), None)
    assert loss_of_guessing(three, loss_for(task_of("multiclass")), task_of("multiclass")) == pytest.approx(np.log(3), abs=1e-4)
    numbers = Arrays({}, np.array([[1.0], [3.0]], np.float32), None)
    assert loss_of_guessing(numbers, keras.losses.MeanSquaredError(), task_of("regression")) == pytest.approx(1.0)
    assert majority_share(two, task_of("binary")) == 0.75
    assert majority_share(numbers, task_of("regression")) is None
