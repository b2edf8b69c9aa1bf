"""Steering: a change takes effect between two steps, and a run with its changes is as repeatable as one without."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from nnapp.data.augmentation import Augmentation
from nnapp.tasks import OUTPUT
from nnapp.training import Silence, TrainingConfig, TrainingResult, train
from nnapp.training.flight_recorder import DIAGNOSIS
from nnapp.training.steering import Steering
from nnapp.training.train import Augmented
from tests.architecture_samples import halves, separable, small
from tests.test_training_loop import CHECK, DETERMINED, LEARN, Notebook, fit, same

pytestmark = pytest.mark.tensorflow

FASTER = Steering(training={"learning_rate": 0.01})


class KilledError(Exception):
    """The end of a process, as far as the loop can see."""


@dataclass
class Helm(Notebook):
    """Asks for a change once so many steps are done, as a file would: until it has been taken."""

    wanted: Steering | None = None
    at: int = 0
    dies: bool = False

    def steering(self) -> Steering | None:
        done = self.metrics[-1].step if self.metrics else 0
        return self.wanted if done >= self.at else None

    def steered(self, taken: Steering) -> None:
        if self.dies:
            raise KilledError
        self.wanted = None


@pytest.fixture(autouse=True)
def looks_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nnapp.training.stream.BETWEEN_LOOKS", 0.0)
    monkeypatch.setattr("nnapp.training.engines.chunk.GROWTH", 1)


@pytest.mark.parametrize("changes", [{"learning_rate": 0.003}, {"epochs": 6}, {"weight_decay": 0.0}, {"clipping": 0.5}, {"class_weights": "balanced"}])
def test_a_change_before_the_first_step_is_the_run_that_began_with_it(tmp_path: Path, changes: dict):
    steered = fit(tmp_path / "steered", DETERMINED, Helm(wanted=Steering(training=changes)))
    assert same(steered, fit(tmp_path / "whole", DETERMINED.replaced(changes)))
    assert [each.step for each in steered.steering] == [0]


def test_a_longer_run_with_a_constant_rate_is_the_run_that_was_longer_from_the_start(tmp_path: Path):
    config = DETERMINED.replaced({"schedule": "constant", "warm_up": 0.0, "epochs": 2})
    book = Helm(wanted=Steering(training={"epochs": 4}), at=17)
    steered = fit(tmp_path / "steered", config, book)
    assert steered.epochs == 4
    assert steered.steering[0].step == 17
    assert same(steered, fit(tmp_path / "whole", config.replaced({"epochs": 4})))


def test_a_new_rate_is_the_peak_from_there_on_and_the_run_tells_it(tmp_path: Path):
    before, book = Notebook(), Helm(wanted=FASTER, at=17)
    fit(tmp_path / "1", DETERMINED, before)
    steered = fit(tmp_path / "2", DETERMINED, book)
    ratios = np.divide(book.values("learning_rate", "train"), before.values("learning_rate", "train"))
    np.testing.assert_allclose(ratios, [1, 10, 10, 10], rtol=1e-5)
    assert book.events == [("steered", "You set the learning rate from 0.001 to 0.01 in epoch 2.")]
    (told,) = steered.steering
    assert (told.step, told.epoch, told.label) == (17, pytest.approx(1 + 4 / 13), "learning rate 0.01")
    assert told.changes == FASTER


def test_a_steered_run_that_is_paused_ends_as_the_uninterrupted_one(tmp_path: Path):
    whole = fit(tmp_path / "whole", DETERMINED, Helm(wanted=FASTER, at=17))
    paused = fit(tmp_path / "parts", DETERMINED, Helm("pause", 30, wanted=FASTER, at=17))
    assert (paused.ended, paused.steps) == ("paused", 30)
    resumed = fit(tmp_path / "parts", DETERMINED)
    assert same(whole, resumed)
    assert resumed.steering == whole.steering


def test_a_kill_before_the_request_is_forgotten_changes_nothing_and_tells_the_change_again(tmp_path: Path):
    whole = fit(tmp_path / "whole", DETERMINED, Helm(wanted=FASTER, at=17))
    with pytest.raises(KilledError):
        fit(tmp_path / "parts", DETERMINED, Helm(wanted=FASTER, at=17, dies=True))
    book = Helm(wanted=FASTER)
    resumed = fit(tmp_path / "parts", DETERMINED, book)
    assert same(whole, resumed)
    assert resumed.steering == whole.steering
    assert [kind for kind, _ in book.events] == ["resumed", "steered"]


def test_a_request_that_changes_nothing_leaves_no_trace(tmp_path: Path):
    book = Helm(wanted=Steering(training={"learning_rate": 1e-3}), at=17)
    steered = fit(tmp_path / "1", DETERMINED, book)
    assert (steered.steering, book.events, book.wanted) == ((), [], None)
    assert same(steered, fit(tmp_path / "2", DETERMINED))


def test_less_patience_ends_a_run_that_has_waited_as_long(tmp_path: Path):
    config = TrainingConfig(epochs=200, batch_size=50, patience=100, learning_rate=0.05)
    book = Helm(wanted=Steering(training={"patience": 1}), at=30 * 4)
    ended = fit(tmp_path, config, book)
    assert ended.stopped_early
    assert 30 <= ended.epochs < 100
    assert [kind for kind, _ in book.events if kind != DIAGNOSIS] == ["steered", "early_stopping"]


def test_fewer_epochs_than_are_done_end_the_run_with_the_epoch_that_was_begun(tmp_path: Path):
    assert fit(tmp_path, DETERMINED, Helm(wanted=Steering(training={"epochs": 1}), at=17)).epochs == 2


def test_class_weights_measure_the_best_epoch_again(tmp_path: Path):
    rare = LEARN.rows(np.flatnonzero((LEARN.y[OUTPUT].reshape(-1) != 0) | (np.arange(len(LEARN)) % 8 == 0)))
    book = Helm(wanted=Steering(training={"class_weights": "balanced"}), at=1)
    steered = fit(tmp_path, DETERMINED, book, data=(rare, CHECK))
    assert steered.best_epoch >= 1
    assert steered.steering[0].changes.training == {"class_weights": "balanced"}


def pictures(folder: Path, recorder: Silence) -> TrainingResult:
    learn, check = halves(separable("pictures", "binary", rows=96))
    build = lambda augmentation: small("cnn").build(learn.data.augmented(augmentation), learn.task)  # noqa: E731
    augmented = Augmented(Augmentation(), build)
    config = TrainingConfig(epochs=3, batch_size=16, deterministic=True, early_stopping=False)
    return train(lambda: build(Augmentation()), learn, check, learn.task, config, recorder=recorder, checkpoint=folder, augmented=augmented)


def test_augmentation_changes_under_way_and_resumes_the_same(tmp_path: Path):
    wanted = Steering(augmentation={"flip": "both", "contrast": 0.3})
    whole = pictures(tmp_path / "whole", Helm(wanted=wanted, at=2))
    paused = pictures(tmp_path / "parts", Helm("pause", 5, wanted=wanted, at=2))
    assert paused.ended == "paused"
    resumed = pictures(tmp_path / "parts", Silence())
    assert same(whole, resumed)
    assert not same(whole, pictures(tmp_path / "plain", Silence()))
    assert resumed.steering[0].label == "flip both, contrast 0.3"
