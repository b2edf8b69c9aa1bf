"""Text files of tables: how they are written is found by looking."""

from __future__ import annotations

import gzip
import io
import json
from pathlib import Path

import pytest

from nnapp.portable.errors import PortableError
from nnapp.portable.tables import column_names, json_rows, read_columns, records, sniff

BODY = "".join(f"{number},{number * 0.5},{'yes' if number % 3 else 'no'}\n" for number in range(30))


def dialect(text: str, encoding: str = "utf-8") -> dict[str, object]:
    return sniff(text.encode(encoding))


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_the_separator_is_found(separator: str):
    found = dialect(("a,b,c\n" + BODY).replace(",", separator))
    assert (found["separator"], found["header"], found["decimal"]) == (separator, True, ".")


def test_decimal_commas_do_not_pass_for_separators():
    rows = "".join(f"{number},5;{number},25;x\n" for number in range(30))
    assert dialect("a;b;c\n" + rows) == {"encoding": "utf-8", "separator": ";", "decimal": ",", "header": True}
    assert dialect(rows)["separator"] == ";"


def test_commas_and_breaks_within_quotes_are_text():
    text = 'name,note\n"Braund, Mr. Owen","two\nlines; and, more"\n"Heikkinen, Miss",x\n' * 10
    assert dialect(text)["separator"] == ","


def test_runs_of_blanks_separate_numbers_but_not_sentences():
    numbers = "".join(f" 0.{row:05}   18.00   {row}.5  \n" for row in range(20))
    found = dialect(numbers)
    assert (found["separator"], found["header"]) == (" ", False)
    assert next(records(io.BytesIO(numbers.encode()), found)) == ["0.00000", "18.00", "0.5"]
    assert dialect("text\n" + "it was so\n" * 20)["separator"] == ","


def test_excels_own_note_about_the_separator_is_obeyed_and_skipped():
    text = "sep=;\na;b\n1;2\n3;4\n"
    found = dialect(text)
    assert found["separator"] == ";"
    assert list(records(io.BytesIO(text.encode()), found)) == [["a", "b"], ["1", "2"], ["3", "4"]]


