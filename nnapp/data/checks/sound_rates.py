"""Sounds of different sampling rates."""

from __future__ import annotations

import numpy as np

from nnapp.data.checks import CHECKS
from nnapp.data.checks.examined import Examined
from nnapp.data.findings import Finding


@CHECKS.register("sound_rates")
def sound_rates(examined: Examined) -> Finding | None:
    """All are brought to one rate; what was recorded at a lower one has no high pitches, which a network may take for the clue."""
    sounds = examined.sounds
    if sounds is None or len(np.unique(sounds.rates)) < 2:
        return None
    rates, counts = np.unique(sounds.rates, return_counts=True)
    order = np.argsort(-counts, kind="stable")[:3].tolist()
    listed = " and ".join(f"{rates[at]:,} ({counts[at]:,})" for at in order)
    more = f" and {len(rates) - 3} others" if len(rates) > 3 else ""
    problem = f"The sounds have different rates: {listed}{more} samples a second. All are brought to one."
    remedy = "Nothing to do. Look whether a class has a rate of its own: a network would learn that instead."
    return Finding(code="sounds_rates", severity="info", problem=problem, remedy=remedy)
