"""A zip of class folders of pictures."""

from __future__ import annotations

import numpy as np

from nnapp.data.findings import Finding
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
    if source.known.get("says_more"):
        found.files["findings"] = (*found.files["findings"], _table_beside(source.name))
    return Pictures(**found.files, sizes=sizes, grey=all(grey for _, grey in found.seen))


def _table_beside(name: str) -> Finding:
    """The way back to the table, for whoever took the folders instead."""
    problem = f"{name} holds a table too, whose columns are left out: the folders are the classes."
    remedy = "Ask the table instead if its columns say more than the folders."
    return Finding(code="table_beside", severity="info", problem=problem, remedy=remedy, fix={"data.kind": "mixed"}, fix_label="Ask the table")


def _look(data: bytes) -> tuple[tuple[int, int], bool]:
    """Size of a picture, and whether it is grey."""
    image = open_picture(data)
    return image.size, image.mode == "L"
