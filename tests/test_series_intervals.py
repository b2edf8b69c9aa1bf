"""Intervals of forecasts: learned by quantile loss, set right on the validation part, counted on the test part, and answered by everything alike."""

from __future__ import annotations

import csv
import io
import json
import math
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nnapp.charts import CHARTS
from nnapp.data.specs import DataConfig
from nnapp.errors import RunError
from nnapp.evaluation import evaluate
from nnapp.metrics import Predictions
from nnapp.metrics.intervals import widths
from nnapp.portable.answers import write_answers
from nnapp.runs.answering import answered, bundle_of
from nnapp.runs.folder import Run
from nnapp.runs.history import Cells, History, history
from nnapp.tasks import ForecastSpec, TaskSpec
from tests.command_line import refusal, result
from tests.test_app_pages import opened, words

FORECAST = ForecastSpec(horizon=2, targets=("load",), centers=(10.0,), scales=(2.0,), naive=(1.0,), interval=0.8)
TASK = TaskSpec.forecasting("load", FORECAST)
LOGITS = np.array([[0.0, 1.0, 0.5, 1.0, 1.5, 2.0]], np.float32)
"""One forecast of two steps: 10 and 12, one and two below, three and four above."""


def test_a_forecast_is_decoded_with_both_ends_in_the_targets_units():
    answers = TASK.decode(LOGITS)
    assert answers.prediction.tolist() == [[10.0, 12.0]]
    assert answers.interval.tolist() == [[[9.0, 10.0], [13.0, 16.0]]]
    assert TASK.with_widths((2.0,)).decode(LOGITS).interval.tolist() == [[[8.0, 8.0], [16.0, 20.0]]]


def test_without_an_interval_a_forecast_is_what_it_was():
    bare = TaskSpec.forecasting("load", FORECAST.model_copy(update={"interval": None}))
    assert bare.units == 2
    assert bare.decode(LOGITS[:, :2]).interval is None


def test_the_csv_has_both_ends_beside_the_forecast():
    stream = io.StringIO()
    write_answers(stream, np.array([1.0]), None, (), leading={"when": ["2024"]}, interval=np.array([[0.5, 2.0]]))
    assert stream.getvalue() == "when,prediction,low,high\n2024,1,0.5,2\n"


def test_the_width_is_such_that_the_asked_share_of_the_validation_part_lies_inside():
    chance = np.random.default_rng(0)
    truth = chance.normal(0, 3, (4000, 2))
    ends = np.tile([[[-1.0, -1.0], [1.0, 1.0]]], (4000, 1, 1))
    (factor,) = widths(FORECAST, truth, np.zeros((4000, 2)), ends)
    assert factor == pytest.approx(3 * 1.2816, rel=0.05)
    assert (np.abs(truth) <= factor).mean() == pytest.approx(0.8, abs=0.01)


def test_a_series_that_never_errs_gets_the_narrowest_interval_and_no_number_that_is_none():
    found = widths(FORECAST, np.ones((5, 2)), np.ones((5, 2)), np.ones((5, 2, 2)))
    assert all(math.isfinite(factor) for factor in found)


def judged(*, interval: bool = True) -> Predictions:
    """Ten origins; the truth leaves the interval at the second step of every other origin."""
    truth = np.tile([[10.0, 12.0], [10.0, 17.0]], (5, 1))
    answers = TASK.decode(np.tile(LOGITS, (10, 1)))
    task = TASK if interval else TaskSpec.forecasting("load", FORECAST.model_copy(update={"interval": None}))
    return Predictions(np.arange(10), np.full(10, "test"), truth, answers.prediction, None, task, answers.interval if interval else None)


