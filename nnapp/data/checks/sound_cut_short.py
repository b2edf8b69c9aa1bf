"""Sounds that end before their header says so."""

from __future__ import annotations

import numpy as np

from nnapp.data.checks import CHECKS
from nnapp.data.checks.examined import Examined
from nnapp.data.findings import Finding, counted, quoted


@CHECKS.register("sound_cut_short")
def sound_cut_short(examined: Examined) -> Finding | None:
    """A copy that broke off, or a header that lies: what is there is used."""
    sounds = examined.sounds
    if sounds is None or not sounds.cut.any():
        return None
    rows = np.flatnonzero(sounds.cut).tolist()
    problem = f"{counted(len(rows), 'sound ends', 'sounds end')} before the header says so: {quoted(sounds.paths[row] for row in rows)}."
    remedy = "What is there is used. Copy them again if they should be longer."
    return Finding(code="sounds_cut_short", severity="warning", problem=problem, remedy=remedy)
