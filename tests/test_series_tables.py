"""Whole series in wide and long tables: found, said, read alike in the app and in a bundle, and never split."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from nnapp.data.checks import run_checks
from nnapp.data.columns import profile
from nnapp.data.dataset import SERIES
from nnapp.data.long_table import LongTable
from nnapp.data.prepare import Prepared, prepare
from nnapp.data.series_columns import find_wide, numbered
from nnapp.data.specs import DataConfig, PreprocessingConfig, SplitSpec
from nnapp.data.store import DataStore
from nnapp.data.table import Table
from nnapp.errors import DataError
from nnapp.portable.inputs import from_rows, leading_columns
from nnapp.portable.series import bridged, fitted, grouped


def written(folder: Path, header: list[str], rows: list[list[object]]) -> tuple[DataStore, DataConfig]:
    path = folder / "data.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(header)
        writer.writerows(rows)
    store = DataStore(folder / "home")
    return store, DataConfig(sha256=store.add(path))


def waves(series: int = 40, steps: int = 20, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    fast = random.integers(2, size=series)
    shift = random.uniform(0, 1, (series, 1))
    return np.sin(np.linspace(0, 4, steps) * (1 + fast[:, None]) + shift) + random.normal(0, 0.05, (series, steps)), fast


def wide(folder: Path) -> tuple[DataStore, DataConfig, np.ndarray]:
    values, fast = waves()
    rows = [[*row, "fast" if answer else "slow"] for row, answer in zip(values.tolist(), fast, strict=True)]
    return *written(folder, [*(f"V{step}" for step in range(1, 21)), "label"], rows), values


def long(folder: Path, *, holes: bool = False) -> tuple[DataStore, DataConfig, np.ndarray]:
    """Two channels, the rows of all series mixed up; with `holes`, series of differing lengths."""
    values, fast = waves()
    rows = [
        [f"s{index}", step, values[index, step], -values[index, step], "fast" if fast[index] else "slow"]
        for index in range(40)
        for step in range(20 - (index % 5 if holes else 0))
    ]
    rows = [rows[index] for index in np.random.default_rng(1).permutation(len(rows))]
    return *written(folder, ["series_id", "step", "x", "y", "label"], rows), values


def ready(store: DataStore, config: DataConfig) -> Prepared:
    return prepare(store, config, SplitSpec(), PreprocessingConfig(), bins=False)


def test_numbered_columns_that_move_alike_are_one_series_and_it_is_said_with_the_way_back(tmp_path):
    store, config, _ = wide(tmp_path)
    found = {finding.code: finding for finding in run_checks(store.open(config.sha256), config)}
    assert found["wide_series"].problem == ("The 20 columns 'V1' to 'V20' are read as one series a row, because they are numbered and neighbours move alike.")
    assert found["wide_series"].fix == {"data.kind": "tabular"}
    assert ready(store, config).data.kind == "series"
    assert ready(store, config.replaced({"kind": "tabular"})).data.kind == "tabular"


def test_numbered_columns_that_have_nothing_to_do_with_each_other_stay_columns(tmp_path):
    values = np.random.default_rng(0).normal(size=(60, 20))
    store, config = written(tmp_path, [*(f"V{step}" for step in range(20)), "label"], [[*row, index % 2] for index, row in enumerate(values.tolist())])
    table = store.open(config.sha256)
    assert isinstance(table, Table)
    assert find_wide(table, profile(table)) is None
    asked = config.replaced({"kind": "series"})
    assert ready(store, asked).data.kind == "series"


def test_the_numbers_of_the_names_put_the_steps_in_order():
    assert numbered(["b10", "b9", "b8", "label", "pixel1", "pixel2", "pixel3", "pixel4"]) == ("b8", "b9", "b10")


def test_rows_that_share_a_series_are_one_example_in_the_order_of_their_steps(tmp_path):
    store, config, values = long(tmp_path)
    data = store.open(config.sha256)
    assert isinstance(data, LongTable)
    assert data.rows == 40
    prepared = ready(store, config)
    assert prepared.parts.rows == {"train": 28, "validation": 6, "test": 6}
    assert prepared.preprocessing.names == ("series_id", "step", "x", "y")
    part = prepared.parts.test
    names = [data.cells("series_id")[index] for index in part.ids.tolist()]
    expected = values[[int(str(name)[1:]) for name in names]]
    np.testing.assert_allclose(part.x[SERIES], np.stack([expected, -expected], axis=2), rtol=1e-6)
    told = next(finding for finding in prepared.findings if finding.code == "long_series")
    assert told.problem.startswith("800 rows are read as 40 series of 20 steps, put in order by 'step', with 2 channels ('x' and 'y')")


def test_no_series_is_in_two_parts(tmp_path):
    store, config, _ = long(tmp_path)
    parts = ready(store, config).parts
    seen = [*parts.train.ids.tolist(), *parts.validation.ids.tolist(), *parts.test.ids.tolist()]
    assert sorted(seen) == list(range(40))


@pytest.mark.parametrize("make", [wide, long, lambda folder: long(folder, holes=True)])
def test_a_bundle_reads_the_raw_rows_as_training_did(tmp_path, make):
    store, config, _ = make(tmp_path)
    prepared, data = ready(store, config), store.open(config.sha256)
    assert isinstance(data, Table)
    part = prepared.parts.test
    frame = data.rows_of(part.ids.astype(np.int64))
    cells = {str(name): [cell if isinstance(cell, str) else None for cell in frame[name]] for name in frame}
    told = prepared.preprocessing.portable()
    np.testing.assert_array_equal(from_rows(cells, told)[SERIES], part.x[SERIES])
    if told["form"] == "long":
        assert list(leading_columns(cells, told)["series_id"]) == [data.cells("series_id")[index] for index in part.ids.tolist()]


def test_series_of_differing_lengths_are_filled_up_and_the_network_is_told(tmp_path):
    store, config, _ = long(tmp_path, holes=True)
    prepared = ready(store, config)
    spec = prepared.data.inputs[SERIES]
    assert spec.shape == (20, 3)
    assert spec.layout is not None
    assert spec.layout.observed
    there = prepared.parts.train.x[SERIES][:, :, 2]
    assert set(there.sum(axis=1).tolist()) == {16.0, 17.0, 18.0, 19.0, 20.0}


def test_a_hole_is_bridged_by_a_straight_line_and_an_empty_channel_is_its_mean():
    values = np.array([[1.0, np.nan], [np.nan, np.nan], [3.0, np.nan], [np.nan, np.nan]])
    assert bridged(values, np.array([0.0, 7.0])).tolist() == [[1.0, 7.0], [2.0, 7.0], [3.0, 7.0], [3.0, 7.0]]


def test_a_series_too_long_is_cut_and_one_too_short_filled_with_the_mean():
    told = {"steps": 3, "thin": 1, "fill": [5.0], "observed": True}
    assert fitted(np.array([[1.0], [2.0]]), told).tolist() == [[1.0, 1.0], [2.0, 1.0], [5.0, 0.0]]
    assert fitted(np.arange(5.0)[:, None], told)[:, 0].tolist() == [0.0, 1.0, 2.0]


def test_a_channel_that_a_new_table_lacks_is_filled_and_rows_without_a_series_are_left_out(tmp_path):
    store, config, _ = long(tmp_path)
    told = ready(store, config).preprocessing.portable()
    x = from_rows({"series_id": ["a", "a", None], "step": ["1", "0", "2"], "x": ["2", "1", "9"]}, told)[SERIES]
    assert x.shape == (1, 20, 2)
    assert x[0, :2, 0].tolist() == [1.0, 2.0]
    assert (x[0, :, 1] == np.float32(told["fill"][1])).all()


def test_steps_without_a_number_stand_last_in_their_series():
    order, starts, names = grouped(["a", "a", "b", "a"], np.array([np.nan, 2.0, 0.0, 1.0]))
    assert order.tolist() == [3, 1, 0, 2]
    assert starts.tolist() == [0, 3, 4]
    assert names == ("a", "b")


def test_a_table_without_any_series_is_refused_as_one_in_plain_words(tmp_path):
    store, config = written(tmp_path, ["height", "kind"], [[index, index % 2] for index in range(30)])
    with pytest.raises(DataError) as caught:
        ready(store, config.replaced({"kind": "series"}))
    assert caught.value.problem.startswith("data.csv has neither numbered columns such as t0, t1, t2 nor a column such as series_id")
    assert "series_id and step" in caught.value.remedy


def test_the_real_wide_and_long_archives_are_recognised_and_tables_are_not(shared_data, tmp_path):
    store = DataStore(tmp_path / "home")
    kinds = {}
    for name in ("tsc_GunPoint_train.csv", "tsc_BasicMotions_long_train.csv.gz", "tab_boston_housing_noheader.csv", "tab_titanic.csv"):
        config = DataConfig(sha256=store.add(shared_data / name))
        prepared = ready(store, config)
        kinds[name] = prepared.data.kind, prepared.data.inputs[next(iter(prepared.data.inputs))].shape
    assert kinds["tsc_GunPoint_train.csv"] == ("series", (150, 1))
    assert kinds["tsc_BasicMotions_long_train.csv.gz"] == ("series", (100, 6))
    assert kinds["tab_boston_housing_noheader.csv"][0] == kinds["tab_titanic.csv"][0] == "tabular"
