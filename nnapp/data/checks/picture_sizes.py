"""Pictures of differing forms, or too small or large to be what was meant."""

from __future__ import annotations

import numpy as np

from nnapp.data.checks import CHECKS
from nnapp.data.checks.examined import Examined
from nnapp.data.findings import Finding, counted

_TINY = 4
_LONG = 8.0


@CHECKS.register("picture_sizes")
def picture_sizes(examined: Examined) -> Finding | None:
    """Every picture is fitted into one square, with black at its sides; a strip leaves almost nothing of itself."""
    pictures = examined.pictures
    if pictures is None or pictures.rows == 0:
        return None
    long = pictures.sizes.max(axis=1)
    brief = np.maximum(pictures.sizes.min(axis=1), 1)
    odd = np.flatnonzero((long < _TINY) | (long / brief > _LONG))
    if len(odd):
        row = int(odd[0])
        width, height = pictures.sizes[row].tolist()
        problem = f"{counted(len(odd), 'picture has', 'pictures have')} an odd size, as {pictures.paths[row]!r} with {width} x {height} pixels."
        return Finding(code="picture_odd_size", severity="warning", problem=problem, remedy="Look at them: they may not be what they should be.")
    if len(np.unique(pictures.sizes, axis=0)) == 1:
        return None
    smallest, largest = pictures.sizes.min(axis=0).tolist(), pictures.sizes.max(axis=0).tolist()
    problem = f"The pictures differ in size, from {smallest[0]} x {smallest[1]} to {largest[0]} x {largest[1]} pixels; each is fitted into one square."
    return Finding(code="picture_sizes", severity="info", problem=problem, remedy="Nothing to do. A larger image size keeps more detail and trains slower.")
