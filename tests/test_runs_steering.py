"""Asking a run for other settings: what is allowed, what is remembered, and letting a failed run go on. No TensorFlow."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from nnapp.data.specs import DataConfig
from nnapp.errors import RunError, SpecError
from nnapp.runs.board import Board
from nnapp.runs.folder import Run
from nnapp.runs.marks import marks
from nnapp.runs.spec import plan
from nnapp.runs.status import Failure
from nnapp.runs.steer import asked, in_force, taken
from nnapp.runs.store import RunStore
from nnapp.runs.work import Event
from nnapp.training.steering import Steering
from tests.command_line import refusal, result

DATA = DataConfig(sha256="0" * 64)
LOWER = Steering(training={"learning_rate": 1e-4})


@pytest.fixture
def store(tmp_path: Path) -> RunStore:
    return RunStore(tmp_path / "home")


@pytest.fixture
def run(store: RunStore) -> Run:
    return store.create(plan(DATA, "tabular"))


def fail(run: Run, *, fault: bool) -> None:
    run.status_file.fail(Failure(problem="The disk is full.", remedy="Delete something.", fault=fault), ended=1.0)


@pytest.mark.parametrize("state", ["queued", "running", "paused", "lost"])
def test_a_run_that_has_training_left_takes_requests_and_adds_them_up(run: Run, state: str):
    run.status_file.change(lambda _: {"state": state})
    run.steer(LOWER)
    run.steer(Steering(training={"patience": 20, "learning_rate": 1e-5}))
    assert asked(run) == Steering(training={"learning_rate": 1e-5, "patience": 20})
    assert in_force(run).training == run.spec.training.replaced({"learning_rate": 1e-5, "patience": 20})


def test_only_what_was_taken_is_forgotten(run: Run):
    run.steer(LOWER)
    run.steer(Steering(training={"patience": 20}))
    taken(run, LOWER)
    assert asked(run) == LOWER.merged(Steering(training={"patience": 20}))
    taken(run, LOWER.merged(Steering(training={"patience": 20})))
    assert asked(run) is None


@pytest.mark.parametrize("state", ["finished", "stopped", "stopping"])
def test_a_run_without_training_left_is_refused_with_the_way_on(run: Run, state: str):
    run.status_file.change(lambda _: {"state": state})
    with pytest.raises(RunError, match=r"(already|being) stop|finished\. Train again with the settings you want"):
        run.steer(LOWER)
    assert asked(run) is None


def test_a_run_that_is_being_judged_is_refused(run: Run):
    run.status_file.change(lambda _: {"state": "running"})
    run.write_json("training.json", {})
    with pytest.raises(RunError, match="has ended its training"):
        run.steer(LOWER)


def test_fewer_epochs_than_are_done_are_refused_in_words(run: Run):
    run.status_file.change(lambda _: {"state": "running", "epoch": 12})
    with pytest.raises(RunError, match=r"12 epochs are done already\. Choose more than 12 epochs, or stop the run"):
        run.steer(Steering(training={"epochs": 12}))
    run.steer(Steering(training={"epochs": 13}))


def test_a_table_has_nothing_to_augment(run: Run):
    with pytest.raises(SpecError, match="learns from something else"):
        run.steer(Steering(augmentation={"flip": "none"}))


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"training.optimizer": "sgd"}, "'training.optimizer' cannot be changed while a run is under way"),
        ({"training.learning_rat": "1"}, "Did you mean 'training.learning_rate'"),
        ({"patience": "1"}, "Did you mean 'training.patience'"),
        ({"training.patience": "0"}, r"training\.patience cannot be 0"),
        ({"augmentation.flip": "diagonal"}, r"augmentation\.flip cannot be 'diagonal'"),
    ],
)
def test_what_cannot_be_steered_is_refused_with_what_can(settings: dict, words: str):
    with pytest.raises(SpecError, match=words):
        Steering.of(settings)


def test_no_limit_on_the_gradient_is_a_value_of_its_own():
    config = plan(DATA, "tabular", settings={"training.clipping": 1.0}).training
    assert Steering.of({"training.clipping": "null"}).changed(config).clipping is None
    assert LOWER.changed(config).clipping == 1.0


def test_the_command_line_steers_and_says_what_is_asked(store: RunStore, run: Run, monkeypatch: pytest.MonkeyPatch):
    run.request("pause")
    monkeypatch.setenv("NNAPP_IDLE_SECONDS", "0")
    monkeypatch.setenv("NNAPP_WARM", "0")
    found = result("steer", run.id, "--set", "training.learning_rate=1e-4", "--set", "training.epochs=80", home=store.home)
    assert found == {"run": run.id, "status": "paused", "steering": {"training": {"learning_rate": 1e-4, "epochs": 80}, "augmentation": {}}}
    assert "Did you mean" in refusal("steer", run.id, "--set", "training.epoch=3", home=store.home)["remedy"]


def test_a_failed_run_whose_cause_is_gone_waits_again_with_its_retries_counted_anew(store: RunStore, run: Run):
    board = Board(store.home)
    run.status_file.change(lambda _: {"retries": 5, "epoch": 3})
    fail(run, fault=False)
    assert board.runs() == []
    (run.folder / "stop").touch()
    assert run.request("resume").state == "queued"
    assert (run.status.retries, run.status.ended, run.command, run.failure) == (0, None, None, None)
    (event,) = run.events()[0]
    assert (event.kind, event.text) == ("retried", "You let it go on after a failure: The disk is full.")
    assert [found.id for found, _ in board.runs()] == [run.id]
    fail(run, fault=False)
    assert run.failure is not None


def test_a_fault_of_ours_is_gone_on_with_only_from_a_checkpoint(run: Run):
    fail(run, fault=True)
    with pytest.raises(RunError, match=r"has failed and left nothing to go on with\. Start a new run"):
        run.request("resume")
    (run.folder / "checkpoint").mkdir()
    assert run.request("resume").state == "queued"


def test_a_failed_run_may_be_steered_before_it_goes_on(run: Run):
    fail(run, fault=False)
    run.steer(LOWER)
    assert asked(run) == LOWER


def test_a_curve_shows_changes_resumptions_and_restarts():
    def event(kind: str, **numbers: float | str) -> Event:
        return Event(time=0.0, kind=kind, text="", numbers=numbers)

    told = [
        event("resumed", epoch=1.5),
        event("steered", epoch=2.0, label="patience 20"),
        event("lost", epoch=3),
        event("resumed", epoch=2.5),
        event("resumed", epoch=4.0),
        event("early_stopping", epoch=9),
    ]
    assert marks(told) == [(1.5, "resumed"), (2.0, "patience 20"), (2.5, "restarted"), (4.0, "resumed")]


def test_the_supervisor_sees_a_failed_run_again_when_it_is_let_go_on(store: RunStore, run: Run):
    """The board looks again at failed runs when their folder's time stamp changes, which `resume` sees to."""
    fail(run, fault=False)
    os.utime(store.folder, (1.0, 1.0))
    board = Board(store.home)
    assert board.runs() == []
    run.request("resume")
    assert store.folder.stat().st_mtime > 1.0
    assert len(board.runs()) == 1
