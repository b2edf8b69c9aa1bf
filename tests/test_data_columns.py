"""A column's type is what a careful person would say, with the reason; time stays bounded."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnapp.data.columns import ColumnProfile, profile
from nnapp.errors import DataError
from tests.data_files import as_table


def one(cells: list[object], name: str = "x", decimal: str = ".") -> ColumnProfile:
    return profile(as_table({name: cells}, decimal))[0]


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        ([1, 2, 3, 2, 1], "number"),
        (["1.5", "2,000.5", "NA", None, "-3"], "number"),
        (["$84,835.00 ", "$57,091.00 ", "$1.00"], "money"),
        (["03-03-2012", "23-10-2011"], "date"),
        (["1749-01-01", "1749-02-01"], "date"),
        (["20231231", "20240101"], "date"),
        (["red", "blue", "red"], "category"),
        (["true", "false", "true"], "category"),
        ([f"user{index}" for index in range(50)], "identifier"),
        ([f"this is sentence number {index}" for index in range(50)], "text"),
        ([None, "", "  "], "ignored"),
        (["train", "test", "train", "val"], "ignored"),
    ],
)
def test_the_type_is_seen_from_the_cells(cells: list[object], kind: str):
    assert one(cells).type == kind
    assert one(cells).reason


def test_row_numbers_are_identifiers_by_name_or_by_counting():
    shuffled = np.random.default_rng(0).permutation(100).tolist()
    assert one(list(range(100))).type == "identifier"
    assert one(shuffled, "PassengerId").type == "identifier"
    assert one(shuffled, "customer_id").type == "identifier"
    assert one(shuffled, "instant").type == "identifier"
    assert one(shuffled, "weight").type == "number"
    assert one([index % 30 for index in range(300)], "customer_id").type == "identifier"


def test_names_that_only_sound_like_identifiers_stay_numbers():
    shuffled = np.random.default_rng(0).permutation(100).tolist()
    assert [one(shuffled, name).type for name in ("humid", "paid", "Covid", "grid")] == ["number"] * 4


def test_tickets_of_which_none_is_common_are_identifiers_but_mostly_empty_cabins_are_not():
    tickets = [f"A/{index // 2}" for index in range(400)]
    assert one(tickets).type == "category"
    tickets = [f"A/{index if index % 4 else index // 4 * 4 + 1}" for index in range(400)]
    assert one(tickets).type == "identifier"
    assert one([f"C{index // 2 * 2}" if index < 100 else None for index in range(400)]).type == "category"


def test_a_few_words_repeated_among_numbers_make_categories_and_many_numbers_stay_numbers():
    assert one(["0", "1", "2", "3+"] * 30).type == "category"
    found = one([*range(100), "inf", "1e400", "oops", "NaN"])
    assert (found.type, found.unreadable, found.missing) == ("number", 3, 1)
    assert found.unreadable_examples == ("inf", "1e400", "oops")


def test_the_numbers_of_a_column_are_its_own():
    found = one([1, 2, 2, 7, None])
    assert (found.minimum, found.maximum, found.mean, found.missing, found.unique, found.whole) == (1.0, 7.0, 3.0, 1, 3, True)
    assert found.top[0] == ("2", 2)
    money = one(["1.234,50 €", "-2,00 €"] * 3, decimal=",")
    assert (money.type, money.minimum, money.maximum) == ("money", -2.0, 1234.5)


def test_a_decimal_comma_in_one_quoted_column_is_found():
    found = one(["1,5", "2,25", "0,75"] * 10)
    assert (found.type, found.decimal, found.maximum) == ("number", ",", 2.25)


def test_dates_are_read_day_first_when_only_that_fits():
    found = one(["03-03-2012", "23-10-2011", "01-02-2012"])
    assert (found.date_format, found.earliest, found.latest) == ("dmy", "2011-10-23", "2012-03-03")


def test_a_type_that_a_person_chose_wins_and_an_unknown_name_is_an_error():
    table = as_table({"size": [1, 2, 3, 1], "colour": ["r", "g", "r", "g"]})
    found = profile(table, {"size": "category"})
    assert (found[0].type, found[0].reason) == ("category", "chosen by you")
    with pytest.raises(DataError, match="Did you mean 'colour'"):
        profile(table, {"color": "ignored"})


@settings(max_examples=100, deadline=None)
@given(st.lists(st.one_of(st.none(), st.text(max_size=12), st.floats().map(str), st.dates().map(str)), max_size=40))
def test_any_cells_have_a_type_and_are_counted_once(cells: list[str | None]):
    found = one(list(cells))
    present = sum(cell is not None and cell.strip() != "" for cell in cells)
    assert found.missing >= len(cells) - present
    assert 0 <= found.unreadable + found.missing <= len(cells)
    assert ColumnProfile.from_json(found.to_json()) == found
