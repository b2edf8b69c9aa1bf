"""Uploads are kept once, as they came, under a name that cannot be a path."""

from __future__ import annotations

import hashlib
import io
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnapp.data.pictures import Pictures
from nnapp.data.store import DataStore
from nnapp.data.table import Table
from nnapp.errors import DataError
from tests.data_files import two_classes, zipped

CSV = b"a,y\n1,u\n2,v\n"


def test_an_upload_is_kept_byte_for_byte_under_its_sha256(tmp_path: Path):
    (tmp_path / "my data.csv").write_bytes(CSV)
    store = DataStore(tmp_path / "models")
    sha256 = store.add(tmp_path / "my data.csv")
    assert sha256 == hashlib.sha256(CSV).hexdigest()
    assert store.upload(sha256).read_bytes() == CSV
    assert store.upload(sha256).parent == tmp_path / "models" / "data" / sha256
    assert store.name(sha256) == "my data.csv"
    data = store.open(sha256)
    assert isinstance(data, Table)
    assert data.name == "my data.csv"
    assert store.upload(sha256).read_bytes() == CSV


def test_the_same_bytes_are_stored_once_however_they_come(tmp_path: Path):
    store = DataStore(tmp_path)
    assert store.add_bytes(CSV, "one.csv") == store.add_bytes(io.BytesIO(CSV), "two.csv")
    assert [(upload.name, upload.bytes) for upload in store.list()] == [("two.csv", len(CSV))]


def test_uploads_are_listed_newest_first_and_drafts_are_not(tmp_path: Path):
    store = DataStore(tmp_path)
    assert store.list() == ()
    names = ["first.csv", "second.csv", "third.csv"]
    for name in names:
        store.add_bytes(CSV + name.encode(), name)
    (tmp_path / "data" / ".draft-abc").write_bytes(b"half")
    assert [upload.name for upload in store.list()] == names[::-1]


def test_empty_large_and_missing_files_are_refused_and_leave_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    store = DataStore(tmp_path / "models")
    with pytest.raises(DataError, match="is empty"):
        store.add_bytes(b"", "x.csv")
    monkeypatch.setattr("nnapp.data.store.MAX_UPLOAD_BYTES", 5)
    with pytest.raises(DataError, match="is larger than"):
        store.add_bytes(CSV, "x.csv")
    with pytest.raises(DataError, match="There is no file"):
        store.add(tmp_path / "nothing.csv")
    assert list((tmp_path / "models" / "data").iterdir()) == []


def test_a_fifo_is_no_file(tmp_path: Path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(DataError, match="There is no file"):
        DataStore(tmp_path / "models").add(tmp_path / "pipe")


@settings(max_examples=60, deadline=None)
@given(st.one_of(st.text(max_size=300), st.sampled_from(["../../etc/passwd", "..\\..\\x", "/", "", "C:\\x.csv", "a\x00b.csv", "x" * 500 + ".csv"])))
def test_no_name_leaves_the_store(tmp_path_factory: pytest.TempPathFactory, name: str):
    home = tmp_path_factory.getbasetemp() / "named"
    store = DataStore(home)
    sha256 = store.add_bytes(CSV, name)
    kept = store.name(sha256)
    assert 0 < len(kept) <= 130
    assert "/" not in kept
    assert kept.isprintable()
    assert {path.name for path in (home / "data" / sha256).iterdir()} == {"upload", "about.json"}
    assert {path.name for path in home.iterdir()} == {"data"}


@pytest.mark.parametrize("sha256", ["", "abc", "../" * 20 + "abcd", "Z" * 64, "0" * 64, "0" * 63 + "/"])
def test_only_a_known_sha256_opens_anything(tmp_path: Path, sha256: str):
    with pytest.raises(DataError):
        DataStore(tmp_path).open(sha256)


def folder_of(tmp_path: Path) -> Path:
    folder = tmp_path / "pets"
    for name, content in two_classes(3).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def test_a_folder_of_class_folders_is_packed_the_same_each_time_and_links_are_not_followed(tmp_path: Path):
    folder = folder_of(tmp_path)
    store = DataStore(tmp_path / "models")
    first = store.add(folder)
    (tmp_path / "secret.png").write_bytes(b"secret")
    (folder / "cat" / "link.png").symlink_to(tmp_path / "secret.png")
    (folder / "dogs").symlink_to(folder / "dog")
    (folder / "cat" / ".DS_Store").write_bytes(b"junk")
    (folder / "cat" / "0.png").touch()
    assert store.add(folder) == first
    data = store.open(first)
    assert isinstance(data, Pictures)
    assert (data.rows, data.class_names, data.name) == (6, ("cat", "dog"), "pets.zip")


def test_a_folder_without_pictures_is_explained(tmp_path: Path):
    with pytest.raises(DataError, match="no pictures"):
        DataStore(tmp_path / "models").add(tmp_path)


def test_the_reading_of_pictures_is_kept_and_equal_to_the_first(tmp_path: Path):
    store = DataStore(tmp_path / "models")
    sha256 = store.add(zipped(tmp_path, {**two_classes(), "cat/broken.png": b"no picture"}))
    first, again = store.open(sha256), store.open(sha256)
    assert isinstance(first, Pictures)
    assert isinstance(again, Pictures)
    assert (tmp_path / "models" / "data" / sha256 / "pictures.json").is_file()
    assert (again.sizes == first.sizes).all()
    assert [getattr(again, name) for name in ("paths", "labels", "parts", "grey", "digests", "skipped", "findings")] == [
        getattr(first, name) for name in ("paths", "labels", "parts", "grey", "digests", "skipped", "findings")
    ]
