"""Spectrograms that memory does not hold: they go to the disk."""

from __future__ import annotations

import numpy as np

from nnapp.data.checks import CHECKS
from nnapp.data.checks.examined import Examined
from nnapp.data.findings import Finding
from nnapp.data.hearing import hearing
from nnapp.data.memory import budget, in_words
from nnapp.data.sounds import Sounds
from nnapp.data.specs import PreprocessingConfig

ON_DISK = "sounds_on_disk"
"""Code of the finding that says so; `prepare` does what it says."""


@CHECKS.register("sound_memory")
def sound_memory(examined: Examined) -> Finding | None:
    """All parts are held as spectrograms, in memory or on the disk."""
    sounds = examined.sounds
    if sounds is None or sounds.rows == 0:
        return None
    rows = sounds.rows + (examined.test.rows if isinstance(examined.test, Sounds) else 0)
    taken, free = rows * hearing(sounds, np.arange(sounds.rows), examined.config, PreprocessingConfig()).bytes, budget()
    if taken <= free:
        return None
    problem = f"The spectrograms take {in_words(taken)}, of which memory may hold {in_words(free)}; they are kept on disk and read as needed."
    return Finding(code=ON_DISK, severity="info", problem=problem, remedy="Nothing to do; shorter sounds (sound_seconds) or a lower sound_rate take less.")
