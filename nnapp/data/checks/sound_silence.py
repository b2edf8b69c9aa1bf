"""Sounds in which nothing is to be heard."""

from __future__ import annotations

import numpy as np

from nnapp.data.checks import CHECKS
from nnapp.data.checks.examined import Examined
from nnapp.data.findings import Finding, counted, quoted


@CHECKS.register("sound_silence")
def sound_silence(examined: Examined) -> Finding | None:
    """A silent file has nothing of its class in it: often a microphone that was off."""
    sounds = examined.sounds
    if sounds is None or not sounds.silent.any():
        return None
    rows = np.flatnonzero(sounds.silent).tolist()
    problem = f"{counted(len(rows), 'sound is', 'sounds are')} silent: {quoted(sounds.paths[row] for row in rows)}."
    remedy = "Remove them, unless silence is what their class means."
    return Finding(code="sounds_silent", severity="warning", problem=problem, remedy=remedy)
