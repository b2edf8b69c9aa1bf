"""Cells of text: numbers, money, what is missing."""

from __future__ import annotations

import datetime
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnapp.portable.cells import LARGEST, find_decimal, is_missing, money, numbers, text_of


def one(cell: str | None, decimal: str = ".") -> float:
    return float(numbers([cell], decimal)[0])


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("3", 3.0),
        (" 3.5 ", 3.5),
        ("+7", 7.0),
        ("-1e3", -1000.0),
        (".5", 0.5),
        ("5.", 5.0),
        ("1,234", 1234.0),
        ("1,234,567.89", 1234567.89),
        ("12,34,567", 1234567.0),
        ("1 234 567", 1234567.0),
        ("1\u202f234,5".replace(",5", ".5"), 1234.5),
        ("1'234.50", 1234.5),
        ("1’234", 1234.0),
        ("−3", -3.0),
        ("– 3", -3.0),
        ("12 %", 12.0),
        ("12%", 12.0),
        ("１２", 12.0),
    ],
)
def test_people_write_numbers_in_many_ways(cell: str, number: float):
    assert one(cell) == number


@pytest.mark.parametrize(
    "cell", ["", " ", "NA", "n/a", "NaN", "null", "None", "?", "-", "--", None, "abc", "0x1F", "1.2.3", "12,5", "1,23", "5 kg", "10²", "½", "--3", "1-2"]
)
def test_what_is_no_number_is_missing(cell: str | None):
    assert np.isnan(one(cell))


@pytest.mark.parametrize("cell", ["inf", "-Infinity", "1e400", "1e308", "9" * 40, "-1e31"])
def test_numbers_that_float32_cannot_hold_are_missing(cell: str):
    assert np.isnan(one(cell))


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("0,5", 0.5),
        ("1.234,56", 1234.56),
        ("1.234", 1234.0),
        ("1.5", 1.5),
        ("1,234.56", 1234.56),
        ("1 234,5", 1234.5),
        ("-3,25", -3.25),
        ("12,5 %", 12.5),
        ("1,5e3", 1500.0),
    ],
)
def test_a_column_of_decimal_commas_is_read_as_such(cell: str, number: float):
    assert one(cell, ",") == number


@pytest.mark.parametrize(
    ("cell", "decimal", "amount"),
    [
        ("$84,835.00 ", ".", 84835.0),
        ("1.234,56 €", ",", 1234.56),
        ("8.641,59 €", ",", 8641.59),
        ("€ 5", ".", 5.0),
        ("(1,200.50)", ".", -1200.5),
        ("($3)", ".", -3.0),
        ("-$3", ".", -3.0),
        ("$-3", ".", -3.0),
        ("$3-", ".", -3.0),
        ("USD 12.5", ".", 12.5),
        ("12.5usd", ".", 12.5),
        ("R$ 1.200,00", ",", 1200.0),
        ("CHF 1'200.-", ".", 1200.0),
        ("€105.5M", ".", 105_500_000.0),
        ("565K", ".", 565_000.0),
        ("$1.2bn", ".", 1_200_000_000.0),
        ("Rs. 500", ".", 500.0),
        ("42", ".", 42.0),
        ("¥1,000", ".", 1000.0),
    ],
)
def test_amounts_of_money_are_read_with_their_signs_and_codes(cell: str, decimal: str, amount: float):
    assert money([cell], decimal)[0] == amount


@pytest.mark.parametrize("cell", ["", "free", "$", "(5", "-($5)", "$1.2.3", "10 apples", "A12"])
def test_what_is_no_amount_is_missing(cell: str):
    assert np.isnan(money([cell])[0])


def test_the_decimal_sign_of_a_column_is_the_one_that_reads_more_cells():
    assert find_decimal(["1,5", "2,25", "1.234,5"]) == ","
    assert find_decimal(["1.5", "2,250.25", "3"]) == "."
    assert find_decimal(["1", "2"]) == "."
    assert find_decimal(["8.641,59 €", "500,00 €"]) == ","


def test_words_for_nothing_are_missing_whatever_their_case():
    assert all(is_missing(cell) for cell in (None, "", "  ", "NA", "Nan", "NULL", "none", "?", "N/A", "-"))
    assert not any(is_missing(cell) for cell in ("0", "no", "x"))


def test_typed_values_become_the_text_that_reads_back_to_them():
    assert [text_of(value) for value in (1, 1.0, 1.5, np.float32(0.5), np.int64(3), True, np.True_, "a", None, float("nan"))] == [
        "1", "1", "1.5", "0.5", "3", "true", "true", "a", None, None
    ]  # fmt: skip
    assert text_of(datetime.date(2020, 1, 2)) == "2020-01-02"
    assert text_of(np.datetime64("2020-01-02T03:04:05", "ns")) == "2020-01-02T03:04:05"
    assert text_of(np.datetime64("NaT")) is None
    assert text_of([1, {"a": None}]) == '[1, {"a": null}]'
    assert text_of(1.5, decimal=",") == "1,5"


@given(st.floats(min_value=-LARGEST, max_value=LARGEST), st.sampled_from(".,"))
def test_any_number_survives_being_written(number: float, decimal: str):
    assert one(text_of(number, decimal), decimal) == number


@given(st.floats(min_value=-1e12, max_value=1e12))
def test_any_amount_survives_being_written_with_thousands_and_a_currency(amount: float):
    assert money([f"${amount:,.2f}".replace("$-", "-$")])[0] == float(f"{amount:.2f}")
    german = f"{amount:,.2f} €".replace(",", "_").replace(".", ",").replace("_", ".")
    assert money([german], ",")[0] == float(f"{amount:.2f}")


@given(st.lists(st.none() | st.text()), st.sampled_from(".,"))
def test_a_cell_means_the_same_whatever_its_neighbours(cells: list[str | None], decimal: str):
    for read in (numbers, money):
        together = read(cells, decimal)
        alone = np.array([read([cell], decimal)[0] for cell in cells])
        assert together.shape == (len(cells),)
        np.testing.assert_array_equal(together, alone)
        assert not (np.abs(together) > LARGEST).any()


def test_a_million_cells_take_about_a_second():
    cells = [repr(number) for number in np.random.default_rng(0).normal(size=1_000_000).tolist()]
    start = time.process_time()
    numbers(cells)
    assert time.process_time() - start < 2.0