@pytest.mark.parametrize(
    ("encoding", "found"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8-sig"), ("utf-16", "utf-16"), ("utf-16-le", "utf-16-le"), ("utf-16-be", "utf-16-be"), ("cp1252", "cp1252")],
)
def test_the_encoding_is_found_and_the_text_intact(tmp_path: Path, encoding: str, found: str):
    text = "city,size\n" + "Zürich,1\nMálaga,2\n" * 20
    path = tmp_path / "file.csv"
    path.write_bytes(text.encode(encoding))
    assert sniff(path.read_bytes())["encoding"] == found
    assert read_columns(path)["city"][:2] == ["Zürich", "Málaga"]


def test_western_letters_far_behind_a_plain_beginning_are_read(tmp_path: Path):
    path = tmp_path / "late.csv"
    path.write_bytes(b"city,size\n" + b"Bern,1\n" * 100_000 + "Zürich,2\n".encode("cp1252"))
    assert read_columns(path)["city"][-1] == "Zürich"


@pytest.mark.parametrize(
    ("text", "header"),
    [
        ("0.1,18,2.3\n0.2,0,7.1\n0.3,1,8.2\n", False),
        ("a,b,c\n0.2,0,7.1\n0.3,1,8.2\n", True),
        ("5.1,3.5,Iris-setosa\n4.9,3.0,Iris-setosa\n6.3,3.3,Iris-virginica\n", False),
        ("p,x,s\n" + "e,x,s\np,b,y\n" * 20, False),
        ("class,cap,odor\n" + "e,x,s\np,b,y\n" * 20, True),
        ("country,2019,2020,2021\nA,1.5,2.5,1\nB,2.5,3.5,2\n", True),
        ("label,0,1,2,3\n5,0,3,9,0\n7,1,2,0,0\n", True),
        ("day,value\n2020-01-01,a\n2020-01-02,b\n", True),
        ("x0,x1,target\n", True),
        ("1,2,3\n", False),
        ("text,label\nhello there,ham\nwin now,spam\nhow are you,ham\nok then,ham\n", True),
        ("a,,c\n1,2,3\n4,5,6\n", True),
    ],
)
def test_a_header_is_told_from_a_first_row(text: str, header: bool):
    assert dialect(text)["header"] is header


def test_nuls_are_removed_and_blank_lines_left_out():
    assert list(records(io.BytesIO(b"a,b\n\n1\x00\x00,2\n\n"), dialect("a,b\n1,2\n"))) == [["a", "b"], ["1", "2"]]


def test_a_stream_stays_open():
    stream = io.BytesIO(b"a,b\n1,2\n")
    list(records(stream, dialect("a,b\n1,2\n")))
    next(records(io.BytesIO(b"a\n"), dialect("a,b\n1,2\n")))
    assert not stream.closed


def test_a_quote_that_is_never_closed_is_told(tmp_path: Path):
    path = tmp_path / "open.csv"
    path.write_text("a,b\n1,2\n" * 10 + '3,"4\n' + "5,6\n" * 5_000_000)
    with pytest.raises(PortableError, match="never closed"):
        read_columns(path)


def test_a_row_with_too_many_cells_is_named(tmp_path: Path):
    path = tmp_path / "ragged.csv"
    path.write_text("a,b\n1,2\n1,2,3\n")
    with pytest.raises(PortableError, match=r"Line 3 of ragged\.csv has 3 cells, the table 2 columns"):
        read_columns(path)


def test_short_rows_are_filled_and_trailing_separators_forgiven(tmp_path: Path):
    path = tmp_path / "short.csv"
    path.write_text("a,b\n1\n2,3,\n")
    assert read_columns(path) == {"a": ["1", "2"], "b": [None, "3"]}


def test_expected_names_make_a_header_of_any_first_row(tmp_path: Path):
    path = tmp_path / "one.csv"
    path.write_text("sex,city\nmale,Bern\n")
    assert read_columns(path, expected=["sex"]) == {"sex": ["male"], "city": ["Bern"]}


def test_without_a_header_columns_are_numbered(tmp_path: Path):
    path = tmp_path / "bare.csv"
    path.write_text("1,2\n3,4\n")
    assert read_columns(path) == {"column_1": ["1", "3"], "column_2": ["2", "4"]}


def test_an_empty_file_and_a_missing_one_are_told(tmp_path: Path):
    (tmp_path / "empty.csv").write_text("\n")
    with pytest.raises(PortableError, match=r"empty\.csv is empty"):
        read_columns(tmp_path / "empty.csv")
    with pytest.raises(PortableError, match="no file"):
        read_columns(tmp_path / "nothing.csv")


def test_a_damaged_gzip_file_is_told(tmp_path: Path):
    path = tmp_path / "cut.csv.gz"
    path.write_bytes(gzip.compress(("a,b\n" + "1,2\n" * 200_000).encode())[:-200])
    with pytest.raises(PortableError, match="damaged"):
        read_columns(path)


def test_gzipped_tables_and_json_lines_are_read(tmp_path: Path):
    path = tmp_path / "rows.jsonl.gz"
    rows = [{"a": 1, "b": {"c": "x", "d": [1]}}, {"a": None, "e": True}, {"a": 2.5}]
    path.write_bytes(gzip.compress("\n".join(map(json.dumps, rows)).encode()))
    assert read_columns(path) == {"a": ["1", None, "2.5"], "b.c": ["x", None, None], "b.d": ["[1]", None, None], "e": [None, "true", None]}


def test_numbers_of_json_are_written_with_the_sign_that_is_asked_for(tmp_path: Path):
    path = tmp_path / "rows.jsonl"
    path.write_text('{"x": 1.125, "y": "1.5"}\n')
    assert read_columns(path, decimal=",") == {"x": ["1,125"], "y": ["1.5"]}


def test_one_json_array_of_objects_is_read_too():
    assert list(json_rows(io.BytesIO(b'\n [{"a": 1},\n {"a": "x"}]'))) == [{"a": "1"}, {"a": "x"}]


@pytest.mark.parametrize("text", [b"[1, 2]\n", b'{"a": 1}\n[3]\n', b'{"a": 1}\n{"a":\n', b"[" * 100_000])
def test_json_that_is_no_table_is_told(text: bytes):
    with pytest.raises(PortableError, match="is no JSON"):
        list(json_rows(io.BytesIO(text)))


def test_names_are_made_different():
    assert column_names(["x", "x", " x ", "", "column_4", "x (2)"]) == ["x", "x (2)", "x (3)", "column_4", "column_4 (2)", "x (2) (2)"]


def test_the_real_files_are_read_as_they_are_meant(shared_data: Path):
    expected = {
        "tab_titanic.csv": (12, 891),
        "tab_boston_housing_noheader.csv": (14, 506),
        "tab_wine_quality_white_semicolon.csv": (12, 4898),
        "tab_messy_marketing_campaign.csv": (28, 2240),
        "tab_mushrooms.csv": (23, 8124),
        "ts_ETTh1.csv.gz": (8, 17420),
        "text_sms_spam.csv": (2, 5574),
        "hostile/csv/06_utf16_bom.csv": (6, 120),
        "hostile/csv/07_latin1.csv": (6, 120),
        "hostile/csv/08_nul_bytes.csv": (5, 120),
        "hostile/csv/15_emoji_rtl_formula_html.csv": (6, 120),
        "hostile/csv/16_semicolon_decimal_comma_latin1.csv": (4, 80),
    }
    shapes = {}
    for name in expected:
        columns = read_columns(shared_data / name)
        shapes[name] = (len(columns), len(next(iter(columns.values()))))
    assert shapes == expected
