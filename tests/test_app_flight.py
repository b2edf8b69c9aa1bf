"""The flight recorder on the Train page: what went wrong, in words, and one click from there to a run that does better."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from nnapp.runs.folder import Run
from nnapp.runs.steer import asked
from nnapp.training.diagnoses import Fix
from tests.test_app_pages import home, opened, with_run, with_sample, words

__all__ = ["home"]

HERE = Fix(words="Learning rate 0.1", changes={"training.learning_rate": 0.1}, applies="same run")
AGAIN = HERE.model_copy(update={"applies": "new run"})


def told(run: Run, text: str, *fixes: Fix, epoch: int = 3, code: str = "rate_too_high") -> None:
    """A diagnosis, as a worker leaves it."""
    listed = json.dumps([fix.model_dump() for fix in fixes])
    run.add_event("diagnosis", text, code=code, severity="warning", epoch=epoch, fixes=listed)


def measured(run: Run, **numbers: float) -> None:
    """Two epochs of numbers, as a worker leaves them."""
    lines = [
        {"step": 10 * epoch, "epoch": epoch, "split": "train", "name": name.replace("__", "/"), "value": value / epoch, "seconds": 1.0 * epoch}
        for epoch in (1, 2)
        for name, value in numbers.items()
    ]
    (run.folder / "metrics.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")


@pytest.fixture
def sha(home: Path) -> str:
    return with_sample(home)


def button(at: AppTest, part: str) -> Any:
    """The button of a fix for the same or for a new run."""
    found = [each for each in at.button if each.key and each.key.startswith("fix.") and part in each.key]
    assert len(found) == 1
    return found[0]


def test_a_remark_stands_with_its_epoch_and_the_newest_comes_first(home, sha):
    run = with_run(home, sha, "stopped")
    told(run, "The first.", epoch=3)
    told(run, "The second with <b>markup</b>.", epoch=9, code="memorising")
    at = opened("3_train.py", run=run.id)
    said = words(at)
    assert said.index("The second with") < said.index("The first.")
    assert "Epoch 9" in said
    assert "\\<b\\>markup" in said
    assert "**2 warnings**" in said


def test_a_remark_that_a_later_one_has_overtaken_is_folded(home, sha):
    run = with_run(home, sha, "stopped")
    told(run, "It rose.", epoch=3)
    told(run, "It rose further.", epoch=9)
    at = opened("3_train.py", run=run.id)
    assert "**1 warning**" in words(at)
    folded = next(each for each in at.expander if each.label == "Earlier remarks")
    assert [each.value for each in folded.markdown] == [":orange[:material/warning:] It rose."]


def test_a_run_without_remarks_says_that_it_was_checked(home, sha):
    assert "Nothing was noticed." in words(opened("3_train.py", run=with_run(home, sha, "stopped").id))


def test_one_click_opens_the_model_page_with_the_runs_settings_and_the_change(home, sha):
    run = with_run(home, sha, "stopped")
    told(run, "Too high.", HERE, AGAIN)
    at = opened("3_train.py", run=run.id)
    assert not [each for each in at.button if "same run" in str(each.key)], "a run that has ended takes no change"
    button(at, "new run").click().run()
    assert not at.exception
    assert at.title[0].value == "Which network?"
    assert json.loads(at.query_params["set"])["training.learning_rate"] == 0.1


def test_one_click_steers_a_run_that_is_not_over(home, sha):
    run = with_run(home, sha, "paused")
    told(run, "Too high.", HERE, AGAIN)
    at = opened("3_train.py", run=run.id)
    button(at, "same run").click().run()
    assert not at.exception
    waiting = asked(run)
    assert waiting is not None
    assert waiting.training == {"learning_rate": 0.1}


def test_instruments_are_drawn_one_at_a_time_and_are_no_learning_curves(home, sha):
    run = with_run(home, sha, "stopped")
    measured(run, loss=1.0, learning_rate=0.1, gradient_norm=4.0, gradient_norm__hidden1=8.0, memory=1e9)
    at = opened("3_train.py", run=run.id)
    assert len(at.get("plotly_chart")) == 2, "the loss, and one instrument"
    at.pills(key=f"instrument.{run.id}").set_value("gradient_norm").run()
    at.selectbox(key=f"layer.{run.id}.gradient_norm").set_value("hidden1").run()
    assert "The gradient of hidden1 is about as long as at the start\\: 4" in words(at)
