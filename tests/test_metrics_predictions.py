"""Predictions and reports survive the disk."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from nnapp.data.dataset import Dataset, DataSpec, InputSpec
from nnapp.errors import RunError
from nnapp.metrics import Predictions, true_answers
from nnapp.reports import Report
from nnapp.tasks import OUTPUT, Answers, TaskSpec

FRUIT = TaskSpec.classification("fruit", ("apple", "p_ear", "=cherry"))


def some(part: str = "test", ids: np.ndarray | None = None) -> Predictions:
    probabilities = np.array([[0.7, 0.2, 0.1], [0.1, 0.6, 0.3], [0.3, 0.3, 0.4], [0.9, 0.05, 0.05]])
    names = np.arange(4) if ids is None else ids
    return Predictions(names, np.full(4, part), np.array([0, 1, 2, 1]), probabilities.argmax(axis=1), probabilities, FRUIT)


@pytest.mark.parametrize("ids", [np.array([4, 7, 9, 2]), np.array(["a/1.png", "b/2.png", "c/ü 3.png", "d"])])
def test_predictions_come_back_from_parquet_as_they_were(tmp_path, ids):
    before = Predictions.joined([some("validation", ids), some("test", ids)])
    before.to_parquet(tmp_path / "predictions.parquet")
    after = Predictions.from_parquet(tmp_path / "predictions.parquet")
    assert after.task == FRUIT
    assert after.ids.tolist() == before.ids.tolist()
    assert after.part.tolist() == before.part.tolist()
    assert after.y_true.tolist() == before.y_true.tolist()
    np.testing.assert_array_equal(after.probabilities, before.probabilities)
    assert len(after.of("test")) == 4


def test_anybody_can_read_the_parquet(tmp_path):
    some().to_parquet(tmp_path / "p.parquet")
    frame = pd.read_parquet(tmp_path / "p.parquet")
    assert list(frame.columns) == ["id", "part", "true", "prediction", "p_apple", "p_p_ear", "p_=cherry"]


def test_a_regression_has_no_probabilities(tmp_path):
    task = TaskSpec.regression("price", 10.0, 2.0)
    before = Predictions(np.arange(3), np.full(3, "test"), np.array([1.5, 2.0, 3.0]), np.array([1.0, 2.0, 4.0]), None, task)
    before.to_parquet(tmp_path / "p.parquet")
    after = Predictions.from_parquet(tmp_path / "p.parquet")
    assert after.probabilities is None
    assert after.prediction.tolist() == [1.0, 2.0, 4.0]
    assert np.isnan(after.confidence).all()


def test_a_file_that_is_not_ours_is_told(tmp_path):
    (tmp_path / "p.parquet").write_text("hello")
    with pytest.raises(RunError, match=r"p\.parquet cannot be read"):
        Predictions.from_parquet(tmp_path / "p.parquet")
    with pytest.raises(RunError):
        Predictions.from_parquet(tmp_path / "nothing.parquet")
    pd.DataFrame({"x": [1]}).to_parquet(tmp_path / "other.parquet")
    with pytest.raises(RunError, match="holds no predictions"):
        Predictions.from_parquet(tmp_path / "other.parquet")


def test_arrays_of_differing_lengths_are_our_own_mistake():
    with pytest.raises(ValueError, match="differing lengths"):
        Predictions(np.arange(3), np.full(2, "test"), np.zeros(3), np.zeros(3), None, FRUIT)


def dataset(task: TaskSpec, y: np.ndarray) -> Dataset:
    spec = DataSpec(kind="tabular", inputs={"features": InputSpec(shape=(1,))})
    return Dataset({"features": np.zeros((len(y), 1), np.float32)}, {OUTPUT: y}, np.arange(len(y)), spec, task)


def test_the_truth_of_a_data_set_is_class_indices_or_the_targets_own_units():
    binary = dataset(TaskSpec.classification("t", ("no", "yes")), np.array([[0.0], [1.0]], np.float32))
    assert true_answers(binary).tolist() == [0, 1]
    many = dataset(FRUIT, np.array([2, 0], np.int32))
    assert true_answers(many).tolist() == [2, 0]
    number = dataset(TaskSpec.regression("price", 100.0, 20.0), np.array([[0.5], [-1.0]], np.float32))
    assert true_answers(number).tolist() == [110.0, 80.0]
    answers = Answers(np.array([105.0, 90.0]), None)
    assert Predictions.of_dataset(number, answers, "test").y_true.tolist() == [110.0, 80.0]


def test_a_report_survives_json_with_null_for_what_does_not_exist():
    table = pd.DataFrame({"name": pd.Series(["a", None], dtype="str"), "value": [np.nan, np.inf], "count": [1, 2]})
    before = Report("r", "Title", table, {"x": float("nan"), "n": 3, "word": "w", "none": None, "np": np.float64(0.5)}, ("Careful.",))
    values = json.loads(json.dumps(before.to_dict(), allow_nan=False))
    assert values["table"] == [{"name": "a", "value": None, "count": 1}, {"name": None, "value": None, "count": 2}]
    assert values["headline"] == {"x": None, "n": 3, "word": "w", "none": None, "np": 0.5}
    after = Report.from_dict(values)
    assert after.table.dtypes.astype(str).to_dict() == {"name": "str", "value": "float64", "count": "int64"}
    assert after.caveats == ("Careful.",)


def test_an_empty_report_keeps_its_columns():
    empty = Report("r", "T", pd.DataFrame({"a": pd.Series([], dtype="str"), "b": pd.Series([], dtype="float64")}))
    assert list(Report.from_dict(empty.to_dict()).table.columns) == ["a", "b"]
