"""Every format is read into the same text cells, or refused in one plain sentence."""

from __future__ import annotations

import contextlib
import datetime
import gzip
import io
import json
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnapp.data.columns import profile
from nnapp.data.pictures import Pictures
from nnapp.data.readers import read, suffixes
from nnapp.data.table import Table
from nnapp.errors import DataError
from nnapp.portable.tables import read_columns


def table(folder: Path, content: bytes | str, name: str = "data.csv", *, skip_bad_rows: bool = False) -> Table:
    path = folder / "upload"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    data = read(path, name, skip_bad_rows=skip_bad_rows)
    assert isinstance(data, Table)
    return data


def codes(data: Table) -> list[str]:
    return [finding.code for finding in data.findings]


def test_cells_are_text_and_empty_ones_are_missing(tmp_path: Path):
    data = table(tmp_path, "a,b\n1.50,x\n,NA\n007,\n")
    assert data.columns == ("a", "b")
    assert data.cells("a") == ["1.50", None, "007"]
    assert data.cells("b") == ["x", "NA", None]
    assert [str(kind) for kind in data.frame.dtypes] == ["str", "str"]


def test_separator_decimal_comma_and_western_letters_are_found_by_looking(tmp_path: Path):
    data = table(tmp_path, "Größe;Preis\n1,5;ja\n2,5;nein\n".encode("cp1252"))
    assert data.columns == ("Größe", "Preis")
    assert (data.reading.separator, data.reading.decimal, data.reading.encoding) == (";", ",", "cp1252")
    assert codes(data) == ["encoding_guessed", "decimal_comma"]


def test_a_byte_order_mark_does_not_stick_to_the_first_name(tmp_path: Path):
    assert table(tmp_path, "\ufeffage,sex\n1,m\n2,f\n").columns == ("age", "sex")
    assert table(tmp_path, "age,city\n1,東京\n2,Αθήνα\n".encode("utf-16")).cells("city") == ["東京", "Αθήνα"]


def test_a_missing_header_is_noticed_and_row_one_is_kept(tmp_path: Path):
    data = table(tmp_path, "0.1,2,3\n0.2,3,4\n0.3,4,5\n")
    assert data.columns == ("column_1", "column_2", "column_3")
    assert data.rows == 3
    assert codes(data) == ["no_header"]


def test_columns_of_one_name_are_all_kept_and_told(tmp_path: Path):
    data = table(tmp_path, "x, x ,y\n1,2,a\n3,4,b\n")
    assert data.columns == ("x", "x (2)", "y")
    assert data.cells("x (2)") == ["2", "4"]
    assert codes(data) == ["duplicate_names"]


RAGGED = 'a,b\n1,2\n3,4,5\n6\n"7\n8",9\n\n10,11,,\n'


def test_rows_of_another_length_are_an_error_that_names_the_lines_and_offers_to_skip(tmp_path: Path):
    (finding,) = table(tmp_path, RAGGED).findings
    assert finding.severity == "error"
    assert "line 3 has 3, line 4 has 1" in finding.problem
    assert finding.fix == {"data.skip_bad_rows": True}


def test_bad_rows_are_skipped_when_asked_and_counted(tmp_path: Path):
    data = table(tmp_path, RAGGED, skip_bad_rows=True)
    assert data.cells("a") == ["1", "7\n8", "10"]
    assert data.reading.skipped_rows == 2
    assert [finding.severity for finding in data.findings] == ["warning"]


def test_nul_bytes_are_removed_and_told(tmp_path: Path):
    data = table(tmp_path, b"a,b\n1.\x00\x005,x\n2,y\n")
    assert data.cells("a") == ["1.5", "2"]
    assert codes(data) == ["nul_bytes"]


def test_the_word_null_and_quoted_line_breaks_stay_what_they_are(tmp_path: Path):
    data = table(tmp_path, 'text,label\n"null, ""really""\nnew line",a\nnull,b\n')
    assert data.cells("text") == ['null, "really"\nnew line', "null"]


def test_many_rows_read_in_pieces_stay_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("nnapp.data.readers.csv.CHUNK_CELLS", 7)
    data = table(tmp_path, "a,b\n" + "".join(f"{row},x{row}\n" for row in range(100)))
    assert data.cells("a") == [str(row) for row in range(100)]
    assert list(data.frame.index) == list(range(100))


TYPED = {
    "whole": [1, 2, 3],
    "real": [0.1, 2.5, float("nan")],
    "true": [True, False, True],
    "word": ["a", "", None],
    "day": [datetime.date(2020, 1, 2), None, datetime.date(1749, 1, 1)],
}
AS_TEXT = {
    "whole": ["1", "2", "3"],
    "real": ["0.1", "2.5", None],
    "true": ["true", "false", "true"],
    "word": ["a", None, None],
    "day": ["2020-01-02", None, "1749-01-01"],
}


