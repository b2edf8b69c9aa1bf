"""The gradient is suddenly many times longer."""

from __future__ import annotations

from statistics import median

from nnapp.training.diagnoses.base import DIAGNOSES, Diagnosis, said
from nnapp.training.diagnoses.fixes import clipped, slower
from nnapp.training.flight import Flight

JUMP = 100.0
"""Length over the median so far: gradients of batches vary by a factor of a few, of a fixed batch from epoch to epoch by less."""
BEFORE = 3
"""Probes that a median needs."""
HARMLESS = 1.0
"""A gradient no longer than where one would clip it does no harm, however short it was before."""


@DIAGNOSES.register("exploding_gradients")
def exploding_gradients(flight: Flight) -> Diagnosis | None:
    """The gradient is a hundred times longer than it used to be."""
    if flight.last.probe is None or len(flight.probed) <= BEFORE:
        return None
    usual = median(probe.gradient_norm for _, probe in flight.probed[:-1])
    now = flight.last.probe.gradient_norm
    if now <= HARMLESS or now < JUMP * usual:
        return None
    times = now / usual if usual else now
    text = f"The gradient is {said(now)} long, {said(times)} times as long as usual ({said(usual)}): one such step can undo all."
    return Diagnosis(
        code="exploding_gradients",
        text=text,
        numbers={"norm": now, "usual": usual, "times": times},
        epoch=flight.last.epoch,
        severity="warning",
        measure=times,
        fixes=(*clipped(flight), *slower(flight, 3.0)),
    )
