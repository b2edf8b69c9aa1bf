"""The learning-rate finder: what it suggests, that it leaves no trace, and how it is asked for."""

from __future__ import annotations

import doctest
from pathlib import Path

import numpy as np
import pytest

from nnapp.charts import rate_curve
from nnapp.data.specs import DataConfig
from nnapp.data.store import DataStore
from nnapp.runs.board import Board
from nnapp.runs.desk import Desk
from nnapp.runs.desk import find_rate as ask
from nnapp.runs.launch import InlineLauncher
from nnapp.runs.spec import RunSpec, plan
from nnapp.runs.store import RunStore
from nnapp.training import TrainingConfig, rate_finder
from nnapp.training.rate_finder import HIGHEST, LOWEST, RateCurve, find_rate, suggested
from tests.architecture_samples import separable, small
from tests.export_examples import TABLE_TARGETS, write_table

RATES = LOWEST * (HIGHEST / LOWEST) ** (np.arange(141) / 140)


def planned_table(home: Path) -> RunSpec:
    """A run that somebody could start on a small table."""
    write_table(home / "data.csv", "binary")
    return plan(DataConfig(sha256=DataStore(home).add(home / "data.csv"), target=TABLE_TARGETS["binary"]), "tabular")


def valley(bottom: float) -> np.ndarray:
    """A loss that falls in a line to a rate and then rises."""
    return np.abs(np.log10(RATES) - np.log10(bottom)) + 1


def test_the_examples_in_the_docstrings_are_true():
    assert doctest.testmod(rate_finder).failed == 0


def test_nothing_is_suggested_where_the_loss_never_falls_or_hardly():
    assert suggested(RATES, np.ones(141)) is None
    assert suggested(RATES, 1 + RATES) is None
    assert suggested(RATES[:5], valley(0.01)[:5]) is None
    assert suggested(RATES, valley(0.01)) is not None


def test_a_suggestion_lies_below_the_rate_of_the_lowest_loss():
    for bottom in (1e-4, 1e-2, 1.0):
        found = suggested(RATES, valley(bottom))
        assert found is not None
        assert found <= bottom


def test_the_chart_says_what_was_found_and_marks_it():
    curve = RateCurve(rates=tuple(RATES.tolist()), losses=tuple(valley(0.01).tolist()), smoothed=tuple(valley(0.01).tolist()), suggestion=0.003)
    chart = rate_curve(curve, chosen=0.001)
    assert chart.title == "The loss falls fastest at a learning rate of about 0.003"
    assert len(chart.table) == 141
    assert [shape.x0 for shape in chart.figure.layout.shapes] == [0.001, 0.003]
    assert "falls at no rate" in rate_curve(curve.replaced({"suggestion": None})).title


def test_the_same_settings_find_their_question_again_whatever_the_run_is_called_and_its_rate(tmp_path: Path):
    spec = planned_table(tmp_path)
    named = spec.model_copy(update={"name": "another"})
    faster = spec.with_settings({"training.learning_rate": 0.1})
    desk = Desk(tmp_path)
    assert desk.newest("find_rate", spec) is None
    job = desk.ask("find_rate", spec)
    for same in (named, faster):
        found = desk.newest("find_rate", same)
        assert found is not None
        assert found.folder == job.folder
    assert desk.newest("find_rate", spec.with_settings({"training.optimizer": "sgd"})) is None
    assert desk.newest("describe", spec) is None
    assert [work.folder for work, _ in Board(tmp_path).jobs()] == [job.folder]
    assert RunStore(tmp_path).list() == ()


@pytest.mark.tensorflow
@pytest.mark.parametrize("precision", ["float32", "float16"])
def test_the_suggestion_trains_and_far_higher_rates_do_not(precision: str):
    part = separable("tabular", "multiclass", rows=320)
    config = TrainingConfig(precision=precision, class_weights="balanced")
    curve = find_rate(lambda: small("mlp").build(part.data, part.task), part, part.task, config)
    assert curve.suggestion is not None
    assert 3e-4 <= curve.suggestion <= 0.3
    assert curve.losses[0] == pytest.approx(curve.smoothed[0])
    assert min(curve.smoothed) < 0.7 * curve.smoothed[0]
    again = find_rate(lambda: small("mlp").build(part.data, part.task), part, part.task, config)
    assert again.suggestion == curve.suggestion


@pytest.mark.tensorflow
def test_a_job_about_settings_gives_the_curve_and_makes_no_run(tmp_path: Path):
    spec = planned_table(tmp_path)
    curve = ask(tmp_path, spec, launcher=InlineLauncher())
    assert len(curve.rates) == len(curve.losses) == len(curve.smoothed) > 20
    assert RunStore(tmp_path).list() == ()
    job = Desk(tmp_path).newest("find_rate", spec)
    assert job is not None
    assert job.status.state == "finished"
    assert RateCurve.parse(Desk(tmp_path).known("find_rate", spec) or {}) == curve
