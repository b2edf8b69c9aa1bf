"""Zips of class folders: parts and classes by folder, what does not open is listed, nothing harms."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from nnapp.data.pictures import Pictures
from nnapp.data.readers import read
from nnapp.errors import DataError
from tests.data_files import picture_bytes, read_zip, two_classes, zipped


def pictures(folder: Path, files: dict[str, bytes]) -> Pictures:
    data = read_zip(folder, files)
    assert isinstance(data, Pictures)
    return data


def test_the_class_is_the_folder_and_names_stand_in_natural_order(tmp_path: Path):
    data = pictures(tmp_path, {f"{label}/{index}.png": picture_bytes(seed=index) for label in (10, 9) for index in (10, 2)})
    assert data.paths == ("9/2.png", "9/10.png", "10/2.png", "10/10.png")
    assert data.labels == ("9", "9", "10", "10")
    assert data.class_names == ("9", "10")
    assert data.sizes.tolist() == [[12, 8]] * 4
    assert not data.grey


def test_train_validation_and_test_folders_are_the_parts_even_inside_a_wrapping_folder(tmp_path: Path):
    files = {f"my set/{part}/{name}": content for part in ("Train", "val", "test") for name, content in two_classes(2).items()}
    data = pictures(tmp_path, files)
    assert data.class_names == ("cat", "dog")
    assert {path.split("/")[1]: part for path, part in zip(data.paths, data.parts, strict=True)} == {"Train": "train", "val": "validation", "test": "test"}


def test_classes_that_are_only_called_like_parts_stay_classes(tmp_path: Path):
    data = pictures(tmp_path, {f"{label}/{index}.png": picture_bytes(seed=index) for label in ("test", "cat") for index in range(2)})
    assert data.class_names == ("cat", "test")
    assert set(data.parts) == {None}


def test_pictures_are_letterboxed_in_the_asked_order_with_their_own_pixels(tmp_path: Path):
    white = io.BytesIO()
    Image.new("L", (8, 4), 255).save(white, "PNG")
    data = pictures(tmp_path, {"a/white.png": white.getvalue(), "b/noise.png": picture_bytes(8, 8, grey=True)})
    assert data.grey
    loaded = data.load(8, 1)
    assert (loaded.shape, loaded.dtype) == ((2, 8, 8, 1), np.uint8)
    assert loaded[0, :, 0, 0].tolist() == [0, 0, 255, 255, 255, 255, 0, 0]
    np.testing.assert_array_equal(data.load(8, 1, np.array([1, 0, 1])), loaded[[1, 0, 1]])


def test_a_thumbnail_is_a_small_png_of_the_same_form(tmp_path: Path):
    data = pictures(tmp_path, {**two_classes(1), "cat/wide.png": picture_bytes(200, 100)})
    with Image.open(io.BytesIO(data.thumbnail("cat/wide.png", 50))) as image:
        assert (image.format, image.size) == ("PNG", (50, 25))
    with pytest.raises(DataError, match="no picture called"):
        data.thumbnail("../../etc/passwd")


def test_what_does_not_open_is_listed_and_the_rest_is_used(tmp_path: Path):
    files = {**two_classes(), "cat/text.jpg": b"this is no picture", "cat/empty.png": b"", "dog/half.png": picture_bytes(64, 64)[:3000], "notes.txt": b"x"}
    data = pictures(tmp_path, files)
    assert data.rows == 24
    assert {name for name, _ in data.skipped} == {"cat/text.jpg", "cat/empty.png", "dog/half.png", "notes.txt"}
    assert "4 files were skipped" in data.findings[0].problem


def test_junk_of_operating_systems_is_not_even_mentioned(tmp_path: Path):
    files = {**two_classes(), "__MACOSX/cat/._0.png": b"x", "cat/.DS_Store": b"x", "dog/Thumbs.db": b"x", "desktop.ini": b"x"}
    data = pictures(tmp_path, files)
    assert (data.rows, data.skipped, data.findings) == (24, (), ())


def test_names_that_escape_and_links_are_left_out_and_nothing_is_written(tmp_path: Path):
    files = {**two_classes(), "../../evil.png": picture_bytes(), "/tmp/evil.png": picture_bytes(), "cat/..\\..\\evil.png": picture_bytes()}
    path = zipped(tmp_path, files)
    with zipfile.ZipFile(path, "a") as archive:
        link = zipfile.ZipInfo("cat/link.png")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    data = read(path, "pictures.zip")
    assert isinstance(data, Pictures)
    assert data.rows == 24
    assert len(data.skipped) == 4
    assert sorted(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({}, "is empty"),
        ({"0.png": picture_bytes(), "1.png": picture_bytes()}, "no class folders"),
        ({"a/inner.zip": b"x", "readme.txt": b"y"}, "other archives"),
        ({"train.csv": b"a,b\n1,2\n"}, "holds a table"),
        ({f"c/{index}.txt": b"" for index in range(30)}, "30 files and none is a picture"),
        ({"a/0.png": b"x", "b/0.png": b"y"}, "No picture"),
    ],
)
def test_a_zip_of_another_form_is_explained(tmp_path: Path, files: dict[str, bytes], words: str):
    with pytest.raises(DataError, match=words) as caught:
        read_zip(tmp_path, files)
    assert caught.value.remedy


def test_an_entry_that_unpacks_a_thousandfold_is_refused_unread(tmp_path: Path):
    with pytest.raises(DataError, match="unpacks from"):
        read_zip(tmp_path, {**two_classes(), "cat/huge.png": b"\x00" * (65 << 20)})


def test_an_entry_that_lies_about_its_size_is_counted_and_skipped(tmp_path: Path):
    path = zipped(tmp_path, {**two_classes(), "cat/liar.png": b"\x00" * 3_000_000})
    content = bytearray(path.read_bytes())
    for signature, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = content.find(b"cat/liar.png") if signature == b"PK\x03\x04" else content.rfind(b"cat/liar.png")
        start = content.rfind(signature, 0, at)
        content[start + offset : start + offset + 4] = struct.pack("<I", 1_000)
    path.write_bytes(bytes(content))
    data = read(path, "pictures.zip")
    assert isinstance(data, Pictures)
    assert data.rows == 24
    assert [name for name, _ in data.skipped] == ["cat/liar.png"]


def test_more_entries_than_can_be_listed_are_refused_before_they_are_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("nnapp.data.archives.MAX_ENTRIES", 20)
    with pytest.raises(DataError, match="24 entries"):
        read_zip(tmp_path, two_classes())
    monkeypatch.setattr("nnapp.data.archives.MAX_DIRECTORY_BYTES", 100)
    with pytest.raises(DataError, match="more entries than can be read"):
        read_zip(tmp_path, two_classes())


def test_a_picture_of_absurd_size_is_skipped_without_being_decoded(tmp_path: Path):
    header = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR" + struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    data = pictures(tmp_path, {**two_classes(), "cat/absurd.png": header + b"\x00" * 40})
    assert [name for name, _ in data.skipped] == ["cat/absurd.png"]
