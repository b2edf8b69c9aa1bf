"""Picture files of every mode to arrays of one form."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from nnapp.portable.errors import PortableError
from nnapp.portable.pictures import open_picture, picture


def file_of(image: Image.Image, form: str = "PNG", **options: object) -> bytes:
    stream = io.BytesIO()
    image.save(stream, form, **options)
    return stream.getvalue()


def grey_ramp(size: int = 32) -> Image.Image:
    return Image.fromarray(np.tile(np.linspace(0, 255, size).astype(np.uint8), (size, 1)))


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "LA", "P", "CMYK", "YCbCr"])
def test_every_mode_shows_the_same_picture(mode: str):
    form = {"CMYK": "TIFF", "YCbCr": "JPEG"}.get(mode, "PNG")
    opened = open_picture(file_of(grey_ramp().convert(mode), form))
    assert opened.mode in {"L", "RGB"}
    np.testing.assert_allclose(picture(opened, 32, 1)[0, :, 0].astype(int), np.asarray(grey_ramp())[0].astype(int), atol=4)


def test_sixteen_bits_become_eight():
    wide = Image.fromarray(np.asarray(grey_ramp()).astype(np.uint16) * 257)
    np.testing.assert_array_equal(picture(open_picture(file_of(wide)), 32, 1)[..., 0], np.asarray(grey_ramp()))


def test_floats_of_zero_to_one_become_eight_bits():
    wide = Image.fromarray(np.asarray(grey_ramp()).astype(np.float32) / 255)
    np.testing.assert_array_equal(picture(open_picture(file_of(wide, "TIFF")), 32, 1)[..., 0], np.asarray(grey_ramp()))


def test_one_bit_is_black_and_white():
    opened = open_picture(file_of(grey_ramp().convert("1")))
    assert opened.mode == "L"
    assert set(np.unique(np.asarray(opened))) == {0, 255}


def test_transparent_parts_are_white():
    clear = Image.new("RGBA", (8, 8), (255, 0, 0, 0))
    assert (picture(open_picture(file_of(clear)), 8, 3) == 255).all()
    assert (picture(open_picture(file_of(Image.new("LA", (8, 8), (0, 0)))), 8, 1) == 255).all()


def test_a_picture_is_turned_as_its_camera_was_held():
    lying = Image.new("RGB", (40, 20), (0, 0, 0))
    lying.paste((255, 255, 255), (0, 0, 20, 20))
    exif = Image.Exif()
    exif[0x0112] = 6
    opened = open_picture(file_of(lying, "JPEG", exif=exif))
    assert opened.size == (20, 40)
    shown = np.asarray(opened.convert("L"))
    assert shown[:15].mean() > 200
    assert shown[25:].mean() < 50


def test_the_first_frame_of_a_film_counts():
    frames = [Image.new("L", (8, 8), value) for value in (10, 200)]
    opened = open_picture(file_of(frames[0], "GIF", save_all=True, append_images=frames[1:]))
    assert np.asarray(opened.convert("L")).mean() == 10


def test_letterboxing_keeps_the_form_and_fills_with_black():
    wide = Image.new("RGB", (64, 32), (255, 255, 255))
    boxed = picture(wide, 16, 3)
    assert boxed.shape == (16, 16, 3)
    assert (boxed[:4] == 0).all()
    assert (boxed[4:12] == 255).all()
    assert (boxed[12:] == 0).all()


def test_a_picture_of_the_right_size_is_not_touched():
    np.testing.assert_array_equal(picture(grey_ramp(28), 28, 1)[..., 0], np.asarray(grey_ramp(28)))


def test_shrinking_averages_so_that_thin_lines_stay():
    lines = np.zeros((64, 64), np.uint8)
    lines[:, ::8] = 255
    assert picture(Image.fromarray(lines), 8, 1).min() == 32


@pytest.mark.parametrize("size", [(1, 1), (10_000, 1), (1, 500)])
def test_odd_shapes_fit_too(size: tuple[int, int]):
    assert picture(open_picture(file_of(Image.new("L", size, 255))), 28, 3).shape == (28, 28, 3)


@pytest.mark.parametrize(
    "data", [b"", b"not a picture", b"\x89PNG\r\n\x1a\n", file_of(grey_ramp())[:-60], file_of(grey_ramp(), "JPEG")[:200], b"<html></html>"]
)
def test_damaged_pictures_are_told(data: bytes):
    with pytest.raises(PortableError, match="cannot be opened as a picture"):
        open_picture(data)


def test_a_picture_that_is_too_large_is_refused_before_it_is_unpacked():
    huge = file_of(Image.new("1", (8_000, 8_000)))
    with pytest.raises(PortableError, match="too large: 8,000 x 8,000 pixels"):
        open_picture(huge)


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_the_hostile_pictures_are_opened_or_refused(shared_data: Path):
    refused = []
    for name in ("03_truncated_corrupt_jpegs", "04_png_absurd_dimensions", "11_mixed_image_modes"):
        with zipfile.ZipFile(shared_data / "hostile" / "zip" / f"{name}.zip") as archive:
            for entry in archive.namelist():
                try:
                    assert picture(open_picture(archive.read(entry)), 28, 3).shape == (28, 28, 3)
                except (PortableError, zipfile.BadZipFile):
                    refused.append(entry)
    assert sorted(refused) == [
        "cat/declares_60000x60000_rgb.png",
        "cat/truncated.jpg",
        "cat/zero_bytes.jpg",
        "dog/bad_crc.png",
        "dog/header_only.jpg",
        "dog/html.png",
        "dog/real_30000x30000_1bit.png",
        "dog/text.jpg",
    ]
