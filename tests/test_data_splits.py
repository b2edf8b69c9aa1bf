"""Parts keep shares, groups, time and given words; the same seed gives the same parts."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnapp.data.specs import PARTS, SplitSpec
from nnapp.data.splits import Assignment, assign_parts
from nnapp.data.table import Table
from nnapp.data.target import resolve
from nnapp.errors import DataError
from tests.data_files import as_table, config


def assigned(table: Table, test: Table | None = None, target: str = "y", **split: object) -> Assignment:
    return assign_parts(table, resolve(table, config(target=target)), SplitSpec.parse(split), test)


def classes(counts: dict[str, int]) -> Table:
    cells = [name for name, count in counts.items() for _ in range(count)]
    return as_table({"x": np.arange(len(cells)) / 7, "y": cells})


def test_classes_have_the_same_share_in_every_part():
    table = classes({"a": 700, "b": 200, "c": 100})
    assignment = assigned(table)
    assert assignment.how == "stratified"
    assert assignment.counts == {"train": 700, "validation": 150, "test": 150}
    labels = np.array(table.cells("y"))
    for part in PARTS:
        rows = assignment.rows(part)
        assert (labels[rows] == "c").mean() == pytest.approx(0.1, abs=0.01)


def test_a_class_with_one_example_trains_and_one_with_two_also_tests():
    table = classes({"a": 40, "b": 40, "once": 1, "twice": 2})
    assignment = assigned(table)
    labels = np.array(table.cells("y"))
    assert assignment.parts[labels == "once"].tolist() == ["train"]
    assert sorted(assignment.parts[labels == "twice"].tolist()) == ["test", "train"]
    assert any("'once'" in finding.problem for finding in assignment.findings)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(1, 60), min_size=2, max_size=8), st.integers(0, 2**31 - 1))
def test_every_row_belongs_to_one_part_and_every_class_trains(counts: list[int], seed: int):
    table = classes({f"c{index}": count for index, count in enumerate([*counts, 10])})
    assignment = assigned(table, seed=seed)
    assert set(assignment.parts.tolist()) <= set(PARTS)
    labels = np.array(table.cells("y"))
    assert set(labels[assignment.parts == "train"]) == set(labels)
    np.testing.assert_array_equal(assignment.parts, assigned(table, seed=seed).parts)


def test_another_seed_gives_other_parts():
    table = classes({"a": 100, "b": 100})
    assert (assigned(table, seed=1).parts != assigned(table, seed=2).parts).any()


def test_rows_without_an_answer_belong_to_no_part():
    table = as_table({"x": range(30), "y": ["a", "b", None] * 10})
    assignment = assigned(table)
    assert (assignment.parts[2::3] == "").all()
    assert sum(assignment.counts.values()) == 20


def test_numbers_are_divided_at_random():
    assignment = assigned(as_table({"x": range(100), "y": np.arange(100) / 3}), how="stratified")
    assert assignment.how == "random"
    assert assignment.counts == {"train": 70, "validation": 15, "test": 15}


def test_a_group_is_never_torn():
    table = as_table({"who": [f"p{index // 5}" for index in range(200)], "y": np.arange(200) / 3})
    assignment = assigned(table, how="group", column="who")
    parts = assignment.parts.reshape(40, 5)
    assert (parts == parts[:, :1]).all()
    assert assignment.counts == {"train": 140, "validation": 30, "test": 30}


def test_the_latest_rows_test_and_those_before_them_validate():
    days = np.random.default_rng(0).permutation(100)
    table = as_table({"day": [str(np.datetime64("2020-01-01") + day) for day in days.tolist()], "y": np.arange(100) / 3})
    assignment = assigned(table, how="time")
    assert set(days[assignment.rows("test")]) == set(range(85, 100))
    assert set(days[assignment.rows("validation")]) == set(range(70, 85))


def test_rows_of_one_moment_stay_together():
    table = as_table({"day": ["2020-01-01"] * 50 + ["2020-01-02"] * 30 + ["2020-01-03"] * 20, "y": np.arange(100) / 3})
    assert assigned(table, how="time", column="day").counts == {"train": 50, "validation": 30, "test": 20}


def test_a_column_of_part_words_is_used_by_itself_and_completed():
    table = as_table({"x": range(60), "y": np.arange(60) / 7, "Part": ["Train"] * 40 + ["TEST"] * 20})
    assignment = assigned(table)
    assert assignment.how == "column"
    assert assignment.rows("test").tolist() == list(range(40, 60))
    assert assignment.counts["validation"] == 6
    assert {finding.code for finding in assignment.findings} == {"parts_from_column", "parts_completed"}


def test_an_official_test_file_leaves_train_and_validation():
    table = classes({"a": 100, "b": 100})
    assert assigned(table, test=table).counts == {"train": 170, "validation": 30, "test": 0}


@pytest.mark.parametrize(
    ("split", "words"),
    [
        ({"how": "group"}, "a column is needed"),
        ({"how": "group", "column": "whom"}, "no column 'whom'"),
        ({"how": "time", "column": "word"}, "no dates or numbers"),
        ({"how": "column", "column": "word"}, "names no part"),
        ({"how": "official"}, "without a test part"),
        ({"how": "group", "column": "same"}, "1 group"),
        ({"how": "time", "column": "same"}, "no row is left"),
    ],
)
def test_a_way_that_the_data_do_not_allow_is_refused_with_the_reason(split: dict[str, str], words: str):
    table = as_table({"word": ["u", "v"] * 20, "same": [1] * 40, "y": np.arange(40) / 7})
    with pytest.raises(DataError, match=words):
        assigned(table, **split)


def test_too_few_rows_are_refused():
    with pytest.raises(DataError, match="9 examples"):
        assigned(classes({"a": 5, "b": 4}))


def test_a_forecast_without_stamps_is_divided_in_the_order_of_its_rows_each_series_by_itself():
    lone = as_table({"a": np.arange(100) % 7 + 0.5, "b": np.arange(100) % 5 + 0.25})
    asked = config(task="forecasting")
    divided = assign_parts(lone, resolve(lone, asked), SplitSpec())
    assert divided.parts.tolist() == ["train"] * 70 + ["validation"] * 15 + ["test"] * 15
    two = as_table({"shop": ["north"] * 40 + ["south"] * 20, "sold": np.arange(60) % 7 + 0.5})
    divided = assign_parts(two, resolve(two, config(task="forecasting", series_id="shop")), SplitSpec(validation=0.1, test=0.2))
    assert divided.parts.tolist() == ["train"] * 28 + ["validation"] * 4 + ["test"] * 8 + ["train"] * 14 + ["validation"] * 2 + ["test"] * 4