def test_parquet_gives_the_same_text_as_a_csv_would(tmp_path: Path):
    pd.DataFrame(TYPED).to_parquet(tmp_path / "x.parquet")
    data = read(tmp_path / "x.parquet", "x.parquet")
    assert isinstance(data, Table)
    assert {name: data.cells(name) for name in data.columns} == AS_TEXT


def test_parquet_of_float32_categories_and_times_reads_as_people_wrote_it(tmp_path: Path):
    frame = pd.DataFrame(
        {"f": np.array([0.1, 3.0], np.float32), "c": pd.Categorical(["u", "v"]), "t": pd.to_datetime(["2020-01-02 03:04:05", "2021-01-01 00:00:00"])}
    )
    frame.to_parquet(tmp_path / "x.parquet")
    data = read(tmp_path / "x.parquet", "x.parquet")
    assert isinstance(data, Table)
    assert data.cells("f") == ["0.1", "3"]
    assert data.cells("c") == ["u", "v"]
    assert data.cells("t") == ["2020-01-02T03:04:05", "2021-01-01T00:00:00"]


def test_json_lines_are_read_with_nested_objects_flattened_and_gaps_missing(tmp_path: Path):
    rows = [{"a": 1, "b": {"c": 2.5, "d": "x"}}, {"a": None, "e": True}]
    data = table(tmp_path, "\n".join(json.dumps(row) for row in rows), "x.jsonl")
    assert {name: data.cells(name) for name in data.columns} == {"a": ["1", None], "b.c": ["2.5", None], "b.d": ["x", None], "e": [None, "true"]}


def test_half_a_letter_in_json_does_no_harm(tmp_path: Path):
    data = table(tmp_path, '{"a\\ud800": "x\\udfff"}\n{"a\\ud800": "y"}\n', "x.jsonl")
    assert data.columns == ("a?",)
    assert data.cells("a?") == ["x?", "y"]


def workbook(rows: list[list[object]], *others: str) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for name in others:
        book.create_sheet(name).append(["other", 1])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_excel_reads_the_first_sheet_and_tells_of_the_others(tmp_path: Path):
    content = workbook([["n", "f", "when", "w"], [1, 0.5, datetime.datetime(2020, 1, 2), "a"], [2, 3.0, None, None]], "more")
    data = table(tmp_path, content, "x.xlsx")
    assert data.cells("n") == ["1", "2"]
    assert data.cells("f") == ["0.5", "3"]
    assert data.cells("when") == ["2020-01-02T00:00:00", None]
    assert data.cells("w") == ["a", None]
    assert codes(data) == ["several_sheets"]


def test_excel_without_a_header_is_noticed(tmp_path: Path):
    assert table(tmp_path, workbook([[1, 2.5], [2, 3.5], [3, 4.5]]), "x.xlsx").columns == ("column_1", "column_2")


def test_the_content_decides_and_a_wrong_name_is_told(tmp_path: Path):
    data = table(tmp_path, "a,b\n1,2\n3,4\n", "x.parquet")
    assert data.reading.format == "csv"
    assert codes(data) == ["other_format"]
    assert table(tmp_path, '{"a": 1}\n{"a": 2}\n', "noname").reading.format == "jsonl"


def test_a_gzipped_table_is_unpacked_on_the_way(tmp_path: Path):
    assert table(tmp_path, gzip.compress(b"a,b\n1,2\n3,4\n"), "x.csv.gz").cells("a") == ["1", "3"]
    assert table(tmp_path, gzip.compress(b'{"a": 1}\n'), "x.jsonl.gz").cells("a") == ["1"]


def test_a_gzip_bomb_is_stopped_while_it_unpacks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("nnapp.data.readers.source.SMALL_BYTES", 1 << 20)
    bomb = gzip.compress(b"a,b\n" + b"1,2\n" * (1 << 20))
    with pytest.raises(DataError, match="unpacks to far more"):
        table(tmp_path, bomb, "x.csv.gz")


def test_a_gzip_cut_short_is_called_damaged(tmp_path: Path):
    whole = gzip.compress(np.random.default_rng(0).bytes(500_000).hex().encode())
    with pytest.raises(DataError, match="damaged gzip"):
        table(tmp_path, whole[: len(whole) // 2], "x.csv.gz")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbf\n\n", "is empty"),
        (b"%PDF-1.7 ...", "a PDF"),
        (b"\x89PNG\r\n\x1a\n....", "one picture"),
        (b"\xd0\xcf\x11\xe0....", "old Excel"),
        (b"<!DOCTYPE html><html>", "web page"),
        (b"\x80\x04\x95\x00\x00", "pickle"),
        (bytes(range(32)) * 50, "not text"),
        (b"PK\x05\x06" + b"\x00" * 18, "is empty"),
        (b"PK\x03\x04 cut off", "damaged zip"),
        (b"PAR1 cut off", "damaged Parquet"),
        (b'{"a": 1}\n{"a": \n', "no JSON"),
    ],
)
def test_what_is_no_data_set_is_called_what_it_is(tmp_path: Path, content: bytes, words: str):
    (tmp_path / "upload").write_bytes(content)
    with pytest.raises(DataError, match=words) as caught:
        read(tmp_path / "upload", "thing.csv")
    assert caught.value.remedy
    assert str(tmp_path) not in str(caught.value)


