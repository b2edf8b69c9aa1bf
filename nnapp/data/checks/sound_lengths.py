"""Sounds of very different lengths."""

from __future__ import annotations

from nnapp.data.checks import CHECKS
from nnapp.data.checks.examined import Examined
from nnapp.data.findings import Finding, counted
from nnapp.data.hearing import usual_seconds

_TIMES = 5.0
"""How many times the shortest the longest may last before it is worth a word."""


@CHECKS.register("sound_lengths")
def sound_lengths(examined: Examined) -> Finding | None:
    """A network takes in one length: shorter sounds are padded with silence, longer ones cut to their loudest stretch."""
    sounds = examined.sounds
    if sounds is None or sounds.rows == 0:
        return None
    shortest, longest = float(sounds.seconds.min()), float(sounds.seconds.max())
    wanted = examined.config.sound_seconds or usual_seconds(sounds.seconds)
    cut = int((sounds.seconds > wanted * 1.05).sum())
    if longest <= _TIMES * shortest and longest <= 2 * wanted:
        return None
    lost = f"; {counted(cut, 'is', 'are')} cut to the loudest stretch" if cut else ""
    problem = f"The sounds last {shortest:.1f} to {longest:.1f} seconds. Each becomes one of {wanted:.2g} seconds: shorter ones are padded with silence{lost}."
    remedy = "Nothing to do, unless what matters is cut off: then raise sound_seconds (--set data.sound_seconds=…)."
    return Finding(code="sounds_lengths", severity="info", problem=problem, remedy=remedy)
