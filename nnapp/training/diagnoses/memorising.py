"""Validation gets worse while training gets better."""

from __future__ import annotations

from nnapp.training.diagnoses.base import DIAGNOSES, Diagnosis, said
from nnapp.training.diagnoses.fixes import decayed, more_dropout, resized
from nnapp.training.flight import Flight

EPOCHS = 5
"""Epochs without a better validation loss (or the patience, where it is shorter): the strip length of Prechelt (1998), "Early stopping - but when?"."""
RISE = 0.2
"""Rise of the validation loss over its best, as a share of that and of its whole fall. Prechelt stops at 1 to 5 %, but to say that a network memorises
needs more than a reason to stop: on the samples' validation parts of some dozens of rows the loss of a good network wavers by up to 0.17."""
FALL = 0.05
"""Share by which the training loss must have fallen meanwhile: else both are stuck, which is another matter."""


@DIAGNOSES.register("memorising")
def memorising(flight: Flight) -> Diagnosis | None:
    """Validation loss has risen since its best, while training loss fell."""
    since = len(flight.history) - 1 - flight.best
    if since < min(EPOCHS, flight.config.patience) or since < 2:
        return None
    best, now = flight.validation[flight.best], sum(flight.validation[-3:]) / 3
    before, after = flight.train[flight.best], sum(flight.train[-3:]) / 3
    scale = max(abs(best), flight.validation[0] - best)
    if now - best < RISE * scale or after > (1 - FALL) * before or scale == 0:
        return None
    epoch = flight.history[flight.best].epoch
    text = (
        f"Validation loss has risen for {since} epochs, from {said(best)} to {said(now)}, while training loss fell "
        f"to {said(after)}: the network learns its rows by heart. The best epoch is {epoch}, and is kept."
    )
    return Diagnosis(
        code="memorising",
        text=text,
        numbers={"span": since, "best_epoch": epoch, "best": best, "validation": now, "train": after},
        epoch=flight.last.epoch,
        severity="warning",
        measure=float(since),
        fixes=(*more_dropout(flight), *resized(flight, 0.5), *decayed(flight)),
    )
