"""Each check finds what it is for, stays silent on sound data, and its fix is one that settings accept."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnapp.data.checks import CHECKS, run_checks
from nnapp.data.findings import Finding, stop_on_errors
from nnapp.data.pictures import Pictures
from nnapp.data.readers import read
from nnapp.data.table import Table
from nnapp.errors import DataError
from nnapp.runs.spec import plan
from tests.data_files import as_table, config, picture_bytes, read_zip, two_classes

RANDOM = np.random.default_rng(0)
NOISE = RANDOM.normal(size=300).round(3)
CLASSES = ["a", "b"] * 150


def found(columns: dict[str, object], test: Table | None = None, **settings: object) -> dict[str, Finding]:
    return {finding.code: finding for finding in run_checks(as_table(columns), config(target="y", **settings), test=test)}  # type: ignore[arg-type]


def test_sound_data_give_no_finding():
    assert found({"x": NOISE, "z": RANDOM.normal(size=300), "y": CLASSES}) == {}


@pytest.mark.parametrize(
    ("code", "columns"),
    [
        ("too_few_rows", {"x": NOISE[:8], "y": CLASSES[:8]}),
        ("few_rows", {"x": NOISE[:50], "y": CLASSES[:50]}),
        ("one_column", {"y": CLASSES}),
        ("no_features", {"id": range(300), "y": CLASSES}),
        ("single_class", {"x": NOISE, "y": ["yes"] * 300}),
        ("constant_target", {"x": NOISE, "y": [5.5] * 300}),
        ("rare_class", {"x": NOISE, "y": ["c", *CLASSES[1:]]}),
        ("imbalance", {"x": NOISE, "y": ["a"] * 270 + ["b"] * 30}),
        ("constant", {"x": NOISE, "same": [3.14] * 300, "y": CLASSES}),
        ("all_missing", {"x": NOISE, "empty": [None] * 300, "y": CLASSES}),
        ("identifiers", {"x": NOISE, "id": range(300), "y": CLASSES}),
        ("free_text", {"x": NOISE, "note": [f"a long note on case {index}" for index in range(300)], "y": CLASSES}),
        ("missing_values", {"x": NOISE, "cabin": ["u", None, None] * 100, "y": CLASSES}),
        ("unreadable_cells", {"x": ["inf", "1e400", *NOISE[2:]], "y": CLASSES}),
        ("many_categories", {"x": NOISE, "town": [f"t{index % 60}" for index in range(300)], "y": CLASSES}),
        ("wide", {**{f"x{index}": RANDOM.normal(size=40) for index in range(60)}, "y": CLASSES[:40]}),
        ("duplicate_rows", {"x": [*NOISE[:280], *NOISE[:20]], "y": [*CLASSES[:280], *CLASSES[:20]]}),
        ("duplicate_columns", {"x": NOISE, "z": NOISE, "y": CLASSES}),
        ("leaking", {"x": NOISE, "code": ["A1" if name == "a" else "B2" for name in CLASSES], "y": CLASSES}),
        ("leaking", {"x": NOISE, "after": [5 + 3 * (name == "a") + noise / 9 for name, noise in zip(CLASSES, NOISE, strict=True)], "y": CLASSES}),
        ("leaking", {"x": NOISE, "same": np.exp(np.arange(300) / 99), "y": np.arange(300) / 7}),
        ("suspicious_zeros", {"glucose": [0 if index < 9 else 80 + index % 70 for index in range(300)], "y": CLASSES}),
        ("capped_target", {"x": NOISE, "y": np.minimum(np.arange(300) / 3, 90)}),
        ("skewed_target", {"x": NOISE, "y": [*np.arange(295) / 3, 9e6, 8e5, 7e4, 1e5, 2e5]}),
        ("similar_classes", {"x": NOISE, "y": ["Yes", "yes ", "no"] * 100}),
        ("no_question", {"x": NOISE, "y": ["2020-01-01"] * 300}),
    ],
)
def test_what_is_wrong_is_found(code: str, columns: dict[str, object]):
    findings = found(columns)
    assert code in findings or (code == "no_question" and findings["no_question"])
    assert findings[code].problem.endswith(".")
    assert findings[code].remedy
    for finding in findings.values():
        assert bool(finding.fix) == bool(finding.fix_label)
        plan(config(), "tabular").with_settings(finding.fix)


def test_numbers_that_are_mostly_zero_by_nature_are_not_suspicious():
    counts = RANDOM.poisson(2.0, 300)
    amounts = np.where(RANDOM.random(300) < 0.3, 0, RANDOM.exponential(30, 300).round(1))
    assert "suspicious_zeros" not in found({"counts": counts, "amounts": amounts, "y": CLASSES})


def test_a_good_predictor_is_no_leak():
    helpful = [(name == "a") * 2 + noise for name, noise in zip(CLASSES, NOISE, strict=True)]
    assert "leaking" not in found({"x": helpful, "y": CLASSES})


def test_one_click_mends_what_a_finding_offers_to_mend():
    columns = {"x": NOISE, "z": NOISE, "same": [1] * 300, "y": CLASSES}
    fixes = [finding.fix["data.types"] for finding in found(columns).values() if finding.fix]
    types = {name: kind for fix in fixes for name, kind in fix.items()}
    assert types == {"z": "ignored", "same": "ignored"}
    assert not {"constant", "duplicate_columns"} & set(found(columns, types=types))
    assert found({"x": NOISE, "y": ["a"] * 270 + ["b"] * 30})["imbalance"].fix == {"training.class_weights": "balanced"}


def test_errors_come_first_and_stop_training():
    findings = run_checks(as_table({"x": NOISE, "same": [1] * 300, "y": ["yes"] * 300}), config(target="y"))
    assert findings[0].severity == "error"
    with pytest.raises(DataError, match="nothing to tell apart"):
        stop_on_errors(findings)


def test_a_test_file_must_have_the_columns_and_should_not_repeat_the_rows():
    train = {"x": NOISE, "z": RANDOM.normal(size=300).round(3), "y": CLASSES}
    assert "lacks 'z'" in found(train, test=as_table({"x": [1], "y": ["a"]}))["test_columns"].problem
    again = {name: [*np.asarray(cells)[:5], *np.asarray(cells)[:1]] for name, cells in train.items()}
    assert "6 rows" in found(train, test=as_table(again))["test_overlap"].problem
    fresh = as_table({"x": [9, 8], "z": [7, 6], "y": ["A.", "c"]})
    assert {"official_labels_mapped", "official_labels_unknown"} <= set(CHECKS)
    assert {"labels_mapped", "labels_unknown"} <= set(found(train, test=fresh))


def of_pictures(folder: Path, files: dict[str, bytes], **settings: object) -> dict[str, Finding]:
    data = read_zip(folder, files)
    assert isinstance(data, Pictures)
    return {finding.code: finding for finding in run_checks(data, config(**settings))}


def test_a_picture_in_two_class_folders_or_in_train_and_test_is_found(tmp_path: Path):
    files = two_classes()
    assert "picture_two_classes" in of_pictures(tmp_path, {**files, "dog/same.png": files["cat/1.png"]})
    assert "picture_copies" in of_pictures(tmp_path, {**files, "cat/same.png": files["cat/1.png"]})
    parts = {f"{part}/{name}": content for part in ("train", "test") for name, content in files.items()}
    assert "24 pictures" in of_pictures(tmp_path, parts)["test_overlap"].problem


def test_odd_sizes_and_sizes_that_memory_cannot_hold_are_found(tmp_path: Path):
    files = two_classes()
    assert "picture_sizes" in of_pictures(tmp_path, {**files, "cat/large.png": picture_bytes(40, 30)})
    assert "400 x 2" in of_pictures(tmp_path, {**files, "cat/strip.png": picture_bytes(400, 2)})["picture_odd_size"].problem
    assert "picture_memory" not in of_pictures(tmp_path, files, image_size=512)


def test_a_table_of_thousands_of_columns_is_checked_within_seconds(tmp_path: Path):
    path = tmp_path / "wide.csv"
    rows = RANDOM.normal(size=(60, 5_000)).round(4)
    lines = [",".join([*map(str, row), "ab"[index % 2]]) for index, row in enumerate(rows.tolist())]
    path.write_text("\n".join([",".join([*(f"f{index}" for index in range(5_000)), "y"]), *lines]))
    codes = {finding.code for finding in run_checks(read(path, "wide.csv"), config())}
    assert "wide" in codes
    assert "leaking" not in codes


CELLS = st.one_of(st.none(), st.text(max_size=6), st.integers(-5, 5).map(str), st.floats().map(str), st.sampled_from(["a", "b", "2020-01-01", "$3.00"]))


@settings(max_examples=80, deadline=None)
@given(st.lists(st.lists(CELLS, min_size=3, max_size=3), max_size=30), st.sampled_from([None, "c0", "c2"]))
def test_no_table_at_all_brings_a_check_down(rows: list[list[str | None]], target: str | None):
    table = as_table({f"c{index}": [row[index] for row in rows] for index in range(3)})
    for finding in run_checks(table, config(target=target)):
        assert finding.problem
        assert finding.remedy
        assert Finding.from_json(finding.to_json()) == finding
