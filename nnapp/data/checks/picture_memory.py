"""Pictures that would not fit into memory at the chosen size."""

from __future__ import annotations

from nnapp.data.checks import CHECKS
from nnapp.data.checks.examined import Examined
from nnapp.data.findings import Finding

_MOST_BYTES = 6 << 30


@CHECKS.register("picture_memory")
def picture_memory(examined: Examined) -> Finding | None:
    """All parts are held decoded."""
    pictures, side = examined.pictures, examined.config.image_size
    if pictures is None or side is None:
        return None
    needed = pictures.rows * side * side * (1 if pictures.grey else 3)
    if needed <= _MOST_BYTES:
        return None
    problem = f"{pictures.rows:,} pictures of {side} x {side} pixels take {needed / 1e9:.0f} GB of memory."
    return Finding(
        code="picture_memory",
        severity="error",
        problem=problem,
        remedy="Choose a smaller image size.",
        fix={"data.image_size": 64},
        fix_label="Use 64 x 64",
    )
