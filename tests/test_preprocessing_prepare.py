"""From an upload to three parts of arrays."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from nnapp.data.dataset import FEATURES, PICTURE
from nnapp.data.prepare import Prepared, prepare
from nnapp.data.specs import DataConfig, PreprocessingConfig, SplitSpec
from nnapp.data.store import DataStore
from nnapp.errors import DataError
from nnapp.tasks import OUTPUT


@pytest.fixture
def store(tmp_path: Path) -> DataStore:
    return DataStore(tmp_path / "home")


def written(folder: Path, name: str, rows: list[str]) -> Path:
    path = folder / name
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


def prepared(store: DataStore, path: Path, test: Path | None = None, split: SplitSpec | None = None, **data: object) -> Prepared:
    config = DataConfig.parse({"sha256": store.add(path), "test_sha256": None if test is None else store.add(test), **data})
    return prepare(store, config, split or SplitSpec(), PreprocessingConfig(), bins=True)


def rows_of_classes(count: int) -> list[str]:
    return ["size,kind,answer", *(f"{row * 0.5},{'abc'[row % 3]},{'yes' if row % 4 else 'no'}" for row in range(count))]


def test_a_table_becomes_three_parts_whose_ids_are_rows_of_the_file(store: DataStore, tmp_path: Path):
    ready = prepared(store, written(tmp_path, "t.csv", rows_of_classes(200)))
    assert ready.parts.rows == {"train": 140, "validation": 30, "test": 30}
    ids = np.concatenate([ready.parts[part].ids for part in ("train", "validation", "test")])
    assert sorted(ids.tolist()) == list(range(200))
    assert ready.task.kind == "binary"
    assert ready.task.class_names == ("yes", "no")
    for part in ("train", "validation", "test"):
        dataset = ready.parts[part]
        assert dataset.x[FEATURES].dtype == np.float32
        assert dataset.y[OUTPUT].shape == (len(dataset), 1)
        np.testing.assert_array_equal(dataset.x[FEATURES][:, 0], dataset.ids * 0.5)
        np.testing.assert_array_equal(dataset.y[OUTPUT][:, 0], dataset.ids % 4 == 0)


def test_a_regression_is_standardised_by_the_train_part_alone(store: DataStore, tmp_path: Path):
    rows = ["x,y", *(f"{row * 0.3:.1f},{100 + row * 1.5}" for row in range(300))]
    ready = prepared(store, written(tmp_path, "r.csv", rows), target="y")
    train = ready.parts.train
    values = 100 + train.ids * 1.5
    assert ready.task.kind == "regression"
    assert ready.task.output.center == pytest.approx(values.mean())
    assert ready.task.output.scale == pytest.approx(values.std())
    assert train.y[OUTPUT].mean() == pytest.approx(0, abs=1e-5)
    test = ready.parts.test
    np.testing.assert_allclose(ready.task.decode(test.y[OUTPUT]).prediction, 100 + test.ids * 1.5, rtol=1e-5)


def test_several_classes_are_whole_numbers(store: DataStore, tmp_path: Path):
    rows = ["x,label", *(f"{row * 0.3:.1f},{'abc'[row % 3]}" for row in range(90))]
    ready = prepared(store, written(tmp_path, "m.csv", rows))
    assert ready.task.class_names == ("a", "b", "c")
    assert ready.parts.test.y[OUTPUT].dtype == np.int32
    np.testing.assert_array_equal(ready.parts.test.y[OUTPUT], ready.parts.test.ids % 3)


def test_rows_without_an_answer_are_left_out(store: DataStore, tmp_path: Path):
    rows = rows_of_classes(100)
    rows[5] = "2.0,a,"
    ready = prepared(store, written(tmp_path, "gaps.csv", rows))
    assert sum(ready.parts.rows.values()) == 99
    assert any("no value in 'answer'" in finding.problem for finding in ready.findings)


def test_an_official_test_file_is_the_test_part_and_its_labels_are_mapped(store: DataStore, tmp_path: Path):
    train = written(tmp_path, "train.csv", rows_of_classes(100))
    test = written(tmp_path, "test.csv", ["size,kind,answer", "1,a,YES.", "2,b, no", "3,z,yes", "4,a,perhaps"])
    ready = prepared(store, train, test)
    assert ready.parts.rows["train"] + ready.parts.rows["validation"] == 100
    assert ready.parts.test.ids.tolist() == [0, 1, 2]
    assert ready.parts.test.y[OUTPUT][:, 0].tolist() == [0, 1, 0]
    assert {"labels_mapped", "labels_unknown"} & {finding.code for finding in ready.findings}


def test_a_test_file_without_a_column_is_told(store: DataStore, tmp_path: Path):
    train = written(tmp_path, "train.csv", rows_of_classes(100))
    test = written(tmp_path, "test.csv", ["size,answer", *(f"{row},yes" for row in range(20)), "1,no"])
    with pytest.raises(DataError, match="'kind'"):
        prepared(store, train, test)


def test_the_same_settings_give_the_same_bits(store: DataStore, tmp_path: Path):
    path = written(tmp_path, "t.csv", rows_of_classes(150))
    first, second = prepared(store, path), prepared(store, path)
    assert first.preprocessing == second.preprocessing
    for part in ("train", "validation", "test"):
        assert first.parts[part].x[FEATURES].tobytes() == second.parts[part].x[FEATURES].tobytes()
        np.testing.assert_array_equal(first.parts[part].ids, second.parts[part].ids)


def zipped(path: Path, sizes: list[tuple[int, int]], mode: str, each: int = 12) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for index in range(each * 2):
            name = f"{'cat' if index % 2 else 'dog'}/{index}.png"
            value = (200 if index % 2 else 50) + index
            with archive.open(name, "w") as stream:
                Image.new(mode, sizes[index % len(sizes)], value if mode == "L" else (value, 0, 0)).save(stream, "PNG")
    return path


def test_small_grey_pictures_of_one_size_keep_it(store: DataStore, tmp_path: Path):
    ready = prepared(store, zipped(tmp_path / "p.zip", [(28, 28)], "L"))
    assert ready.data.inputs[PICTURE].shape == (28, 28, 1)
    assert ready.parts.train.x[PICTURE].dtype == np.uint8
    for part in ("train", "validation", "test"):
        dataset = ready.parts[part]
        bright = dataset.x[PICTURE].mean(axis=(1, 2, 3)) > 128
        cats = np.array([str(name).startswith("cat/") for name in dataset.ids])
        np.testing.assert_array_equal(bright, cats)
        np.testing.assert_array_equal(dataset.y[OUTPUT][:, 0] == ready.task.class_names.index("cat"), cats)


@pytest.mark.parametrize(("sizes", "side"), [([(56, 40), (30, 30)], 56), ([(300, 200), (128, 128)], 96), ([(80, 70)], 64)])
def test_larger_pictures_are_letterboxed_to_a_side_that_trains_in_minutes(store: DataStore, tmp_path: Path, sizes: list[tuple[int, int]], side: int):
    ready = prepared(store, zipped(tmp_path / "p.zip", sizes, "RGB"))
    assert ready.data.inputs[PICTURE].shape == (side, side, 3)


def test_a_chosen_size_is_obeyed(store: DataStore, tmp_path: Path):
    ready = prepared(store, zipped(tmp_path / "p.zip", [(28, 28)], "RGB"), image_size=16)
    assert ready.data.inputs[PICTURE].shape == (16, 16, 3)


def test_data_that_cannot_be_learned_from_are_refused(store: DataStore, tmp_path: Path):
    with pytest.raises(DataError, match="nothing to tell apart"):
        prepared(store, written(tmp_path, "one.csv", ["x,target", *(f"{row * 0.3:.1f},yes" for row in range(50))]))
    with pytest.raises(DataError, match="same kind"):
        prepared(store, written(tmp_path, "t.csv", rows_of_classes(50)), zipped(tmp_path / "p.zip", [(28, 28)], "L"))


def test_titanic_and_california_are_prepared_as_a_person_would(store: DataStore, shared_data: Path):
    titanic = prepared(store, shared_data / "tab_titanic.csv", target="Survived")
    assert titanic.preprocessing.names == ("Pclass", "Sex", "Age", "SibSp", "Parch", "Fare", "Cabin", "Embarked")
    assert {"Sex = male", "Age is missing", "Cabin is missing", "Embarked = S"} <= set(titanic.preprocessing.feature_names)
    california = prepared(store, shared_data / "tab_california_housing.csv", target="median_house_value")
    assert california.task.kind == "regression"
    assert "total_bedrooms is missing" in california.preprocessing.feature_names
