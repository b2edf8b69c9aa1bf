"""The run ends before the learning does."""

from __future__ import annotations

from nnapp.training.diagnoses.base import DIAGNOSES, Diagnosis, said
from nnapp.training.diagnoses.fixes import new_run
from nnapp.training.flight import Flight

QUARTER = 4
"""The last part of the run looked at, as a divisor of its epochs."""
SHARE = 0.15
"""Part of the validation loss's whole fall that fell in the last quarter. An even fall would give 0.25; one that halves four times over the run gives 0.07."""
FEWEST = 10
"""Epochs below which a run was meant to be short."""


@DIAGNOSES.register("still_falling")
def still_falling(flight: Flight) -> Diagnosis | None:
    """At the last epoch, both losses still fall at a good part of their pace."""
    epochs = len(flight.history)
    if flight.last.epoch < flight.config.epochs or epochs < FEWEST or epochs - 1 - flight.best > 1:
        return None
    back = -1 - epochs // QUARTER
    shares = [_share(losses, back) for losses in (flight.train, flight.validation)]
    if min(shares) < SHARE:
        return None
    end = flight.validation[-1]
    text = (
        f"Both losses were still falling at the last epoch: validation loss went from {said(flight.validation[back])} to {said(end)} "
        f"in the last {-back - 1} epochs. More epochs will help."
    )
    more = 2 * flight.config.epochs
    return Diagnosis(
        code="still_falling",
        text=text,
        numbers={"share": shares[1], "span": -back - 1, "from": flight.validation[back], "to": end},
        epoch=flight.last.epoch,
        severity="note",
        measure=shares[1],
        fixes=new_run(flight, f"{more} epochs", {"training.epochs": more}),
    )


def _share(losses: list[float], back: int) -> float:
    """Part of the fall since the first epoch that came after place `back`."""
    fall = losses[0] - losses[-1]
    return (losses[back] - losses[-1]) / fall if fall > 0 else 0.0
