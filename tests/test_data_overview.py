"""The tables that a Data page shows."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
from PIL import Image

from nnapp.data.columns import profile
from nnapp.data.overview import class_balance, column_table, histogram, parts_table, preview, thumbnails
from nnapp.data.pictures import Pictures
from nnapp.data.specs import SplitSpec
from nnapp.data.splits import assign_parts
from nnapp.data.target import resolve
from tests.data_files import as_table, config, read_zip, two_classes

TABLE = as_table(
    {
        "id": range(40),
        "size": [*range(1, 39), None, "inf"],
        "day": [f"2020-01-{index % 28 + 1:02d}" for index in range(40)],
        "town": ["Bern", "Basel"] * 20,
        "y": ["a"] * 30 + ["b"] * 10,
    }
)
PROFILES = profile(TABLE)


def test_the_columns_are_told_in_a_phrase_each():
    table = column_table(PROFILES, "y").set_index("column")
    assert table.loc["id", "role"] == "left out"
    assert table.loc["size", ["role", "missing", "values"]].tolist() == ["input", 2, "1 to 38, mean 19.5"]
    assert table.loc["day", "values"] == "2020-01-01 to 2020-01-28"
    assert table.loc["town", "values"] == "Bern (20), Basel (20)"
    assert table.loc["y", "role"] == "target"


def test_the_balance_of_classes_has_the_commonest_first():
    balance = class_balance(TABLE, resolve(TABLE, config()))
    assert balance.to_dict("list") == {"class": ["a", "b"], "rows": [30, 10], "share": [0.75, 0.25]}
    assert class_balance(TABLE, resolve(TABLE, config(target="size", task="regression"))).empty


def test_a_histogram_counts_every_number_once():
    assert histogram(TABLE, PROFILES[1], bins=5)["rows"].sum() == 38
    assert histogram(TABLE, PROFILES[3]).to_dict("list") == {"value": ["Bern", "Basel"], "rows": [20, 20]}


def test_the_parts_and_what_is_left_out_sum_to_all_rows():
    table = as_table({"x": np.arange(100), "y": ["a", "b", None, "a"] * 25})
    parts = parts_table(assign_parts(table, resolve(table, config()), SplitSpec()))
    assert parts["part"].tolist() == ["train", "validation", "test", "left out"]
    assert (parts["rows"].sum(), parts["rows"].iloc[-1], parts["share"].sum()) == (100, 25, 1.0)


def test_the_preview_is_text_without_gaps():
    shown = preview(TABLE, rows=40)
    assert shown["size"].iloc[-2:].tolist() == ["", "inf"]
    assert TABLE.frame["size"].isna().sum() == 1


def test_thumbnails_come_by_class(tmp_path: Path):
    data = read_zip(tmp_path, two_classes())
    assert isinstance(data, Pictures)
    shown = thumbnails(data, per_class=2, size=6)
    assert {name: [path for path, _ in some] for name, some in shown.items()} == {"cat": ["cat/0.png", "cat/1.png"], "dog": ["dog/0.png", "dog/1.png"]}
    with Image.open(io.BytesIO(shown["cat"][0][1])) as image:
        assert image.size == (6, 4)
