"""Ratios of CPU seconds: variants interleaved, their order reversed each round, so that a noisy machine hits both."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

ROUNDS = 5


@dataclass(frozen=True)
class Comparison:
    """How many times less CPU nnapp takes than the other way.

    Attributes:
        name: What was done.
        other: What a user would run instead.
        ours: Median CPU seconds of nnapp.
        theirs: Median CPU seconds of the other.
        ratio: The lower of the ratio of medians and the ratio of minima.
        same: What shows that both did the same work.
    """

    name: str
    other: str
    ours: float
    theirs: float
    ratio: float
    same: str


def compare(name: str, other: str, ours: Callable[[], object], theirs: Callable[[], object], same: str, *, rounds: int = ROUNDS) -> Comparison:
    """Run both once to warm up, then in turn."""
    ways = {"ours": ours, "theirs": theirs}
    taken: dict[str, list[float]] = {way: [] for way in ways}
    for run in ways.values():
        run()
    for number in range(rounds):
        for way in sorted(ways, reverse=bool(number % 2)):
            begun = time.process_time()
            ways[way]()
            taken[way].append(time.process_time() - begun)
    medians = {way: statistics.median(seconds) for way, seconds in taken.items()}
    ratios = (medians["theirs"] / medians["ours"], min(taken["theirs"]) / min(taken["ours"]))
    return Comparison(name, other, medians["ours"], medians["theirs"], min(ratios), same)
