"""Real trainings by real workers: streamed, stopped, killed, resumed, exported, explained."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest

from nnapp.data.specs import DataConfig
from nnapp.data.store import DataStore
from nnapp.errors import RunError
from nnapp.files import DRAFT_PREFIX, FolderLock
from nnapp.metrics import Predictions
from nnapp.runs.api import done, evaluation, explain, export, predict, start_run, summary, wait
from nnapp.runs.folder import Run
from nnapp.runs.launch import ProcessLauncher
from nnapp.runs.spec import plan
from nnapp.runs.store import RunStore
from nnapp.runs.supervisor import LOCK
from nnapp.training.flight import is_instrument
from tests.homes import until

pytestmark = pytest.mark.tensorflow

LIMIT = 280.0
QUICK = {"training.epochs": 2, "model.width": 16, "model.blocks": 1, "preprocessing.bins": 4}
ENDLESS = {**QUICK, "training.epochs": 10_000, "training.early_stopping": False}
RESULT_KEYS = {"run", "status", "folder", "task", "architecture", "rows", "epochs", "seconds", "test", "intervals", "baselines"}


def flowers(path: Path) -> Path:
    """150 rows like iris: three classes that four numbers tell apart, and a colour that is often missing."""
    random = np.random.default_rng(7)
    kinds = np.repeat(["setosa", "versicolor", "virginica"], 50)
    middle = np.repeat([[5.0, 3.4, 1.5, 0.2], [5.9, 2.8, 4.3, 1.3], [6.6, 3.0, 5.6, 2.0]], 50, axis=0)
    numbers = middle + random.normal(0, 0.2, middle.shape)
    colours = random.choice(["blue", "white", ""], 150)
    lines = ["length,width,petal length,petal width,colour,kind"]
    lines += [",".join([*(f"{value:.2f}" for value in row), colour, kind]) for row, colour, kind in zip(numbers, colours, kinds, strict=True)]
    path.write_text("\n".join(lines) + "\n")
    return path


class Place:
    """A home with the flowers in it."""

    def __init__(self, folder: Path) -> None:
        self.store = RunStore(folder / "home")
        self.csv = flowers(folder / "flowers.csv")
        self.sha = DataStore(self.store.home).add(self.csv)

    def start(self, settings: dict[str, Any], architecture: str | None = "residual") -> Run:
        data = DataConfig(sha256=self.sha, target="kind")
        return start_run(self.store, plan(data, "tabular", architecture=architecture, settings=settings))

    def supervisor(self) -> int:
        return int((self.store.home / "supervisor.pid").read_text())

    def close(self) -> None:
        """Stop what still runs, and let the supervisor leave."""
        for run in self.store.list():
            if not run.status.is_final:
                run.request("stop")
        if FolderLock.is_held(self.store.home / LOCK):
            os.kill(self.supervisor(), signal.SIGTERM)
            until(lambda: not FolderLock.is_held(self.store.home / LOCK), "the supervisor has left", LIMIT)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    found = Place(tmp_path_factory.mktemp("runs"))
    yield found
    found.close()


@pytest.fixture(scope="module")
def trained(place: Place) -> Run:
    """A run that has finished undisturbed."""
    return wait(place.start({**QUICK, "training.epochs": 30, "training.early_stopping": False}), limit=LIMIT)


def no_drafts(folder: Path) -> bool:
    return not list(folder.rglob(f"{DRAFT_PREFIX}*"))


def test_a_run_learns_and_leaves_everything_that_a_page_needs(trained: Run) -> None:
    assert trained.status.state == "finished", trained.failure
    result = done(trained)
    assert set(result) >= RESULT_KEYS
    assert (result["status"], result["task"], result["epochs"]) == ("finished", "multiclass", 30)
    assert sum(result["rows"].values()) == 150
    assert result["test"]["accuracy"] > 0.9
    low, high = result["intervals"]["accuracy"]
    assert low <= result["test"]["accuracy"] <= high
    assert set(result["baselines"]) == {"majority", "linear", "gradient_boosting"}
    assert result["baselines"]["majority"]["accuracy"] < 0.5
    assert trained.task is not None
    assert trained.data is not None
    assert trained.preprocessing is not None
    assert "tflite" in trained.exports
    assert "flowers.csv" in (trained.card or "")
    assert {"scores", "confusion_matrix", "verdict"} <= set(evaluation(trained))
    assert no_drafts(trained.folder)
    assert summary(trained)["test"] == result["test"]


def test_its_metrics_were_streamed_epoch_by_epoch(trained: Run) -> None:
    metrics, _ = trained.metrics()
    losses = [metric.value for metric in metrics if (metric.split, metric.name) == ("validation", "loss")]
    assert len(losses) == 30
    assert losses[-1] < losses[0] / 2
    status = trained.status
    assert (status.epoch, status.epochs) == (30, 30)
    assert status.device


def test_its_predictions_cover_every_row_once(trained: Run) -> None:
    found = Predictions.from_parquet(trained.folder / "predictions.parquet")
    assert sorted(found.ids.tolist()) == list(range(150))
    assert set(found.part.tolist()) == {"train", "validation", "test"}
    test = found.of("test")
    assert float(np.mean(test.prediction == test.y_true)) == done(trained)["test"]["accuracy"]


def test_the_web_process_answers_rows_as_the_network_did_and_without_tensorflow(place: Place, trained: Run, tmp_path: Path) -> None:
    assert predict(trained, place.csv, tmp_path / "answers.csv") == 150
    lines = (tmp_path / "answers.csv").read_text().splitlines()
    found = Predictions.from_parquet(trained.folder / "predictions.parquet")
    names = ("setosa", "versicolor", "virginica")
    expected = {int(row): names[int(answer)] for row, answer in zip(found.ids, found.prediction, strict=True)}
    assert [line.split(",")[0] for line in lines[1:]] == [expected[row] for row in range(150)]


def test_an_export_is_a_job_that_runs_the_file_on_the_test_part(trained: Run) -> None:
    passport = export(trained, "tflite-dynamic")
    assert passport["agreement"] >= 0.95
    assert Path(passport["path"]).stat().st_size == passport["bytes"]
    assert set(trained.exports) >= {"tflite", "tflite-dynamic"}
    with pytest.raises(RunError, match="no export format called 'tflit'"):
        export(trained, "tflit")


def test_an_explanation_names_the_columns_that_matter(trained: Run) -> None:
    reports = explain(trained, rows=20)
    importance = reports["importance"].table
    assert set(importance["column"]) == {"length", "width", "petal length", "petal width", "colour"}
    assert importance["column"].iloc[0] != "colour"  # chance alone chose it; the other four tell the kinds apart
    assert (trained.folder / "explanations" / "expected_gradients").is_dir()


def test_a_stop_keeps_the_best_epoch(place: Place) -> None:
    run = place.start(ENDLESS)
    until(lambda: run.status.epoch >= 2, "two epochs are done", LIMIT)
    assert run.request("stop").state == "stopping"
    wait(run, limit=LIMIT)
    assert run.status.state == "stopped", run.failure
    result = done(run)
    assert result["status"] == "stopped"
    assert 2 <= result["epochs"] < 10_000
    assert (run.folder / "model.keras").exists()


def test_a_killed_worker_and_supervisor_cost_time_but_change_nothing(place: Place, trained: Run) -> None:
    spec = trained.spec
    again = start_run(place.store, spec)
    until(lambda: again.status.epoch >= 2, "two epochs are done", LIMIT)
    worker = again.status.pid
    os.kill(place.supervisor(), signal.SIGKILL)
    assert worker is not None
    os.kill(worker, signal.SIGKILL)
    until(lambda: not again.is_locked, "the worker is gone", LIMIT)
    assert again.state == "lost"
    wait(again, limit=LIMIT)
    assert again.status.state == "finished", again.failure
    assert again.status.pid != worker
    assert [event.kind for event in again.events()[0]].count("lost") == 1
    ours, theirs = (Predictions.from_parquet(run.folder / "predictions.parquet") for run in (again, trained))
    np.testing.assert_array_equal(ours.probabilities, theirs.probabilities)
    told, known = ([(m.step, m.split, m.name, m.value) for m in run.metrics()[0] if m.epoch % 1 == 0 and not is_instrument(m.name)] for run in (again, trained))
    assert told == known
    assert no_drafts(again.folder)


@pytest.mark.accept
def test_whatever_is_killed_whenever_every_run_ends_and_none_runs_twice(place: Place) -> None:
    random = np.random.default_rng(1)
    runs = [place.start({**QUICK, "training.epochs": 40, "training.early_stopping": False}) for _ in range(3)]
    deadline = time.monotonic() + 900
    while not all(run.status.is_final for run in runs):
        assert time.monotonic() < deadline
        time.sleep(float(random.uniform(2, 15)))
        locked = [run for run in runs if run.is_locked]
        assert len(locked) <= 1
        pids = [run.status.pid for run in locked] + [place.supervisor()]
        victim = pids[int(random.integers(len(pids)))]
        if victim is not None and psutil.pid_exists(victim) and random.uniform() < 0.6:
            os.kill(victim, signal.SIGKILL)
        ProcessLauncher(place.store.home).ensure()
    answers = []
    for run in runs:
        assert run.status.state == "finished" or "times without progress" in (run.failure.problem if run.failure else "")
        assert no_drafts(run.folder)
        if run.status.state == "finished":
            answers.append(Predictions.from_parquet(run.folder / "predictions.parquet").probabilities)
    assert len(answers) >= 1
    for other in answers[1:]:
        np.testing.assert_array_equal(answers[0], other)