def test_coverage_and_width_are_counted_step_by_step_and_told_beside_what_was_asked(tmp_path: Path):
    judged().to_parquet(tmp_path / "p.parquet")
    again = Predictions.from_parquet(tmp_path / "p.parquet")
    np.testing.assert_array_equal(again.interval, judged().interval)
    reports = evaluate(again)
    table = reports["interval"].table
    assert table["inside"].tolist() == [1.0, 0.5]
    assert table["above"].tolist() == [0.0, 0.5]
    assert table["width"].tolist() == [4.0, 6.0]
    assert reports["interval"].headline["inside"] == 0.75
    chart = CHARTS["interval"](reports["interval"], theme="dark")
    assert chart.title == "The true value of load lay inside 75 % of the time; 80 % was asked"
    shown = reports["forecast_and_truth"].table
    assert shown[["low", "high"]].iloc[0].tolist() == [9.0, 13.0]
    assert "The band is the interval" in CHARTS["forecast_and_truth"](reports["forecast_and_truth"]).caption


def test_where_no_interval_was_asked_for_nothing_is_claimed():
    report = evaluate(judged(interval=False))["interval"]
    assert report.headline["inside"] is None
    assert CHARTS["interval"](report).title == "No interval was asked for"


def test_how_much_an_interval_holds_is_bounded():
    assert DataConfig(sha256="0" * 64).interval == 80
    with pytest.raises(ValueError, match="95"):
        DataConfig(sha256="0" * 64, interval=100)


