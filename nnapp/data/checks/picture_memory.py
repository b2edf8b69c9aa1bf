"""Decoded pictures that memory does not hold: they go to the disk, if that has room."""

from __future__ import annotations

from typing import Any

from nnapp.data.checks import CHECKS
from nnapp.data.checks.examined import Examined
from nnapp.data.decoding import Decoding
from nnapp.data.findings import Finding
from nnapp.data.memory import in_words

ON_DISK = "pictures_on_disk"
"""Code of the finding that says so; `prepare` does what it says."""


@CHECKS.register("picture_memory")
def picture_memory(examined: Examined) -> Finding | None:
    """All parts are held decoded, in memory or on the disk."""
    if examined.pictures is None:
        return None
    test = 0 if examined.test is None else examined.test.rows
    decoding = Decoding.of(examined.pictures, examined.config.image_size, examined.data.rows + test)
    if not decoding.on_disk:
        return None
    side, lacking = decoding.fitting_side, decoding.lacking_disk
    smaller: dict[str, Any] = {} if side is None else {"fix": {"data.image_size": side}, "fix_label": f"Use {side} x {side}"}
    problem = f"The decoded pictures take {in_words(decoding.bytes)}, of which memory may hold {in_words(decoding.budget)}"
    if lacking:
        choose = "" if side is None else f"Choose image_size {side}, which fits in memory, or f"
        remedy = f"{choose or 'F'}ree {in_words(lacking)} on the disk."
        return Finding(code="picture_memory", severity="error", problem=f"{problem}, and the disk has no room for them.", remedy=remedy, **smaller)
    remedy = "Nothing to do." if side is None else f"Nothing to do; image_size {side} would fit in memory and train faster."
    return Finding(code=ON_DISK, severity="info", problem=f"{problem}; they are kept on disk and read as needed.", remedy=remedy, **smaller)
