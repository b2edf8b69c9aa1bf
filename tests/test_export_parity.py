"""The passport's numbers, on answers that are known."""

from __future__ import annotations

import numpy as np
import pytest

from nnapp.data.dataset import Dataset, DataSpec, InputSpec
from nnapp.export.archive import write_zip
from nnapp.export.job import Conversion
from nnapp.export.parity import agrees, judged, loss_in_words
from nnapp.export.representative import representative
from nnapp.export.spec import Export
from nnapp.tasks import OUTPUT, TaskSpec

CLASSES = TaskSpec.classification("kind", ("cat", "dog", "owl"))
NUMBER = TaskSpec.regression("price", 100.0, 10.0)


def dataset(task: TaskSpec, y: np.ndarray, x: np.ndarray | None = None) -> Dataset:
    table = np.zeros((len(y), 1), np.float32) if x is None else x
    data = DataSpec(kind="tabular", inputs={"features": InputSpec(shape=table.shape[1:])})
    return Dataset({"features": table}, {OUTPUT: y}, np.arange(len(y)) + 1000, data, task)


def passport(tmp_path, task: TaskSpec, y: np.ndarray, reference: np.ndarray, logits: np.ndarray, name: str = "tflite-int8") -> Export:
    path = tmp_path / "model.tflite"
    path.write_bytes(b"1234")
    return judged(name, path, dataset(task, y), Conversion(logits, reference, seconds=1.0, latency_ms=0.5))


def test_one_flipped_row_of_four_is_counted_named_and_blamed_on_its_class(tmp_path):
    y = np.array([0, 1, 2, 1], np.int32)
    reference = np.eye(3, dtype=np.float32)[y] * 4
    logits = reference.copy()
    logits[3] = [0, 3.5, 3.9]
    made = passport(tmp_path, CLASSES, y, reference, logits)
    assert (made.agreement, made.flipped, made.flipped_ids, made.flipped_by_class) == (0.75, 1, (1003,), {"dog": 1})
    assert made.max_abs_error == pytest.approx(3.9)
    assert (made.network["accuracy"], made.test["accuracy"], made.change.value) == (1.0, 0.75, -0.25)
    assert made.bytes == 4
    # One row of four is within "one point or one row, whichever is more".
    assert made.caveats == ()
    assert made.remedy == ""


def test_a_file_that_loses_more_than_a_point_is_offered_with_a_caveat_and_a_remedy(tmp_path):
    y = np.tile([0, 1], 100).astype(np.int32)
    reference = np.eye(3, dtype=np.float32)[y]
    logits = reference.copy()
    logits[:10] = logits[:10, ::-1]
    made = passport(tmp_path, CLASSES, y, reference, logits)
    assert made.caveats == ("Accuracy falls from 100.0 % to 97.5 % on the 200 test rows.",)
    assert "tflite-dynamic" in made.remedy
    assert made.change.verdict == "worse"
    assert made.change.high < 0


def test_identical_answers_change_nothing(tmp_path):
    y = np.array([0, 1, 2], np.int32)
    reference = np.eye(3, dtype=np.float32)
    made = passport(tmp_path, CLASSES, y, reference, reference)
    assert (made.agreement, made.flipped, made.max_abs_error, made.change.value, made.change.verdict) == (1.0, 0, 0.0, 0.0, "indistinguishable")


def test_a_number_agrees_within_a_hundredth_of_the_targets_standard_deviation():
    network = NUMBER.decode(np.array([[0.0], [0.0], [0.0]], np.float32))
    file = NUMBER.decode(np.array([[0.009], [0.011], [-0.5]], np.float32))
    assert agrees(NUMBER, network, file).tolist() == [True, False, False]


def test_an_rmse_that_rises_by_two_percent_is_told():
    assert loss_in_words(NUMBER, 100, {"rmse": 10.0}, {"rmse": 10.2}) == "RMSE rises from 10.0 to 10.2 on the 100 test rows."
    assert loss_in_words(NUMBER, 100, {"rmse": 10.0}, {"rmse": 10.09}) == ""


def test_an_empty_test_part_gives_none_not_nan(tmp_path):
    made = passport(tmp_path, CLASSES, np.zeros(0, np.int32), np.zeros((0, 3), np.float32), np.zeros((0, 3), np.float32))
    assert (made.agreement, made.max_abs_error, made.flipped, made.test["accuracy"]) == (None, None, 0, None)
    assert Export.from_json(made.to_json()) == made


def test_the_representative_rows_hold_rare_classes_and_every_features_extremes():
    random = np.random.default_rng(1)
    y = np.where(np.arange(5000) % 500 == 7, 2, 0).astype(np.int32)
    x = random.normal(size=(5000, 3)).astype(np.float32)
    rows = representative(dataset(CLASSES, y, x), 50)
    assert len(np.unique(rows)) == len(rows) <= 56
    assert (y[rows] == 2).sum() == 10
    assert set(x.argmax(axis=0)) | set(x.argmin(axis=0)) <= set(rows.tolist())


def test_the_representative_rows_of_a_regression_reach_from_the_smallest_target_to_the_largest():
    y = np.random.default_rng(2).normal(size=(999, 1)).astype(np.float32)
    rows = representative(dataset(NUMBER, y), 20)
    assert y[rows].min() == y.min()
    assert y[rows].max() == y.max()
    assert len(representative(dataset(NUMBER, y[:5]), 20)) == 5


def test_a_zip_of_the_same_contents_is_the_same_zip(tmp_path):
    (tmp_path / "a.txt").write_text("a")
    for name in ("one.zip", "two.zip"):
        write_zip(tmp_path / name, {"a.txt": tmp_path / "a.txt", "b.txt": "b"})
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
