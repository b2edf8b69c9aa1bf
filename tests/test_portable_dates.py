"""Dates in the ways people write them."""

from __future__ import annotations

import datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnapp.portable.moments import FORMATS, dates, find_date_format


def day(cell: str, form: str) -> str:
    days = float(dates([cell], form)[0])
    return str(np.datetime64(round(days * 86400), "s")) if days % 1 else str(np.datetime64(int(days), "D"))


@pytest.mark.parametrize(
    ("cell", "form", "expected"),
    [
        ("2023-01-31", "ymd", "2023-01-31"),
        ("2023/1/5", "ymd", "2023-01-05"),
        ("0001-01-01", "ymd", "0001-01-01"),
        ("2023-01-31 12:30:00", "ymd", "2023-01-31T12:30:00"),
        ("2023-01-31T12:30:00Z", "ymd", "2023-01-31T12:30:00"),
        ("2023-01-31T12:30:00.000+02:00", "ymd", "2023-01-31T10:30:00"),
        ("2023-01-31T23:30:00-0500", "ymd", "2023-02-01T04:30:00"),
        ("31-12-2012", "dmy", "2012-12-31"),
        ("03.06.2023", "dmy", "2023-06-03"),
        ("3. 6. 2023", "dmy", "2023-06-03"),
        ("6/16/14", "mdy", "2014-06-16"),
        ("6/16/2014 1:05 PM", "mdy", "2014-06-16T13:05:00"),
        ("6/16/2014 12:05 am", "mdy", "2014-06-16T00:05:00"),
        ("1/2/68", "mdy", "2068-01-02"),
        ("1/2/69", "mdy", "1969-01-02"),
        ("1749-01", "ymd", "1749-01-01"),
        ("03/1949", "my", "1949-03-01"),
        ("12 Jan 2020", "ymd", "2020-01-12"),
        ("January 2nd, 2020", "ymd", "2020-01-02"),
        ("Mon, 03 Feb 2020", "ymd", "2020-02-03"),
        ("12-Mar-98", "ymd", "1998-03-12"),
        ("3. Oktober 2020", "ymd", "2020-10-03"),
        ("Dec 2019", "ymd", "2019-12-01"),
        ("2020Q3", "quarter", "2020-07-01"),
        ("Q1 2020", "quarter", "2020-01-01"),
        ("20230131", "compact", "2023-01-31"),
        ("2023-01-31", "mdy", "2023-01-31"),
    ],
)
def test_dates_are_understood(cell: str, form: str, expected: str):
    assert day(cell, form) == expected


@pytest.mark.parametrize(
    "cell", ["", "yesterday", "2023-02-30", "2023-13-01", "0000-00-00", "31-02-2020", "12:30", "2020-01-01 25:00", "2020-01-01 10:61:00", "1.5", "12"]
)
@pytest.mark.parametrize("form", FORMATS)
def test_impossible_dates_are_missing(cell: str, form: str):
    assert np.isnan(dates([cell], form)[0])


@pytest.mark.parametrize(
    ("cells", "form"),
    [
        (["2011-01-01", "2012-02-03"], "ymd"),
        (["03-03-2012", "23-10-2011"], "dmy"),
        (["6/16/14", "6/15/14"], "mdy"),
        (["03/02/2012", "23/10/2011"], "dmy"),
        (["01/02/2012", "03/04/2012"], "mdy"),
        (["01.02.2012", "03.04.2012"], "dmy"),
        (["01-02-2012", "03-04-2012"], "dmy"),
        (["1749-01", "1749-02"], "ymd"),
        (["12 Jan 2020", "3 Mar 2021"], "ymd"),
        (["20230131", "20230201"], "compact"),
        (["2020-Q1", "2020-Q2"], "quarter"),
    ],
)
def test_the_format_is_found_by_looking_at_all_cells(cells: list[str], form: str):
    assert find_date_format([*cells, None, "", "NA"]) == form


@pytest.mark.parametrize(
    "cells", [[], [None, ""], ["1", "2"], ["1.5", "2034.11"], ["a", "b"], ["12345678"], ["male", "female"], ["May", "June"], ["2020", "2021"]]
)
def test_other_columns_are_not_taken_for_dates(cells: list[str | None]):
    assert find_date_format(cells) is None


def test_one_day_above_twelve_among_thousands_decides_the_order():
    cells = [f"{day:02}/{month:02}/2020" for day in range(1, 13) for month in range(1, 13)]
    assert find_date_format(cells) == "mdy"
    assert find_date_format([*cells, "13/01/2020"]) == "dmy"


def test_a_few_broken_cells_do_not_spoil_a_column_of_dates():
    cells = [f"2020-01-{day:02}" for day in range(1, 29)]
    assert find_date_format([*cells, "yesterday"]) == "ymd"


@given(st.dates(), st.sampled_from(["%Y-%m-%d", "%d.%m.%Y", "%m/%d/%Y"]))
def test_every_day_since_year_one_counts_its_days(date: datetime.date, pattern: str):
    form = {"%Y-%m-%d": "ymd", "%d.%m.%Y": "dmy", "%m/%d/%Y": "mdy"}[pattern]
    text = pattern.replace("%Y", f"{date.year:04}").replace("%m", f"{date.month:02}").replace("%d", f"{date.day:02}")
    assert dates([text], form)[0] == date.toordinal() - datetime.date(1970, 1, 1).toordinal()


@given(st.lists(st.none() | st.text() | st.from_regex(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}( \d{1,2}:\d{2})?", fullmatch=True)), st.sampled_from(FORMATS))
def test_any_text_gives_a_finite_day_or_none_whatever_its_neighbours(cells: list[str | None], form: str):
    together = dates(cells, form)
    assert together.shape == (len(cells),)
    assert not np.isinf(together).any()
    np.testing.assert_array_equal(together, np.array([dates([cell], form)[0] for cell in cells]))
    find_date_format(cells)
