"""Sounds of several channels."""

from __future__ import annotations

import numpy as np

from nnapp.data.checks import CHECKS
from nnapp.data.checks.examined import Examined
from nnapp.data.findings import Finding, counted, quoted


@CHECKS.register("sound_channels")
def sound_channels(examined: Examined) -> Finding | None:
    """Networks hear one channel."""
    sounds = examined.sounds
    if sounds is None or not (sounds.channels > 1).any():
        return None
    rows = np.flatnonzero(sounds.channels > 1).tolist()
    problem = f"{counted(len(rows), 'sound has', 'sounds have')} more than one channel, as {quoted([sounds.paths[rows[0]]])}; they are mixed down to one."
    remedy = "Nothing to do, unless the side a sound comes from is the clue: that is lost."
    return Finding(code="sounds_stereo", severity="info", problem=problem, remedy=remedy)
