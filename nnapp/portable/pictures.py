"""Picture files to arrays: any mode, any orientation, letterboxed."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from .errors import PortableError

FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF", "PPM")
"""Formats that are opened; the decoders of others are never reached."""
MOST_PIXELS = 50_000_000

# What Pillow's decoders raise on damaged files.
_BROKEN = (OSError, SyntaxError, ValueError, TypeError, KeyError, IndexError, AttributeError, EOFError, struct.error, zlib.error, OverflowError, MemoryError)
_BOMB = (Image.DecompressionBombError, Image.DecompressionBombWarning)


def open_picture(source: str | Path | bytes) -> Image.Image:
    """Open a picture as people see it: turned as its EXIF says, transparent parts over white, the first of several frames.

    Args:
        source: A path, or the bytes of a file.

    Returns:
        A loaded image of mode `L` (grey) or `RGB`.

    Raises:
        PortableError: If it is no picture, is damaged, or has more than `MOST_PIXELS`.
    """
    name = "The picture" if isinstance(source, bytes) else Path(source).name
    try:
        with Image.open(io.BytesIO(source) if isinstance(source, bytes) else source, formats=FORMATS) as image:
            width, height = image.size
            if width * height > MOST_PIXELS:
                raise _too_large(name, f"{width:,} x {height:,} pixels")
            image.load()
            return flattened(_upright(image))
    except PortableError:
        raise
    except _BOMB as error:
        raise _too_large(name, "far too many pixels") from error
    except FileNotFoundError as error:
        raise PortableError(f"There is no file {name!r}.", "Check the path.") from error
    except _BROKEN as error:
        raise PortableError(f"{name} cannot be opened as a picture.", f"It is damaged or no {', '.join(FORMATS[:-1])} file: save it anew.") from error


def picture(image: Image.Image, size: int, channels: int) -> np.ndarray:
    """Letterbox: scale to fit, centre, fill with black.

    Args:
        image: Any size; flattened here if it is not yet.
        size: Side of the square in pixels.
        channels: 1 for grey, 3 for colour.

    Returns:
        uint8, shape `(size, size, channels)`.
    """
    mode = "L" if channels == 1 else "RGB"
    flat = flattened(image)
    flat = flat if flat.mode == mode else flat.convert(mode)
    longest = max(flat.size)
    inner = (max(1, round(flat.width * size / longest)), max(1, round(flat.height * size / longest)))
    if flat.size != inner:
        # Shrinking averages areas, so that thin lines stay; enlarging interpolates.
        flat = flat.resize(inner, Image.Resampling.BOX if longest > size else Image.Resampling.BILINEAR)
    result = np.zeros((size, size, channels), np.uint8)
    left, top = (size - inner[0]) // 2, (size - inner[1]) // 2
    result[top : top + inner[1], left : left + inner[0]] = np.asarray(flat, np.uint8).reshape(inner[1], inner[0], channels)
    return result


def flattened(image: Image.Image) -> Image.Image:
    """The same picture in mode `L` or `RGB`: 8 bits, no palette, no transparency."""
    if image.mode in {"L", "RGB"} and "transparency" not in image.info:
        return image
    if image.mode.startswith("I") or image.mode == "F":
        return _eight_bits(image)
    if image.has_transparency_data or image.mode in {"RGBa", "La"}:
        grey = image.mode in {"L", "LA", "La"}
        solid = image.convert("RGBA")
        over = Image.alpha_composite(Image.new("RGBA", solid.size, (255, 255, 255, 255)), solid)
        return over.convert("L" if grey else "RGB")
    if image.mode == "1" or (image.mode == "P" and _grey_palette(image)) or image.mode == "LA":
        return image.convert("L")
    return image.convert("RGB")


def _eight_bits(image: Image.Image) -> Image.Image:
    """Grey values of 16 or 32 bits, or floats, scaled by the range their size suggests (1, 255 or 65,535 is white)."""
    values = np.nan_to_num(np.asarray(image, np.float64), nan=0.0, posinf=0.0, neginf=0.0)
    if image.mode.startswith("I;16"):
        white = 65535.0
    else:
        top = float(values.max(initial=0.0))
        white = next((bound for bound in ((1.0, 255.0, 65535.0) if image.mode == "F" else (255.0, 65535.0)) if top <= bound), top)
    return Image.fromarray(np.clip(np.rint(values * (255.0 / white)), 0, 255).astype(np.uint8))


def _grey_palette(image: Image.Image) -> bool:
    """Whether every colour of the palette is a grey."""
    colours = np.asarray(image.getpalette("RGB") or [], np.uint8)
    colours = colours[: len(colours) // 3 * 3].reshape(-1, 3)
    return bool((colours == colours[:, :1]).all())


def _upright(image: Image.Image) -> Image.Image:
    """Turned as the camera was held; an EXIF block that cannot be read is ignored."""
    try:
        return ImageOps.exif_transpose(image)
    except _BROKEN:
        return image.copy()


def _too_large(name: str, much: str) -> PortableError:
    return PortableError(f"{name} is too large: {much}.", f"Shrink it to less than {MOST_PIXELS // 1_000_000} million pixels.")
