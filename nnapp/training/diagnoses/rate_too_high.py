"""The loss jumps instead of falling."""

from __future__ import annotations

import math
from itertools import pairwise

from nnapp.training.diagnoses.base import DIAGNOSES, Diagnosis, said
from nnapp.training.diagnoses.fixes import clipped, slower
from nnapp.training.flight import Flight

TENFOLD = 10.0
"""Rise over the lowest loss so far, or over the loss of guessing, that no healthy run shows: Smith (2017) ends the search for
a rate where the loss is a few times its lowest."""
WINDOW = 8
JUMP = 0.15
JUMPS = 3
"""So many of the last `WINDOW` epochs, whose loss is a mean over all rows and hence smooth, were worse than the one before by this share."""
HIGH = 0.25
"""Share of the first loss (or of guessing) below which jumps do no harm: near zero every loss wavers."""


@DIAGNOSES.register("rate_too_high")
def rate_too_high(flight: Flight) -> Diagnosis | None:
    """The training loss rose tenfold, or goes up and down."""
    return _tenfold(flight) or _above_guessing(flight) or _jumping(flight)


def _tenfold(flight: Flight) -> Diagnosis | None:
    before, now = flight.train[:-1], flight.train[-1]
    lowest = min(before, default=0.0)
    if lowest <= 0 or now < TENFOLD * lowest or now < HIGH * before[0]:
        return None
    text = f"Training loss rose from {said(lowest)} to {said(now)}, {now / lowest:.0f} times as much: {_rate(flight)}"
    return _diagnosis(flight, text, {"lowest": lowest, "now": now}, math.log10(now / lowest))


def _above_guessing(flight: Flight) -> Diagnosis | None:
    guess, now = flight.guess, flight.train[-1]
    if not guess or now < TENFOLD * guess:
        return None
    text = f"Training loss is {said(now)}, {now / guess:.0f} times what guessing costs ({said(guess)}): {_rate(flight)}"
    return _diagnosis(flight, text, {"guess": guess, "now": now}, math.log10(now / guess))


def _jumping(flight: Flight) -> Diagnosis | None:
    window = flight.train[-WINDOW:]
    jumps = sum(after > (1 + JUMP) * before for before, after in pairwise(window))
    level = sum(window) / len(window)
    if len(window) < WINDOW or jumps < JUMPS or level < HIGH * flight.train[0]:
        return None
    low, high = said(min(window)), said(max(window))
    text = f"Training loss went up in {jumps} of the last {WINDOW} epochs, between {low} and {high}: {_rate(flight)}"
    return _diagnosis(flight, text, {"jumps": jumps, "span": WINDOW, "lowest": min(window), "now": max(window)}, 1.0)


def _rate(flight: Flight) -> str:
    return f"the learning rate, {said(flight.config.learning_rate)}, is too high."


def _diagnosis(flight: Flight, text: str, numbers: dict[str, float], measure: float) -> Diagnosis:
    """The measure is in powers of ten: a loss that explodes doubles at every epoch."""
    return Diagnosis(
        code="rate_too_high",
        text=text,
        numbers=numbers,
        epoch=flight.last.epoch,
        severity="warning",
        measure=measure,
        explains=("one_answer", "underfitting", "unlike_parts"),
        fixes=(*slower(flight), *clipped(flight)),
    )
