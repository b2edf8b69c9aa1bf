"""The Train page's way to change a run that is under way, and to let a failed one go on."""

from __future__ import annotations

from pathlib import Path

from nnapp.data.specs import DataConfig
from nnapp.runs.folder import Run
from nnapp.runs.spec import plan
from nnapp.runs.status import Failure
from nnapp.runs.steer import asked
from nnapp.runs.store import RunStore
from nnapp.training.steering import Steering
from tests.test_app_pages import home, opened, primary, with_run, with_sample, words

__all__ = ["home"]


def test_a_learning_rate_is_typed_and_applied_with_one_click(home: Path):
    run = with_run(home, with_sample(home), "paused")
    at = opened("3_train.py", run=run.id)
    apply = f"steer.apply.{run.id}"
    assert at.button(key=apply).disabled
    at.number_input(key=f"steer.{run.id}.training.learning_rate.number").set_value(0.0003).run()
    at.toggle(key=f"steer.{run.id}.training.early_stopping").set_value(False).run()
    at.button(key=apply).click().run()
    assert not at.exception
    assert asked(run) == Steering(training={"learning_rate": 0.0003, "early_stopping": False})
    assert "You asked for learning rate 0.0003, early stopping off" in words(at)
    assert at.number_input(key=f"steer.{run.id}.training.learning_rate.number").value == 0.0003
    assert at.button(key=apply).disabled


def test_what_is_set_back_is_no_change(home: Path):
    run = with_run(home, with_sample(home), "paused")
    at = opened("3_train.py", run=run.id)
    field = f"steer.{run.id}.training.patience"
    at.number_input(key=field).set_value(20).run()
    assert not at.button(key=f"steer.apply.{run.id}").disabled
    at.number_input(key=field).set_value(8).run()
    assert at.button(key=f"steer.apply.{run.id}").disabled


def failed(home: Path, *, fault: bool) -> Run:
    run = RunStore(home).create(plan(DataConfig(sha256=with_sample(home)), "tabular"))
    run.status_file.fail(Failure(problem="The disk is full.", remedy="Make room, and resume it.", fault=fault), ended=1.0)
    return run


def test_a_failed_run_whose_cause_can_be_mended_offers_to_try_again(home: Path):
    assert [button.label for button in primary(opened("3_train.py", run=failed(home, fault=False).id))] == ["Try again"]
    begun = failed(home, fault=True)
    (begun.folder / "checkpoint").mkdir()
    assert [button.label for button in primary(opened("3_train.py", run=begun.id))] == ["Resume from the checkpoint"]


def test_a_fault_of_ours_without_a_checkpoint_leads_back_to_the_settings(home: Path):
    at = opened("3_train.py", run=failed(home, fault=True).id)
    assert [button.label for button in primary(at)] == ["Change the settings and train again"]
