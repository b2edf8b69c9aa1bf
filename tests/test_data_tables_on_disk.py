"""Tables that memory does not hold: the same cells and features, from a file without a name."""

from __future__ import annotations

import resource
import signal
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from nnapp.data import memory
from nnapp.data.prepare import Prepared, prepare
from nnapp.data.preprocessing import table
from nnapp.data.readers import read
from nnapp.data.specs import PARTS, DataConfig, PreprocessingConfig, SplitSpec
from nnapp.data.store import DataStore
from nnapp.errors import DataError
from nnapp.tasks import OUTPUT


def saved(frame: pd.DataFrame, path: Path) -> Path:
    form = path.name.partition(".")[2]
    {"jsonl": lambda: frame.to_json(path, orient="records", lines=True), "parquet": lambda: frame.to_parquet(path)}.get(form, lambda: frame.to_csv(path))()
    return path


@pytest.mark.parametrize("form", ["csv", "csv.gz", "jsonl", "parquet"])
def test_a_table_of_which_memory_does_not_hold_a_single_column_is_told_before_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str):
    path = saved(pd.DataFrame({"x": np.arange(4000) / 3, "y": ["a", "b"] * 2000}), tmp_path / f"large.{form}")
    monkeypatch.setenv(memory.VARIABLE, "400000")
    with pytest.raises(DataError, match=rf"large.{form} holds 0.\d MB of text; .* data may take 0.4 MB") as refused:
        read(path, path.name)
    assert "random part of its rows" in (refused.value.remedy or "")
    monkeypatch.setenv(memory.VARIABLE, "4000000")
    assert read(path, path.name).rows == 4000


@pytest.mark.parametrize("form", ["csv", "csv.gz", "parquet"])
@pytest.mark.parametrize("plain", [True, False])
def test_a_table_beyond_memory_is_read_from_the_disk_with_the_same_cells(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str, plain: bool):
    columns = {f"x{index}": [None if (row + index) % 7 == 0 else f"{row * index} Zürich" for row in range(600)] for index in range(20)}
    frame = pd.DataFrame({**columns, "quoted": "plain" if plain else 'a "word"', "empty": None})
    path = saved(frame, tmp_path / f"large.{form}")
    held = read(path, path.name)
    monkeypatch.setenv(memory.VARIABLE, "400000")
    mapped = read(path, path.name)
    assert held.folder is None
    assert mapped.folder not in {None, tmp_path}  # nothing large beside a person's own files
    assert [finding.code for finding in mapped.findings] == ["table_on_disk", *[finding.code for finding in held.findings]]
    pd.testing.assert_frame_equal(mapped.frame, held.frame)
    assert list(tmp_path.iterdir()) == [path]


def test_a_refusal_tells_the_size_of_the_whole_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = saved(pd.DataFrame({f"x{index}": np.arange(20_000.0) for index in range(40)}), tmp_path / "large.csv")
    size = path.stat().st_size / 1e6
    monkeypatch.setenv(memory.VARIABLE, "4000000")
    with pytest.raises(DataError, match=rf"holds {size:.0f} MB of text; .* \(.* where its cells lie on the disk\), and data may take 4 MB"):
        read(path, path.name)


def test_a_table_on_the_disk_is_prepared_as_one_in_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    random = np.random.default_rng(0)
    numbers = {f"x{index}": random.normal(size=900).round(3) for index in range(12)}
    frame = pd.DataFrame({**numbers, "city": random.choice(["Bern", "Basel", ""], 900), "day": [f"2024-{1 + row % 12:02d}-11" for row in range(900)]})
    frame["y"] = np.where(frame.x0 + random.normal(size=900) > 0, "yes", "no")
    store = DataStore(tmp_path / "home")
    data = DataConfig(sha256=store.add(saved(frame, tmp_path / "t.csv")), target="y", test_sha256=store.add(saved(frame[:200], tmp_path / "test.csv")))
    monkeypatch.setattr(table, "BLOCK", 128)
    held, mapped = (prepared_within(monkeypatch, budget, store, data) for budget in ("100000000", "400000"))
    assert "table_on_disk" in {finding.code for finding in mapped.findings}
    assert held.preprocessing == mapped.preprocessing
    assert {finding.code for finding in mapped.findings} - {finding.code for finding in held.findings} == {"table_on_disk"}
    for part in PARTS:
        np.testing.assert_array_equal(held.parts[part].x["features"], mapped.parts[part].x["features"])
        np.testing.assert_array_equal(held.parts[part].y[OUTPUT], mapped.parts[part].y[OUTPUT])


def prepared_within(monkeypatch: pytest.MonkeyPatch, budget: str, store: DataStore, data: DataConfig) -> Prepared:
    monkeypatch.setenv(memory.VARIABLE, budget)
    return prepare(store, data, SplitSpec(), PreprocessingConfig(), bins=True)


def test_a_full_disk_is_told_when_a_table_has_to_lie_on_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = saved(pd.DataFrame({f"x{index}": np.arange(4000.0) for index in range(30)}), tmp_path / "large.csv")
    monkeypatch.setenv(memory.VARIABLE, "1500000")
    usual = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 16, usual[1]))
        with pytest.raises(DataError, match="no room on the disk") as refused:
            read(path, path.name, notes=tmp_path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, usual)
        signal.signal(signal.SIGXFSZ, before)
    assert "Delete old runs" in (refused.value.remedy or "")
