"""The network gives one class to everything."""

from __future__ import annotations

from nnapp.training.diagnoses.base import DIAGNOSES, Diagnosis, Fix, said
from nnapp.training.diagnoses.fixes import either, faster, slower
from nnapp.training.flight import Flight

EPOCHS = 5
"""Epochs in a row: many a network begins with the commonest class."""
WITHIN = 0.005
"""Largest distance between the training accuracy and the share of the commonest class that is no learning."""
ROWS = 8
"""Probed rows of a class below which its absence says nothing."""
LATE = 0.5
"""Part of the epochs after which a class that is never answered is worth a word."""


@DIAGNOSES.register("one_answer")
def one_answer(flight: Flight) -> Diagnosis | None:
    """The training accuracy is stuck at the share of the commonest class, or a class is never answered."""
    return _stuck(flight) or _forgotten(flight)


def _stuck(flight: Flight) -> Diagnosis | None:
    found = [record.train.get("accuracy") for record in flight.history[-EPOCHS:]]
    share = flight.majority
    if share is None or len(found) < EPOCHS or not flight.warmed_up or any(value is None or abs(value - share) > WITHIN for value in found):
        return None
    text = (
        f"Training accuracy has been {said(100 * share)} % for {EPOCHS} epochs, which is the share of the commonest class: "
        "the network answers everything with it and has learned nothing else."
    )
    return _diagnosis(flight, text, {"majority": share, "span": EPOCHS}, "", (*_balanced(flight), *faster(flight, 3.0), *slower(flight, 3.0)))


def _forgotten(flight: Flight) -> Diagnosis | None:
    probe = flight.last.probe
    if probe is None or flight.last.epoch < LATE * flight.config.epochs or not flight.warmed_up:
        return None
    never = [place for place, (answers, labels) in enumerate(zip(probe.answers, probe.labels, strict=True)) if answers == 0 and labels >= ROWS]
    if not never:
        return None
    worst = max(never, key=lambda place: probe.labels[place])
    name, share = flight.task.class_names[worst], probe.labels[worst] / sum(probe.labels)
    text = f"The network never answers {name!r}, although {said(100 * share)} % of the training rows looked at are of that class."
    return _diagnosis(flight, text, {"share": share, "classes": len(never)}, name, _balanced(flight))


def _balanced(flight: Flight) -> tuple[Fix, ...]:
    return either(flight, "Count rare classes as much", {"training.class_weights": "balanced"})


def _diagnosis(flight: Flight, text: str, numbers: dict[str, float], subject: str, fixes: tuple[Fix, ...]) -> Diagnosis:
    return Diagnosis(
        code="one_answer",
        text=text,
        numbers=numbers,
        epoch=flight.last.epoch,
        severity="warning",
        measure=1.0,
        subject=subject,
        explains=() if subject else ("underfitting",),
        fixes=fixes,
    )