def test_more_columns_than_any_page_can_show_are_refused(tmp_path: Path):
    wide = ",".join(f"c{index}" for index in range(20_001))
    with pytest.raises(DataError, match="20,001 columns"):
        table(tmp_path, f"{wide}\n{wide}\n")


def test_the_upload_field_knows_every_suffix():
    assert {".csv", ".tsv", ".parquet", ".xlsx", ".jsonl", ".zip", ".gz"} <= set(suffixes())


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.binary(max_size=400), st.text(max_size=300).map(str.encode), st.binary(max_size=200).map(lambda tail: b"PK\x03\x04" + tail)))
def test_no_bytes_at_all_bring_the_reader_down(tmp_path_factory: pytest.TempPathFactory, content: bytes):
    path = tmp_path_factory.getbasetemp() / "any-bytes"
    path.write_bytes(content)
    with contextlib.suppress(DataError):
        assert isinstance(read(path, "any.csv"), Table | Pictures)


def test_one_cell_at_the_far_corner_of_a_sheet_does_not_take_for_ever(tmp_path: Path):
    book = openpyxl.Workbook()
    book.active["A1"] = "x"
    book.active["XFD1048576"] = 1
    stream = io.BytesIO()
    book.save(stream)
    with pytest.raises(DataError, match="far below or beside"):
        table(tmp_path, stream.getvalue(), "x.xlsx")


def test_a_parquet_of_one_text_repeated_a_million_times_is_given_up_early(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    pd.DataFrame({"x": ["word " * 200] * 200_000}).to_parquet(tmp_path / "x.parquet")
    assert (tmp_path / "x.parquet").stat().st_size < 100_000
    monkeypatch.setattr("nnapp.data.readers.parquet.MAX_BYTES", 50 << 20)
    monkeypatch.setattr("nnapp.data.readers.parquet.CHUNK_CELLS", 10_000)
    with pytest.raises(DataError, match="unpacks to more"):
        read(tmp_path / "x.parquet", "x.parquet")


def test_cells_made_to_keep_patterns_searching_do_not(tmp_path: Path):
    cells = ["1" + " " * 5_000 + "x", "12:00" + " " * 5_000 + "x", "$" + "1," * 5_000, "1 " * 5_000, "a" * 5_000 + " 1"]
    data = table(tmp_path, "text,y\n" + "".join(f'"{cell}",{index}\n' for index, cell in enumerate(cells * 3)))
    assert profile(data)[0].type in {"category", "text"}


def test_a_line_above_a_table_without_header_is_passed_over_as_in_adult(tmp_path: Path):
    rows = "".join(f"{30 + index}, Private, {1000 + index}, {'<=50K.' if index % 2 else '>50K.'}\n" for index in range(20))
    data = table(tmp_path, f"|1x3 Cross validator\n{rows}\n")
    assert data.columns == ("column_1", "column_2", "column_3", "column_4")
    assert data.rows == 20
    assert codes(data) == ["no_header", "title_lines"]


def test_titles_above_a_header_are_passed_over_and_lines_are_still_counted_rightly(tmp_path: Path):
    data = table(tmp_path, "Report of 2020\n\nname,age,town\n" + "a,1,u\nb,2,v\n" * 5 + "c,3\n")
    assert data.columns == ("name", "age", "town")
    assert "line 14 has 2" in next(finding.problem for finding in data.findings if finding.code == "ragged_rows")


def test_row_names_as_r_writes_them_get_a_column_of_their_own(tmp_path: Path):
    data = table(tmp_path, '"mpg","cyl"\n' + "".join(f'"car {index}",{20 + index},{4 + index % 3}\n' for index in range(12)))
    assert data.columns == ("column_1", "mpg", "cyl")
    assert data.cells("mpg")[:2] == ["20", "21"]


def test_rows_that_end_in_a_separator_gain_no_column(tmp_path: Path):
    data = table(tmp_path, "a,b\n1,2,\n3,4,\n5,6,\n")
    assert data.columns == ("a", "b")
    assert data.cells("b") == ["2", "4", "6"]


def test_the_bundle_reads_files_as_the_app_does(tmp_path: Path):
    for number, text in enumerate(
        ["|title\n1, a\n2, b\n3, c\n", '"v"\n"r1",1\n"r2",2\n"r3",3\n', "a;b\n1,5;x\n2,5;y\n", "0.1,2\n0.2,3\n", RAGGED.replace(",4,5", ",4")]
    ):
        data = table(tmp_path, text, skip_bad_rows=True)
        path = tmp_path / f"{number}.csv"
        path.write_text(text)
        bundled = read_columns(path)
        assert tuple(bundled) == data.columns
        if number < 4:
            assert bundled == {name: data.cells(name) for name in data.columns}
