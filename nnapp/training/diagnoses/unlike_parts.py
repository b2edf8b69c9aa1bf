"""Validation is much worse than training from the beginning."""

from __future__ import annotations

from nnapp.training.diagnoses.base import DIAGNOSES, Diagnosis, said
from nnapp.training.diagnoses.fixes import more_dropout, new_run
from nnapp.training.flight import Flight

EPOCHS = 5
"""Each of the first epochs, so that no chance of one and no unsettled running mean of normalisation counts."""
TIMES = 2.0
"""Validation loss over training loss. Rows of one kind give nearly 1 at first, and below it where dropout hides units in training only."""
UNLEARNED = 0.5
"""Share of the first training loss above which memorising cannot be the reason yet."""


@DIAGNOSES.register("unlike_parts")
def unlike_parts(flight: Flight) -> Diagnosis | None:
    """The gap was there in each of the first epochs, before anything could have been learned by heart."""
    if len(flight.history) != EPOCHS or flight.history[0].epoch != 1:
        return None
    ratios = [validation / train if train > 0 else 0.0 for train, validation in zip(flight.train, flight.validation, strict=True)]
    if min(ratios) < TIMES or flight.train[1] < UNLEARNED * flight.train[0]:
        return None
    text = (
        f"Validation loss has been at least {said(min(ratios))} times the training loss since the first epoch: {said(flight.validation[0])} "
        f"against {said(flight.train[0])}. The validation rows seem to differ from the training rows; look at how the data are divided."
    )
    return Diagnosis(
        code="unlike_parts",
        text=text,
        numbers={"times": min(ratios), "train": flight.train[0], "validation": flight.validation[0]},
        epoch=flight.last.epoch,
        severity="warning",
        measure=min(ratios),
        fixes=(*new_run(flight, "Divide the rows by chance", {"split.how": "random"}), *more_dropout(flight)),
    )
