"""train(): what it tells, when it stops, and that a resumed run ends as the uninterrupted one."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from nnapp.errors import DataError, RunError, SpecError
from nnapp.tasks import OUTPUT
from nnapp.training import Command, DivergedError, Metric, Silence, TrainingConfig, TrainingResult, train
from nnapp.training.engines import ENGINES
from nnapp.training.flight_recorder import DIAGNOSIS
from tests.architecture_samples import halves, separable, small, with_labels

pytestmark = pytest.mark.tensorflow

LEARN, CHECK = halves(separable("tabular", "multiclass", rows=400))
DETERMINED = TrainingConfig(epochs=4, batch_size=16, deterministic=True, early_stopping=False)


@dataclass
class Notebook(Silence):
    """Keeps what it is told, and gives a command once so many steps are done."""

    give: Command | None = None
    after: int = 0
    metrics: list[Metric] = field(default_factory=list)
    events: list[tuple[str, str]] = field(default_factory=list)
    loops: list[tuple[str, str]] = field(default_factory=list)

    def metric(self, metric: Metric) -> None:
        self.metrics.append(metric)

    def event(self, kind: str, text: str, **numbers: float) -> None:
        (self.loops if kind == "loop" else self.events).append((kind, text))

    def command(self) -> Command | None:
        done = self.metrics[-1].step if self.metrics else 0
        return self.give if done >= self.after else None

    def values(self, name: str, split: str) -> list[float]:
        return [metric.value for metric in self.metrics if (metric.name, metric.split) == (name, split)]


def fit(folder: Path, config: TrainingConfig, recorder: Silence | None = None, *, name: str = "residual", data=(LEARN, CHECK)) -> TrainingResult:
    learn, check = data
    build = lambda: small(name).build(learn.data, learn.task)  # noqa: E731
    return train(build, learn, check, learn.task, config, recorder=recorder or Silence(), checkpoint=folder)


def same(one: TrainingResult, other: TrainingResult) -> bool:
    return all(np.array_equal(a, b) for a, b in zip(one.model.get_weights(), other.model.get_weights(), strict=True))


def test_every_epoch_tells_loss_accuracy_and_rate_and_the_loss_falls(tmp_path: Path):
    book = Notebook()
    result = fit(tmp_path, TrainingConfig(epochs=6, early_stopping=False), book)
    for split in ("train", "validation"):
        assert len(book.values("loss", split)) == len(book.values("accuracy", split)) == 6
    losses = book.values("loss", "train")
    assert losses[-1] < losses[0]
    assert result.epochs == 6
    assert result.steps == 6 * 7  # 200 rows in batches of 32
    assert [metric.epoch for metric in book.metrics if metric.name == "accuracy" and metric.split == "train"] == [1, 2, 3, 4, 5, 6]
    rates = book.values("learning_rate", "train")
    assert rates[0] == pytest.approx(1e-3, rel=0.1)
    assert rates[-1] < 1e-4
    seconds = [metric.seconds for metric in book.metrics]
    assert seconds == sorted(seconds)
    assert result.ended == "finished"
    assert not result.stopped_early


def test_the_error_of_a_regression_is_told_in_the_targets_units(tmp_path: Path):
    book = Notebook()
    fit(tmp_path, TrainingConfig(epochs=1), book, data=halves(separable("tabular", "regression", rows=400)))
    assert 5 < book.values("mae", "train")[0] < 40
    assert 2 < book.values("mae", "validation")[0] < 40


def test_a_run_that_cannot_improve_ends_early_with_the_best_weights(tmp_path: Path):
    book = Notebook()
    shuffled = with_labels(CHECK, np.random.default_rng(0).permutation(CHECK.y[OUTPUT]))
    result = fit(tmp_path, TrainingConfig(epochs=60, patience=2, learning_rate=0.02), book, data=(LEARN, shuffled))
    losses = book.values("loss", "validation")
    assert result.stopped_early
    assert result.epochs == len(losses) == result.best_epoch + 2
    assert result.best_epoch == int(np.argmin(losses)) + 1
    import keras

    logits = result.model(CHECK.x, training=False)
    loss = float(keras.losses.SparseCategoricalCrossentropy(from_logits=True)(shuffled.y[OUTPUT], logits))
    assert loss == pytest.approx(min(losses), rel=1e-4)
    assert [kind for kind, _ in book.events if kind != DIAGNOSIS] == ["early_stopping"]


def test_rows_in_memory_are_not_waited_for_however_long_nothing_improves(tmp_path: Path):
    book = Notebook()
    fit(tmp_path, TrainingConfig(epochs=6, learning_rate=0.5, early_stopping=False), book, name="linear")
    assert len(book.values("input_share", "train")) == 6
    assert max(book.values("input_share", "train")) < 0.9


@pytest.mark.parametrize(("engine", "used"), [("auto", "chunk-graph"), ("fit", "fit"), ("chunk-xla", "chunk-xla")])
def test_the_loop_in_use_is_told_once_and_can_be_forced(tmp_path: Path, engine: str, used: str):
    book = Notebook()
    result = fit(tmp_path, TrainingConfig(epochs=2, engine=engine), book, name="linear")
    assert result.engine == used
    assert book.loops == [("loop", ENGINES[used].sentence)]


def test_the_model_carries_neither_optimizer_nor_loss(tmp_path: Path):
    assert fit(tmp_path, TrainingConfig(epochs=1)).model.compiled is False


def test_a_run_paused_within_an_epoch_ends_as_the_uninterrupted_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("nnapp.training.stream.BETWEEN_LOOKS", 0.0)
    monkeypatch.setattr("nnapp.training.engines.chunk.GROWTH", 1)
    whole_book, first_book, second_book = Notebook(), Notebook("pause", after=17), Notebook()
    whole = fit(tmp_path / "whole", DETERMINED, whole_book)
    paused = fit(tmp_path / "parts", DETERMINED, first_book)
    assert (paused.ended, paused.epochs, paused.steps) == ("paused", 1, 17)
    resumed = fit(tmp_path / "parts", DETERMINED, second_book)
    assert resumed.ended == "finished"
    assert resumed.steps == whole.steps == 4 * 13
    assert same(whole, resumed)
    assert resumed.best_epoch == whole.best_epoch
    assert second_book.events[0][0] == "resumed"
    np.testing.assert_allclose(first_book.values("loss", "train") + second_book.values("loss", "train"), whole_book.values("loss", "train"), rtol=1e-5)
    assert first_book.values("loss", "validation") + second_book.values("loss", "validation") == whole_book.values("loss", "validation")
    assert resumed.seconds > paused.seconds


@pytest.mark.parametrize("optimizer", ["sgd", "adam", "rmsprop"])
def test_a_resumed_run_ends_the_same_with_every_optimizer(tmp_path: Path, optimizer: str):
    config = DETERMINED.replaced({"optimizer": optimizer, "epochs": 2})
    whole = fit(tmp_path / "whole", config, name="mlp")
    fit(tmp_path / "parts", config, Notebook("pause", after=13), name="mlp")
    assert same(whole, fit(tmp_path / "parts", config, name="mlp"))


def test_pictures_resume_with_the_same_chance_in_augmentation(tmp_path: Path):
    data = halves(separable("pictures", "binary", rows=96))
    config = TrainingConfig(epochs=2, batch_size=16, deterministic=True)
    whole = fit(tmp_path / "whole", config, name="cnn", data=data)
    fit(tmp_path / "parts", config, Notebook("pause", after=3), name="cnn", data=data)
    assert same(whole, fit(tmp_path / "parts", config, name="cnn", data=data))


def test_a_run_that_was_killed_goes_on_from_its_last_checkpoint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("nnapp.training.hand.BETWEEN_CHECKPOINTS", 0.0)

    class PowerCutError(Exception):
        """The end of a process, as far as the loop can see."""

    class Killer(Notebook):
        def metric(self, metric: Metric) -> None:
            if metric.step >= 39:
                raise PowerCutError
            super().metric(metric)

    whole = fit(tmp_path / "whole", DETERMINED)
    with pytest.raises(PowerCutError):
        fit(tmp_path / "killed", DETERMINED, Killer())
    resumed = fit(tmp_path / "killed", DETERMINED)
    assert resumed.steps == whole.steps
    assert same(whole, resumed)


def test_a_finished_run_that_is_started_again_trains_no_further(tmp_path: Path):
    config = TrainingConfig(epochs=2)
    first = fit(tmp_path, config)
    again = fit(tmp_path, config)
    assert again.steps == first.steps
    assert same(first, again)


def test_stop_keeps_the_best_so_far_and_the_run_is_over(tmp_path: Path):
    stopped = fit(tmp_path, TrainingConfig(epochs=50), Notebook("stop", after=14))
    assert stopped.ended == "stopped"
    assert 1 <= stopped.best_epoch <= stopped.epochs < 50
    assert not stopped.stopped_early
    assert fit(tmp_path, TrainingConfig(epochs=50)).steps == stopped.steps


def test_the_same_seed_repeats_a_run_and_another_does_not(tmp_path: Path):
    one, two = fit(tmp_path / "1", DETERMINED), fit(tmp_path / "2", DETERMINED)
    other = fit(tmp_path / "3", DETERMINED.replaced({"seed": 43}))
    assert same(one, two)
    assert not same(one, other)


def test_a_loss_that_is_no_number_ends_in_plain_words(tmp_path: Path):
    broken = with_labels(halves(separable("tabular", "regression"))[0], np.full((120, 1), np.nan, np.float32))
    with pytest.raises(DivergedError, match=r"The training loss became nan in epoch 1\. Lower the learning rate"):
        fit(tmp_path, TrainingConfig(epochs=3), data=(broken, broken))


def test_a_checkpoint_of_another_network_is_refused(tmp_path: Path):
    fit(tmp_path, TrainingConfig(epochs=1))
    with pytest.raises(RunError, match="another shape"):
        fit(tmp_path, TrainingConfig(epochs=1), name="linear")


def test_a_part_without_rows_is_refused(tmp_path: Path):
    with pytest.raises(DataError, match="The validation part has no rows"):
        fit(tmp_path, TrainingConfig(), data=(LEARN, CHECK.rows(np.arange(0))))


def test_one_row_is_enough_to_run(tmp_path: Path):
    assert fit(tmp_path, TrainingConfig(epochs=1), data=(LEARN.rows(np.arange(1)), CHECK)).steps == 1


def test_a_loss_for_another_question_is_refused(tmp_path: Path):
    with pytest.raises(SpecError, match="'huber' is not for multiclass questions"):
        fit(tmp_path, TrainingConfig(loss="huber"))


def test_balanced_class_weights_find_the_rare_class(tmp_path: Path):
    chance = np.random.default_rng(1)
    part = separable("tabular", "binary", rows=600, seed=2)
    rare = (chance.random(600) < 0.04).astype(np.float32)[:, None]
    x = chance.normal(size=(600, 4)).astype(np.float32) + 1.0 * rare
    blurred = with_labels(part, rare)
    blurred.x["features"][:] = x * [1, 500, 0.01, 1] + [0, 1000, 0, 0]
    data = halves(blurred)
    found = {}
    for words in ("none", "balanced"):
        config = TrainingConfig(epochs=15, class_weights=words, learning_rate=5e-3)
        model = fit(tmp_path / words, config, name="linear", data=data).model
        found[words] = int((np.asarray(model(data[1].x, training=False)) > 0)[data[1].y[OUTPUT] == 1].sum())
    assert found["balanced"] > found["none"]
