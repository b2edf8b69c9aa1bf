"""The main job from a file to a TFLite answer, through the command line, on one shared run a kind."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.command_line import nnapp, refusal, result

pytestmark = pytest.mark.tensorflow

FORMATS = ("keras", "tflite", "tflite-float16", "tflite-dynamic", "tflite-int8", "saved-model", "bundle")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def cancer(home: Path) -> Path:
    return Path(result("samples", "--write", "breast-cancer", "--output", home / "cancer.csv", home=home)["path"])


@pytest.fixture(scope="module")
def trained(home: Path, cancer: Path) -> dict[str, Any]:
    return result("train", cancer, "--name", "cancer", "--set", "training.epochs=25", "--set", "split.seed=7", home=home)


def test_training_gives_every_key_of_the_design(trained: dict[str, Any]):
    designed = {"run", "status", "folder", "task", "architecture", "rows", "epochs", "seconds", "test", "intervals", "baselines"}
    assert designed <= set(trained)
    assert trained["status"] == "finished"
    assert trained["task"] == "binary"
    assert sum(trained["rows"].values()) == 569


def test_the_network_has_learned_and_its_interval_holds_its_score(trained: dict[str, Any]):
    accuracy = trained["test"]["accuracy"]
    low, high = trained["intervals"]["accuracy"]
    assert accuracy > 0.9
    assert low <= accuracy <= high
    assert trained["baselines"]["majority"]["accuracy"] < 0.7


def test_the_run_is_listed_with_its_scores(trained: dict[str, Any], home: Path):
    (listed,) = result("runs", home=home)["runs"]
    assert listed["run"] == trained["run"]
    assert listed["name"] == "cancer"
    assert listed["test"] == trained["test"]


def test_the_reports_tell_the_same_accuracy_as_the_run(trained: dict[str, Any], home: Path):
    reports = result("evaluate", trained["run"], home=home)
    assert all(set(report) >= {"headline", "table", "caveats"} for report in reports.values())
    assert reports["confusion_matrix"]["headline"]["accuracy"] == pytest.approx(trained["test"]["accuracy"])


def test_an_unambiguous_beginning_names_the_run(trained: dict[str, Any], home: Path):
    assert result("card", trained["run"][:9], home=home)["run"] == trained["run"]


def test_the_explanation_names_every_column_and_what_it_leaves_unexplained(trained: dict[str, Any], home: Path):
    reports = result("explain", trained["run"], "--rows", 20, home=home)
    assert len(reports["importance"]["table"]) == 30
    (additivity,) = (report for report in reports.values() if report["table"] and "max_residual" in report["table"][0])
    assert all(row["max_residual"] < 0.1 * row["spread"] for row in additivity["table"])


@pytest.mark.parametrize("format_name", FORMATS)
def test_every_format_is_run_on_the_test_part_and_answers_as_the_network(format_name: str, trained: dict[str, Any], home: Path, tmp_path: Path):
    made = result("export", trained["run"], "--format", format_name, "--output", tmp_path / "file", home=home)
    assert Path(made["path"]).stat().st_size == made["bytes"]
    assert made["agreement"] >= 0.97
    one_row = 1 / trained["rows"]["test"]
    assert abs(made["test"]["accuracy"] - trained["test"]["accuracy"]) <= max(0.01, one_row) + 1e-9
    assert made["flipped"] <= 2


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_bundle_answers_raw_rows_as_the_app_does_without_the_app(trained: dict[str, Any], home: Path, cancer: Path, tmp_path: Path):
    predicted = result("predict", trained["run"], cancer, "--output", tmp_path / "app.csv", home=home)
    assert predicted["rows"] == 569
    bundle = result("export", trained["run"], "--format", "bundle", "--output", tmp_path / "bundle.zip", home=home)
    with zipfile.ZipFile(bundle["path"]) as archive:
        archive.extractall(tmp_path / "bundle")
    script = min((tmp_path / "bundle").rglob("predict.py"), key=lambda path: len(path.parts))
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run([sys.executable, script.name, cancer], capture_output=True, text=True, cwd=script.parent, env=environment, check=False)
    assert done.returncode == 0, done.stderr
    (tmp_path / "bundle.csv").write_text(done.stdout, encoding="utf-8")
    ours, theirs = _rows(tmp_path / "app.csv"), _rows(tmp_path / "bundle.csv")
    assert [row["prediction"] for row in ours] == [row["prediction"] for row in theirs]
    assert ours == theirs
    truth = [row["diagnosis"] for row in _rows(cancer)]
    right = sum(row["prediction"] == answer for row, answer in zip(ours, truth, strict=True))
    assert right / len(truth) > 0.92


def test_a_missing_column_is_named_when_predicting(trained: dict[str, Any], home: Path, tmp_path: Path):
    (tmp_path / "few.csv").write_text("mean_radius,other\n1.5,2\n")
    assert "mean_texture" in refusal("predict", trained["run"], tmp_path / "few.csv", home=home)["problem"]


def test_the_same_seed_gives_the_same_scores(trained: dict[str, Any], home: Path, cancer: Path):
    words = ("train", cancer, "--set", "training.epochs=3", "--set", "training.deterministic=true")
    first, second = (result(*words, home=home) for _ in range(2))
    assert first["test"] == second["test"]


def test_a_run_can_be_stopped_and_deleted(home: Path, cancer: Path):
    begun = result("train", cancer, "--detach", "--set", "training.epochs=2000", "--set", "training.early_stopping=false", home=home)
    assert result("stop", begun["run"], home=home)["status"] in {"stopping", "stopped"}
    from nnapp.runs.api import wait
    from nnapp.runs.store import RunStore

    ended = wait(RunStore(home).get(begun["run"]), limit=120)
    assert ended.status.state == "stopped"
    assert result("delete", begun["run"], home=home)["status"] == "deleted"
    assert begun["run"] not in [run["run"] for run in result("runs", home=home)["runs"]]


def test_digits_are_learned_from_pictures_and_a_folder_is_answered_by_name(home: Path, tmp_path: Path):
    path = result("samples", "--write", "digits", "--output", tmp_path / "digits.zip", home=home)["path"]
    trained = result("train", path, "--preset", "quick", "--set", "training.epochs=8", home=home)
    assert trained["task"] == "multiclass"
    assert trained["test"]["accuracy"] > 0.9
    with zipfile.ZipFile(path) as archive:
        names = [name for name in archive.namelist() if name.endswith(".png")][:30]
        for index, name in enumerate(names):
            (tmp_path / "flat").mkdir(exist_ok=True)
            (tmp_path / "flat" / f"{index:03}.png").write_bytes(archive.read(name))
    answered = result("predict", trained["run"], tmp_path / "flat", "--output", tmp_path / "answers.csv", home=home)
    rows = _rows(Path(answered["path"]))
    assert [row["file"] for row in rows] == [f"{index:03}.png" for index in range(30)]
    right = sum(row["prediction"] == name.split("/")[-2] for row, name in zip(rows, names, strict=True))
    assert right >= 26


def test_a_folder_of_class_folders_that_ends_in_nothing_readable_is_refused(home: Path, tmp_path: Path):
    (tmp_path / "pictures" / "cat").mkdir(parents=True)
    (tmp_path / "pictures" / "cat" / "a.png").write_text("no picture")
    answer = nnapp("train", tmp_path / "pictures", "--json", home=home)
    assert answer.code == 2