@pytest.mark.tensorflow
def test_the_loss_charges_both_ends_by_their_quantile_and_the_forecast_learns_as_without_them():
    import tensorflow as tf

    from nnapp.tasks.interval_loss import SHARE
    from nnapp.tasks.losses import loss_for

    truth, output = tf.constant([[1.0, 1.0]]), tf.Variable([[0.0, 1.0, 0.5, 0.5, 0.5, 0.5]])
    with tf.GradientTape() as tape:
        loss = loss_for(TASK, "mse")(truth, output)
    # Gaps of 1 and 0: below the low ends by 1.5 and 0.5 at a tenth each, above the high end by 0.5 at nine tenths, within it by 0.5 at a tenth.
    ends = (0.1 * 1.5 + 0.1 * 0.5) / 2 + (0.9 * 0.5 + 0.1 * 0.5) / 2
    assert float(loss) == pytest.approx(0.5 + SHARE * ends)
    np.testing.assert_allclose(tape.gradient(loss, output)[0, :2], [-1.0, 0.0], atol=1e-6)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def shops(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two series of days in long form, one a hundred times the other, with a number that is known beside."""
    path, chance = tmp_path_factory.mktemp("shops") / "shops.csv", np.random.default_rng(0)
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["day", "shop", "price", "sold"])
        for step in range(160):
            for shop, size in (("north", 1), ("south", 100)):
                sold = size * (20 + 5 * math.sin(2 * math.pi * step / 7) + chance.normal())
                writer.writerow([str(np.datetime64("2024-01-01") + step), shop, round(3 + chance.random(), 2), round(sold, 3)])
    return path


@pytest.fixture(scope="module")
def trained(home: Path, shops: Path) -> dict[str, Any]:
    return result("train", shops, "--task", "forecasting", "--set", "training.epochs=3", "--set", "data.all_channels=true", home=home)


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.mark.tensorflow
@pytest.mark.processes
def test_app_bundle_and_a_forecast_without_a_file_give_the_same_ends(trained: dict[str, Any], home: Path, shops: Path, tmp_path: Path):
    assert trained["interval"]["asked"] == 0.8
    assert 0 <= trained["interval"]["inside"] <= 1
    assert result("predict", trained["run"], "--output", tmp_path / "on.csv", home=home)["rows"] == 2 * 7 * 2
    result("predict", trained["run"], shops, "--output", tmp_path / "file.csv", home=home)
    result("export", trained["run"], "--format", "bundle", "--output", tmp_path / "bundle.zip", home=home)
    with zipfile.ZipFile(tmp_path / "bundle.zip") as archive:
        archive.extractall(tmp_path / "bundle")
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run([sys.executable, "predict.py", shops], capture_output=True, text=True, cwd=tmp_path / "bundle", env=environment, check=False)
    assert done.returncode == 0, done.stderr
    (tmp_path / "bundle.csv").write_text(done.stdout, encoding="utf-8")
    ours = rows(tmp_path / "on.csv")
    assert list(ours[0]) == ["shop", "day", "target", "prediction", "low", "high"]
    assert ours[0]["day"] == "2024-06-09"
    assert [one["target"] for one in ours[:2]] == ["price", "sold"]
    for one in ours:
        assert float(one["low"]) <= float(one["prediction"]) <= float(one["high"])
    assert rows(tmp_path / "file.csv") == rows(tmp_path / "bundle.csv")
    for mine, theirs in zip(ours, rows(tmp_path / "file.csv"), strict=True):
        assert float(mine["prediction"]) == pytest.approx(float(theirs["prediction"]), rel=1e-5)
    told = (tmp_path / "bundle" / "README.md").read_text("utf-8")
    assert "`low` and `high`" in told


@pytest.mark.tensorflow
@pytest.mark.processes
def test_a_history_that_is_too_short_is_refused_with_how_much_would_do(trained: dict[str, Any], home: Path, shops: Path, tmp_path: Path):
    (tmp_path / "few.csv").write_text("\n".join(shops.read_text("utf-8").splitlines()[:9]), encoding="utf-8")
    assert "looks back over" in refusal("predict", trained["run"], tmp_path / "few.csv", home=home)["problem"]


@pytest.mark.tensorflow
@pytest.mark.processes
def test_the_use_page_goes_on_from_the_end_of_the_data(trained: dict[str, Any], home: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("NNAPP_HOME", str(home))
    at = opened("7_use.py", run=trained["run"])
    assert "price goes from" in words(at)
    assert [one.label for one in at.selectbox] == ["Series", "Show"]
    at.selectbox[0].select("south").run()
    at.selectbox[1].select("sold").run()
    assert not at.exception
    assert "sold goes from" in words(at)
    assert "most likely between" in words(at)
    drawn = json.loads(at.get("plotly_chart")[0].proto.spec)
    assert [line["name"] for line in drawn["data"] if line.get("showlegend") is not False] == ["interval", "so far", "forecast"]
    assert len(drawn["data"][-1]["x"]) == 1 + 7


@pytest.mark.tensorflow
@pytest.mark.processes
def test_a_forecast_goes_on_from_steps_that_are_changed_and_those_that_are_left_alone_change_nothing(trained: dict[str, Any], home: Path):
    run = Run(home / "runs" / trained["run"])
    known, bundle = history(run), bundle_of(run)
    ahead = {name: np.asarray(answered(bundle, cells).prediction, np.float64) for name, cells in changes(known).items()}
    np.testing.assert_allclose(ahead["as it was"], ahead["given"], rtol=1e-6)
    assert np.abs(ahead["doubled"] - ahead["given"]).max() > 1
    north = np.asarray(answered(bundle, known.cells("north")).prediction, np.float64)
    assert np.abs(north - ahead["given"]).max() > 1


def changes(known: History) -> dict[str, Cells]:
    """The end of the larger series as the data have it, as the editor gives it back untouched, and with its last week doubled."""
    last = known.last("south")
    doubled = last.copy()
    doubled.loc[doubled.index[-7:], "sold"] *= 2
    return {"given": known.cells("south", windows=2), "as it was": known.changed("south", last), "doubled": known.changed("south", doubled)}


def test_a_run_that_forecasts_nothing_has_no_end_to_go_on_from(tmp_path: Path):
    run = Run(tmp_path / "runs" / "one")
    run.folder.mkdir(parents=True)
    with pytest.raises(RunError) as caught:
        history(run)
    assert caught.value.remedy == "Give it the data that it shall answer."
