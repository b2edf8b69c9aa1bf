"""Baselines learn, in processes of their own, and end when their time is up."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from nnapp.baselines import BASELINES, Rival, linear, load_baselines, run_baselines
from nnapp.baselines.arrays import arrays_of, features_of
from nnapp.baselines.base import Arrays, class_answers, in_order
from nnapp.baselines.process import attempts
from nnapp.data.dataset import Dataset, DataSpec, InputSpec, Parts
from nnapp.errors import RunError
from nnapp.metrics import score, true_answers
from nnapp.tasks import OUTPUT, TaskSpec

pytestmark = pytest.mark.processes

XOR = TaskSpec.classification("xor", ("no", "yes"))
LINE = TaskSpec.regression("y", 50.0, 10.0)


def dataset(x: NDArray[np.generic], y: NDArray[np.generic], task: TaskSpec, kind: str = "tabular") -> Dataset:
    shaped = y.astype(np.int32) if task.kind == "multiclass" else y.astype(np.float32)[:, None]
    spec = DataSpec(kind=kind, inputs={"x": InputSpec(shape=x.shape[1:], dtype=str(x.dtype))})
    return Dataset({"x": x}, {OUTPUT: shaped}, np.arange(len(x)), spec, task)


def parts_of(whole: Dataset) -> Parts:
    thirds = np.array_split(np.random.default_rng(0).permutation(len(whole)), 3)
    return Parts(*(whole.rows(rows) for rows in thirds))


def xor(n: int = 600) -> Parts:
    x = np.random.default_rng(0).uniform(-1, 1, (n, 2)).astype(np.float32)
    return parts_of(dataset(x, (x[:, 0] * x[:, 1] > 0).astype(np.int64), XOR))


@pytest.fixture(scope="module")
def fitted_beside(tmp_path_factory) -> tuple[Path, tuple[Rival, ...]]:
    folder = tmp_path_factory.mktemp("run")
    return folder, run_baselines(xor(), folder)


def test_boosting_learns_what_a_line_cannot_and_the_majority_learns_nothing(fitted_beside):
    rivals = {rival.result.name: rival for rival in fitted_beside[1]}
    assert list(rivals) == ["majority", "linear", "gradient_boosting"]
    accuracy = {name: rival.result.metrics["accuracy"] for name, rival in rivals.items()}
    assert accuracy["gradient_boosting"] > 0.9
    assert accuracy["linear"] < 0.7
    low, high = rivals["gradient_boosting"].result.intervals["accuracy"]
    assert low < accuracy["gradient_boosting"] <= high


def test_results_and_answers_are_kept_and_nothing_else(fitted_beside):
    folder, before = fitted_beside
    assert sorted(path.name for path in folder.iterdir()) == ["baselines.json", "baselines.npz"]
    after = load_baselines(folder)
    assert [rival.result for rival in after] == [rival.result for rival in before]
    assert after[2].answers.probabilities.shape == (200, 2)


def fitted(name: str, parts: Parts) -> dict[str, float | None]:
    """Metrics of a baseline fitted in this process."""
    answers = BASELINES[name]().fit(arrays_of(parts), parts.train.task, 60.0).answers
    return score(parts.train.task, true_answers(parts.test), answers)


def test_a_line_is_found_whatever_the_units_of_its_columns():
    x = np.random.default_rng(0).normal(size=(300, 3)) * [1, 1000, 1e-3]
    parts = parts_of(dataset(x.astype(np.float32), x[:, 0] + x[:, 1] / 1000, LINE))
    assert fitted("linear", parts)["r2"] > 0.99
    assert fitted("mean", parts)["r2"] == pytest.approx(0, abs=0.1)
    assert BASELINES["linear"]().fit(arrays_of(parts), LINE, 60.0).answers.prediction.mean() == pytest.approx(50, abs=5)


def test_pictures_are_judged_at_sixteen_by_sixteen():
    random = np.random.default_rng(0)
    y = random.integers(0, 3, 240)
    pictures = random.integers(0, 60, (240, 40, 40, 3), dtype=np.uint8)
    pictures[np.arange(240), :, 12 * y, 0] = 255
    whole = dataset(pictures, y, TaskSpec.classification("c", ("a", "b", "c")), "pictures")
    assert features_of(whole).shape == (240, 304)
    assert fitted("linear", parts_of(whole))["accuracy"] > 0.9


def test_shrinking_a_picture_keeps_its_mean_and_its_place():
    picture = np.zeros((1, 28, 28, 1), dtype=np.uint8)
    picture[0, :14] = 200
    small = features_of(dataset(picture, np.array([0]), TaskSpec.classification("c", ("a", "b", "c")), "pictures")).reshape(16, 16)
    assert small.mean() == pytest.approx(100, abs=0.01)
    assert np.allclose(small[:8], 200)
    assert np.allclose(small[8:], 0)


@pytest.mark.parametrize(
    ("classes", "features", "reason"), [(21, 4, "beyond 20 classes, and there are 21"), (3, 501, "beyond 500 features, and there are 501")]
)
def test_boosting_says_why_it_is_left_out(classes, features, reason):
    task = TaskSpec.classification("y", tuple(f"c{index}" for index in range(classes)))
    x = np.zeros((100, features), np.float32)
    y = np.arange(100) % classes
    assert reason in BASELINES["gradient_boosting"]().left_out(Arrays(x, y, x, y, x), task)


def test_one_class_in_training_leaves_only_the_majority(tmp_path):
    x = np.random.default_rng(0).normal(size=(90, 2)).astype(np.float32)
    rivals = run_baselines(parts_of(dataset(x, np.ones(90), XOR)), tmp_path)
    assert [rival.answers is None for rival in rivals] == [False, True, True]
    assert "one class only" in rivals[1].result.left_out


def test_a_class_that_training_lacks_gets_no_probability():
    answers = class_answers(np.array([[0.25, 0.75]]), np.array([0, 2]), 3)
    assert answers.probabilities.tolist() == [[0.25, 0.0, 0.75]]
    assert answers.prediction.tolist() == [2]


def test_classes_of_the_validation_part_that_training_lacks_do_no_harm():
    task = TaskSpec.classification("y", ("a", "b", "c"))
    x = np.random.default_rng(0).normal(size=(120, 2)).astype(np.float32)
    whole = dataset(x, (x[:, 0] > 0).astype(np.int64), task)
    other = dataset(x[:20], np.full(20, 2), task)
    assert fitted("gradient_boosting", Parts(whole, other, whole))["accuracy"] > 0.9


def test_what_does_not_finish_is_ended_and_told(tmp_path):
    x = np.random.default_rng(0).normal(size=(50_000, 400)).astype(np.float32)
    y = np.arange(50_000) % 400
    task = TaskSpec.classification("y", tuple(f"c{index}" for index in range(400)))
    Arrays(x, y, x[:100], y[:100], x).save(tmp_path / "arrays.npz")
    started = time.monotonic()
    made = attempts(["linear", "gradient_boosting"], task, tmp_path, 3.3, lambda: False)
    assert made["linear"].left_out == "Linear model was left out: it did not finish within the 3 seconds for baselines."
    assert made["gradient_boosting"].left_out == "Gradient boosting was left out: the time for baselines was used up."
    assert time.monotonic() - started < 10


def test_a_run_that_is_stopped_leaves_the_rest_out(tmp_path):
    rivals = run_baselines(xor(), tmp_path, given_up=lambda: True)
    assert all(rival.answers is None for rival in rivals)
    assert "the run was stopped" in rivals[0].result.left_out


def test_a_process_that_fails_says_its_last_words_and_the_next_gets_its_own(tmp_path):
    (tmp_path / "arrays.npz").write_bytes(b"not an archive")
    made = attempts(["majority", "mean"], XOR, tmp_path, 60, lambda: False)
    assert made["majority"].left_out.startswith("Majority class was left out: its process failed (")
    assert made["mean"].left_out.startswith("Mean was left out: its process failed (")


def test_a_child_whose_parent_is_gone_ends_by_itself(tmp_path):
    job = tmp_path / "linear.job.json"
    job.write_text(json.dumps({"names": ["linear"], "task": XOR.model_dump(mode="json"), "seconds": -4.95}))
    done = subprocess.run([sys.executable, "-m", "nnapp.baselines.child", str(job)], capture_output=True, check=False, cwd=Path(__file__).parent.parent)
    assert done.returncode != 0
    assert not (tmp_path / "linear.json").exists()


def test_boosting_stops_adding_trees_when_its_time_is_nearly_up():
    random = np.random.default_rng(0)
    x = random.normal(size=(100, 3)).astype(np.float32)
    y = random.integers(0, 3, 100)
    made = BASELINES["gradient_boosting"]().fit(Arrays(x, y, x, y, x), TaskSpec.classification("y", ("a", "b", "c")), 0.001)
    assert made.note == "Gradient boosting was stopped after 5 rounds, to keep its time short; more might score higher."
    assert made.answers.probabilities.shape == (100, 3)


def test_too_many_cells_are_thinned_and_told(monkeypatch):
    monkeypatch.setattr(linear, "_CELLS", 6_000)
    x = np.random.default_rng(0).normal(size=(4_000, 4)).astype(np.float32)
    made = BASELINES["linear"]().fit(Arrays(x, x[:, 0].astype(np.float64), x[:5], x[:5, 0].astype(np.float64), x[:5]), LINE, 60)
    assert made.note == "Linear model was fitted on 1,500 of 4,000 rows, to keep its time short."
    assert made.answers.prediction == pytest.approx(x[:5, 0], abs=0.01)


def test_nothing_yet_is_no_baselines_and_a_broken_file_is_told(tmp_path):
    assert load_baselines(tmp_path) == ()
    (tmp_path / "baselines.json").write_text("[{")
    with pytest.raises(RunError, match="cannot be read"):
        load_baselines(tmp_path)


def test_baselines_explain_themselves():
    assert in_order().index("linear") < in_order().index("gradient_boosting"), "the quick ones first"
    assert all(BASELINES[name].sentence.endswith(".") for name in BASELINES)
