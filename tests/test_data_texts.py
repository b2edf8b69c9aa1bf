"""What is done for a whole column at once is, bit by bit, what portable does cell by cell."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from nnapp.data.columns import profile
from nnapp.data.preprocessing.columns import column_features
from nnapp.data.readers import read
from nnapp.data.readers.plain import read_plain
from nnapp.data.readers.source import Source
from nnapp.data.table import Table, text_array
from nnapp.data.texts import Texts
from nnapp.portable import features as portable
from nnapp.portable.cells import money, numbers
from nnapp.portable.tables import column_names, records, sniff
from tests.data_files import as_table

ODD = (
    "",
    " ",
    "NA",
    "-",
    ".",
    "1_000",
    "١٢",
    " 7 ",
    "\t8\n",
    "1e400",
    "-1e99",
    "1e-99",
    "0x10",
    "inf",
    "-nan",
    "1,234.5",
    "1.234,5",
    "$5.00",
    "5 %",
    "−3",
    "+4",
)
NUMBERS = st.one_of(
    st.floats().map(repr),
    st.integers().map(str),
    st.decimals(allow_nan=False, places=3).map(str),
    st.floats(-1e6, 1e6).map(lambda one: repr(one).replace(".", ",")),
)
CELLS = st.lists(st.one_of(st.none(), NUMBERS, st.sampled_from(ODD), st.text(alphabet="0123456789.,eE-+ ", max_size=30)), max_size=40)


def texts(cells: list[str | None]) -> Texts:
    return Texts.of(pd.Series(text_array(cells)))


def hold_the_same_bits(one: np.ndarray, other: np.ndarray) -> None:
    assert one.dtype == other.dtype
    assert one.shape == other.shape
    np.testing.assert_array_equal(np.isnan(one), np.isnan(other))
    assert one[~np.isnan(one)].tobytes() == other[~np.isnan(other)].tobytes()


@settings(max_examples=400, deadline=None)
@given(CELLS, st.sampled_from(".,"), st.sampled_from([numbers, money]))
@example(["9" * 20 + "." + "9" * 20 + "e99", "0.1", "-0", "1" * 400, "4.35", "2.2250738585072014e-308", "9007199254740993"], ".", numbers)
def test_numbers_of_a_column_have_the_bits_of_the_numbers_of_its_cells(cells: list[str | None], decimal: str, parse: object):
    hold_the_same_bits(texts(cells).numbers(parse, decimal), parse(cells, decimal))  # type: ignore[operator,arg-type]


SPECS = [
    {"name": "x", "type": "number", "decimal": ".", "fill": 1.5, "indicator": True, "low": -1e9, "high": 1e9, "offset": 0.0},
    {"name": "x", "type": "money", "decimal": ",", "fill": 0.0, "indicator": False, "low": -10.0, "high": 1e9, "offset": 3.0},
    {"name": "x", "type": "date", "format": "dmy", "fill": 0.0, "indicator": True, "low": -1e9, "high": 1e9, "offset": 0.0, "cycles": ["year", "week"]},
    {"name": "x", "type": "category", "categories": ["1", "a b", "7"], "other": True, "missing": True, "missing_words": ["na"]},
    {"name": "x", "type": "category", "categories": ["0", "b"], "other": False, "missing": False, "missing_words": []},
]
MIXED = st.lists(st.one_of(st.none(), NUMBERS, st.sampled_from((*ODD, "a  b", "b", "1.0", "31.12.1999", "1/2/03", "2020-02-30", "NA"))), max_size=30)


@settings(max_examples=200, deadline=None)
@given(MIXED, st.sampled_from(SPECS))
def test_features_of_a_column_have_the_bits_of_portables(cells: list[str | None], spec: dict[str, object]):
    hold_the_same_bits(column_features(texts(cells), spec), portable.column_features([cell or None for cell in cells], spec))


def test_different_cells_keep_their_order_and_say_where_they_stand():
    column = texts(["b", None, "a", "b", ""])
    assert column.different()[0] == ["b", "a", None]
    assert column.different()[1].tolist() == [0, 2, 1, 0, 2]
    different, counts = column.counts()
    assert (list(different), counts.tolist()) == (["b", "a"], [2, 1])
    assert list(Texts.of(pd.Series([1.5, None], dtype="object"))) == ["1.5", None]
    assert texts([]).numbers(numbers).tolist() == []
    assert column[2] == "a"
    assert list(column[2:4]) == ["a", "b"]
    assert len(Texts(pyarrow.chunked_array([["a"], ["b"]], pyarrow.large_string()))) == 2


LETTERS = st.text(alphabet="ab1.5é \t'", max_size=4)
ROWS = st.integers(2, 4).flatmap(lambda width: st.lists(st.lists(LETTERS, min_size=width, max_size=width), min_size=1, max_size=12))


@settings(max_examples=200, deadline=None)
@given(ROWS, st.sampled_from([",", ";", "\t", "|"]), st.sampled_from(["\n", "\r\n", "\r"]), st.booleans(), st.booleans(), st.booleans())
def test_plain_files_are_read_as_portable_reads_them(tmp_path_factory, rows, separator, end, header, blank, mark):
    rows = [[cell.replace(separator, "") for cell in row] for row in rows]
    lines = [separator.join(row) for row in ([f"n{index}" for index in range(len(rows[0]))], *rows)]
    lines.insert(2, "" if blank else lines[-1])
    path = tmp_path_factory.mktemp("plain") / "t.csv"
    path.write_bytes((end.join(lines) + end).encode("utf-8-sig" if mark else "utf-8"))
    dialect = {"encoding": "utf-8-sig" if mark else "utf-8", "separator": separator, "decimal": ".", "header": header}
    expected = list(records(path, dialect))
    names = column_names(expected[0] if header else [""] * len(expected[0]))
    frame = read_plain(Source(path, "t.csv"), dialect, names)
    if end == "\r" or any(len(row) != len(names) for row in expected):
        assert frame is None
        return
    assert frame is not None
    assert list(frame.columns) == names
    for index, name in enumerate(names):
        assert list(Texts.of(frame[name])) == [row[index] or None for row in expected[int(header) :]]


@pytest.mark.parametrize(
    "content",
    [
        b'a,b\n1,"x,y"\n',
        b"a,b\n1,2,3\n",
        b"a,b\n1\n",
        b"a,b\n1,\x00\n",
        b"a,b\n1,caf\xe9\n",
        b"a,b\r1,2\r",
        b"sep=,\na,b\n1,2\n",
        b"\na,b\n1,2\n",
        b"a,b\n1,2\r",
    ],
)
def test_files_that_need_care_are_left_to_portable(tmp_path: Path, content: bytes):
    path = tmp_path / "t.csv"
    path.write_bytes(content)
    assert read_plain(Source(path, "t.csv"), {**sniff(b"a,b\n1,2\n")}, ["a", "b"]) is None


def test_a_gzipped_file_is_read_alike_and_its_size_is_that_of_its_content(tmp_path: Path):
    content = "x,y\n" + "".join(f"{row / 7},{'ab'[row % 2]}\n" for row in range(5000))
    (tmp_path / "t.csv").write_text(content)
    (tmp_path / "t.csv.gz").write_bytes(gzip.compress(content.encode()))
    plain, packed = read(tmp_path / "t.csv", "t.csv"), read(tmp_path / "t.csv.gz", "t.csv.gz")
    assert isinstance(plain, Table)
    assert isinstance(packed, Table)
    pd.testing.assert_frame_equal(plain.frame, packed.frame)
    assert Source(tmp_path / "t.csv.gz", "t").size == Source(tmp_path / "t.csv", "t").size == len(content)


def test_blank_cells_and_words_for_nothing_count_as_missing_but_are_examples_of_what_was_there():
    (column,) = profile(as_table({"x": ["1.5", "n/a", "  ", None, "2", "2", "?", "zwölf", *map(str, range(100, 140))]}))
    assert (column.type, column.missing, column.unreadable, column.unreadable_examples) == ("number", 4, 1, ("zwölf",))
    assert column.examples == ("1.5", "n/a", "2")
    assert column.top[0] == ("2", 2)
