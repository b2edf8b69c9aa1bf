"""Target, kind of answer and classes are decided as the design settles it, and told."""

from __future__ import annotations

import numpy as np
import pytest

from nnapp.data.answers import NO_ANSWER
from nnapp.data.columns import profile
from nnapp.data.target import known_answers, propose_target, resolve
from nnapp.errors import DataError
from tests.data_files import as_table, config

NAMES = [f"name {index} of someone" for index in range(40)]


def proposed(columns: dict[str, list[object]]) -> str:
    table = as_table(columns)
    return propose_target(table, profile(table))[0]


def test_a_column_named_target_label_class_or_y_is_proposed_first():
    cells: list[object] = [1, 2, 3]
    assert proposed({"Class": cells, "label": cells, "target": cells, "z": cells}) == "target"
    assert proposed({"Class": cells, "z": cells}) == "Class"
    assert proposed({"y": cells, "z": cells}) == "y"


def test_else_the_last_that_is_neither_identifier_nor_date_nor_prose():
    columns = {"a": [index % 7 for index in range(40)], "b": ["u", "v"] * 20, "day": ["2020-01-01"] * 40, "note": NAMES, "id": list(range(40))}
    assert proposed(columns) == "b"


def test_nothing_to_predict_is_said_plainly():
    with pytest.raises(DataError, match="one column only"):
        proposed({"value": list(range(20))})
    with pytest.raises(DataError, match="can be predicted"):
        proposed({"id": list(range(20)), "day": ["2020-01-01"] * 20})


def test_what_was_chosen_is_told_with_the_way_to_change_it():
    question = resolve(as_table({"x": [1.5, 2.5] * 10, "y2": ["a", "b"] * 10}), config())
    (finding,) = question.findings
    assert "'y2'" in finding.problem
    assert "--target" in finding.remedy


@pytest.mark.parametrize(
    ("name", "cells", "kind"),
    [
        ("quality", [3, 4, 5] * 10, "multiclass"),
        ("survived", [0, 1] * 10, "binary"),
        ("count", list(range(21)) * 2, "regression"),
        ("once", [1, 1, 2], "regression"),
        ("label", list(range(30)), "multiclass"),
        ("real", [0.5, 1.5] * 10, "regression"),
        ("halves", ["1.0", "0.0"] * 10, "binary"),
        ("price", ["$1.00", "$2.00"] * 10, "regression"),
        ("word", ["a", "b", "c"] * 5, "multiclass"),
    ],
)
def test_whole_numbers_are_classes_by_the_rule_of_the_design(name: str, cells: list[object], kind: str):
    question = resolve(as_table({"x": list(range(len(cells))), name: cells}), config(target=name))
    assert question.kind == kind


def test_numbers_taken_for_classes_are_told_and_one_click_makes_them_numbers():
    table = as_table({"x": [1.5] * 20, "grade": [1, 2] * 10})
    (finding,) = resolve(table, config(target="grade")).findings
    assert finding.fix == {"data.task": "regression"}
    assert resolve(table, config(target="grade", task="regression")).kind == "regression"


def test_the_positive_class_is_the_rarer_one_or_the_one_asked_for():
    table = as_table({"x": [1] * 10, "y": ["yes"] * 7 + ["no"] * 3})
    assert resolve(table, config()).class_names == ("yes", "no")
    assert resolve(table, config(positive="yes")).class_names == ("no", "yes")
    assert resolve(as_table({"x": [1] * 4, "y": [0, 1, 0, 1]}), config()).class_names == ("0", "1")
    with pytest.raises(DataError, match="no class 'ja'"):
        resolve(table, config(positive="ja"))


def test_classes_stand_in_natural_order_and_whole_floats_are_whole():
    question = resolve(as_table({"x": [1] * 6, "label": ["10.0", "9.0", "2", "2.0", "9", "10"]}), config())
    assert question.class_names == ("2", "9", "10")


def test_rows_without_an_answer_are_left_out_and_counted():
    table = as_table({"x": [1] * 6, "y": ["a", None, "b", "?", " a ", "b"]})
    question = resolve(table, config())
    answers, _ = known_answers(table, question)
    assert answers.tolist() == [0, NO_ANSWER, 1, NO_ANSWER, 0, 1]
    assert next(finding.problem for finding in question.findings if finding.code == "target_missing").startswith("2 rows have no value")


def test_money_and_numbers_with_gaps_become_numbers():
    table = as_table({"x": [1] * 4, "price": ["$1,200.00", "(5.00)", None, "3"]})
    answers, _ = known_answers(table, resolve(table, config(target="price")))
    np.testing.assert_array_equal(answers, [1200.0, -5.0, np.nan, 3.0])


def test_labels_of_a_test_file_that_differ_by_blanks_case_or_a_full_stop_are_mapped_and_told():
    question = resolve(as_table({"x": [1] * 4, "income": ["<=50K", ">50K"] * 2}), config(target="income"))
    answers, findings = known_answers(as_table({"x": [1] * 4, "income": [" <=50K.", ">50k", "<= 50K", "lots"]}), question)
    low, high = question.class_names.index("<=50K"), question.class_names.index(">50K")
    assert answers.tolist() == [low, high, low, NO_ANSWER]
    assert [finding.code for finding in findings] == ["labels_mapped", "labels_unknown"]


def test_two_classes_that_differ_only_in_spelling_are_never_mixed_up():
    question = resolve(as_table({"x": [1] * 4, "y": ["Yes", "yes", "no", "no"]}), config())
    answers, _ = known_answers(as_table({"x": [1] * 3, "y": ["yes", "Yes", "YES"]}), question)
    assert [question.class_names[code] if code >= 0 else None for code in answers] == ["yes", "Yes", None]


@pytest.mark.parametrize(
    ("cells", "settings", "words"),
    [
        (["a", "b"] * 10, {"task": "regression"}, "holds words such as 'a'"),
        (["a", "b", "c", "a"] * 5, {"task": "binary"}, "3 classes, not two"),
        (["2020-01-01", "2020-01-02"] * 10, {}, "is a date"),
        (NAMES, {}, "too many for classes"),
        ([None] * 20, {}, "is empty"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_the_reason(cells: list[object], settings: dict[str, str], words: str):
    with pytest.raises(DataError, match=words) as caught:
        resolve(as_table({"x": [1] * len(cells), "t": cells}), config(target="t", **settings))
    assert caught.value.remedy


def test_a_misspelt_target_is_corrected():
    with pytest.raises(DataError, match="Did you mean 'Survived'"):
        resolve(as_table({"Survived": [0, 1], "Age": [1, 2]}), config(target="Survivd"))
