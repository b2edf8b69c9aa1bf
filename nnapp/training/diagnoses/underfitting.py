"""Training and validation loss stand still, alike and high."""

from __future__ import annotations

from nnapp.training.diagnoses.base import DIAGNOSES, Diagnosis, said
from nnapp.training.diagnoses.fixes import faster, resized
from nnapp.training.flight import Flight

EPOCHS = 8
"""Epochs without movement: the default patience."""
STILL = 0.01
"""Share of the loss that counts as movement: the level of `nnapp.charts.finding`."""
ALIKE = 0.1
"""Largest gap between the two losses, as a share of the training loss: a larger one is a matter of memorising."""
HIGH = 0.5
"""Share of the loss of guessing above which a loss is high: less than half of what there was to learn has been learned."""


@DIAGNOSES.register("underfitting")
def underfitting(flight: Flight) -> Diagnosis | None:
    """Both losses have not moved for some epochs, although the steps are large enough to move them."""
    window = EPOCHS
    if flight.guess is None or not flight.at_speed or not flight.warmed_up or len(flight.history) <= window:
        return None
    train, validation = flight.train[-1], flight.validation[-1]
    moved = max(_gain(flight.train, window), _gain(flight.validation, window))
    if moved > STILL or abs(validation - train) > ALIKE * abs(train) or train < HIGH * flight.guess:
        return None
    text = (
        f"Training and validation loss have both stood still for {window} epochs, at {said(train)} and {said(validation)}; "
        f"guessing costs {said(flight.guess)}. The network is too small for the answer, its steps are too small, or the columns do not tell more."
    )
    return Diagnosis(
        code="underfitting",
        text=text,
        numbers={"span": window, "train": train, "validation": validation, "guess": flight.guess},
        epoch=flight.last.epoch,
        severity="note",
        measure=1.0,
        fixes=(*resized(flight, 2.0), *faster(flight, 3.0)),
    )


def _gain(losses: list[float], window: int) -> float:
    """Share by which the lowest loss of the window lies below the lowest before it."""
    before, within = min(losses[:-window]), min(losses[-window:])
    return (before - within) / abs(before) if before else 0.0
