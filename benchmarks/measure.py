"""Ratios of CPU seconds: variants interleaved, their order reversed each round, so that a noisy machine hits both."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
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


@dataclass(frozen=True)
class Taking:
    """What a thing takes, beside what it may.

    Attributes:
        name: What was done.
        found: What was measured, with its unit, in words.
        bound: What it should be.
    """

    name: str
    found: str
    bound: str


def compare(name: str, other: str, ours: Callable[[], object], theirs: Callable[[], object], same: str, *, rounds: int = ROUNDS) -> Comparison:
    """Run both once to warm up, then in turn, and count the CPU seconds of this process."""
    ours()
    theirs()
    taken = rounds_in_turn({"ours": lambda: cpu_seconds(ours), "theirs": lambda: cpu_seconds(theirs)}, rounds=rounds)
    return compared(name, other, taken["ours"], taken["theirs"], same)


def cpu_seconds(work: Callable[[], object]) -> float:
    """What this process spends on it."""
    begun = time.process_time()
    work()
    return time.process_time() - begun


def rounds_in_turn(sides: Mapping[str, Callable[[], float]], *, rounds: int = ROUNDS) -> dict[str, list[float]]:
    """The seconds of each side by round; the order is turned round every time."""
    taken: dict[str, list[float]] = {name: [] for name in sides}
    for number in range(rounds):
        for name in sorted(sides, reverse=bool(number % 2)):
            taken[name].append(sides[name]())
    return taken


def compared(name: str, other: str, ours: Sequence[float], theirs: Sequence[float], same: str) -> Comparison:
    """The lower of the ratio of medians and the ratio of minima."""
    ratio = min(statistics.median(theirs) / statistics.median(ours), min(theirs) / min(ours))
    return Comparison(name, other, statistics.median(ours), statistics.median(theirs), ratio, same)
