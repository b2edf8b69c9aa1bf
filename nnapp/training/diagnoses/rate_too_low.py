"""The loss falls in a straight line that hardly slopes."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from nnapp.training.diagnoses.base import DIAGNOSES, Diagnosis, said
from nnapp.training.diagnoses.fixes import faster
from nnapp.training.flight import Flight

WINDOW = 5
"""Epochs looked at."""
SLOPE = 0.01
"""Largest mean fall an epoch, as a share of the loss: at this pace halving it takes 70 epochs."""
STRAIGHT = 0.95
"""Smallest share of the variance that a line explains. A loss that approaches its end bends; one whose steps are too small has no bend yet."""
LEARNED = 0.1
"""Largest share of the first loss that has been learned so far: later, slow progress is fine work."""


@DIAGNOSES.register("rate_too_low")
def rate_too_low(flight: Flight) -> Diagnosis | None:
    """Both losses fall in every epoch, evenly and by next to nothing, and little has been learned."""
    train, validation = flight.train[-WINDOW:], flight.validation[-WINDOW:]
    if len(train) < WINDOW or not flight.at_speed or not _warm(flight) or not _falls(train) or not _falls(validation):
        return None
    fall = (train[0] - train[-1]) / (WINDOW - 1) / train[0]
    if fall > SLOPE or _straightness(train) < STRAIGHT or train[-1] < (1 - LEARNED) * flight.train[0]:
        return None
    text = (
        f"Training loss falls in a straight line by {100 * fall:.2g} % an epoch, and is {said(train[-1])} after {flight.last.epoch} epochs: "
        f"the learning rate, {said(flight.config.learning_rate)}, is too low."
    )
    return Diagnosis(
        code="rate_too_low",
        text=text,
        numbers={"fall": fall, "train": train[-1], "rate": flight.config.learning_rate},
        epoch=flight.last.epoch,
        severity="warning",
        measure=1.0,
        explains=("underfitting", "one_answer"),
        fixes=faster(flight),
    )


def _warm(flight: Flight) -> bool:
    """Whether the whole window lies after the warm-up, in which every rate is low."""
    return flight.last.epoch - WINDOW >= flight.config.warm_up * flight.config.epochs


def _falls(losses: list[float]) -> bool:
    return losses[-1] > 0 and all(after < before for before, after in pairwise(losses))


def _straightness(losses: list[float]) -> float:
    return float(np.corrcoef(np.arange(len(losses)), losses)[0, 1] ** 2)
