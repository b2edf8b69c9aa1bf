"""A zip of class folders of pictures."""

from __future__ import annotations

import numpy as np

from nnapp.data.media import MEDIA
from nnapp.data.pictures import Pictures
from nnapp.data.readers import reader
from nnapp.data.readers.class_folders import holds, look_through
from nnapp.data.readers.source import Source
from nnapp.portable.pictures import open_picture


@reader("pictures", (".zip",), lambda source: holds(source, "pictures"))
def read_pictures(source: Source, skip_bad_rows: bool) -> Pictures:
    """Every picture is decoded once, so that what does not open is known now."""
    found = look_through(source, MEDIA["pictures"], _look)
    sizes = np.array([size for size, _ in found.seen], np.int64).reshape(-1, 2)
    return Pictures(**found.files, sizes=sizes, grey=all(grey for _, grey in found.seen))


def _look(data: bytes) -> tuple[tuple[int, int], bool]:
    """Size of a picture, and whether it is grey."""
    image = open_picture(data)
    return image.size, image.mode == "L"
