"""Diagnosis: what is the case, the numbers that say so, and what one click does about it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from nnapp.metrics.scoring import text_of_number
from nnapp.registry import Registry
from nnapp.specs import Spec
from nnapp.training.flight import Flight

GROWN = 2.0
"""Factor by which a diagnosis's measure must have grown before it is told again."""
SMALL = 1e-7
"""Smaller numbers are written with a power of ten."""
Value = bool | int | float | str | None


class Fix(Spec):
    """Settings that one click changes."""

    words: Annotated[str, Field(description="What the click does, as a button says it.")]
    changes: Annotated[dict[str, Value], Field(description="New values by the paths that `--set` takes.")]
    applies: Annotated[Literal["same run", "new run"], Field(description="Whether the run can take the change while it trains.")]


class Diagnosis(Spec):
    """One thing that is wrong."""

    code: Annotated[str, Field(pattern=r"^[a-z0-9_]+$", description="Stable name for programs.")]
    text: Annotated[str, Field(description="What is the case, with its numbers, and what it means.")]
    numbers: Annotated[dict[str, float], Field(description="The numbers of the text, by name; `span` is how many epochs it speaks of.")]
    epoch: Annotated[int, Field(ge=1, description="At whose end it was seen.")]
    severity: Literal["note", "warning"]
    measure: Annotated[float, Field(ge=0, description="How bad it is: it is told again once this has doubled.")]
    subject: Annotated[str, Field(description="The layer or class it is about, where it is about one.")] = ""
    explains: Annotated[tuple[str, ...], Field(description="Codes of what needs no words beside this, because it follows from it.")] = ()
    fixes: tuple[Fix, ...] = ()


Judge = Callable[[Flight], Diagnosis | None]
DIAGNOSES: Registry[Judge] = Registry("diagnosis", "nnapp.training.diagnoses")


def said(value: float) -> str:
    """A number of a sentence: three digits at most, without idle zeros.

    >>> said(0.4), said(75.0), said(100_000.0), said(3e-5)
    ('0.4', '75', '100,000', '0.00003')
    """
    if SMALL <= value < 1:
        return str(np.format_float_positional(float(f"{value:.3g}"), trim="-"))
    text = text_of_number(value)
    return text.rstrip("0").rstrip(".") if "." in text and "e" not in text else text


def diagnose(flight: Flight) -> tuple[Diagnosis, ...]:
    """Everything that is wrong at the end of the last epoch and does not follow from something else that is, warnings first."""
    found = [diagnosis for judge in DIAGNOSES.values() if (diagnosis := judge(flight)) is not None]
    explained = {code for diagnosis in found for code in diagnosis.explains}
    return tuple(sorted((diagnosis for diagnosis in found if diagnosis.code not in explained), key=lambda diagnosis: diagnosis.severity != "warning"))


def news(previous: Iterable[Diagnosis], found: Iterable[Diagnosis]) -> tuple[Diagnosis, ...]:
    """What is worth telling: what was not told before, or has grown markedly since it was.

    Args:
        previous: What has been told, in any order.
        found: What is the case now.
    """
    told: dict[tuple[str, str], float] = {}
    for diagnosis in previous:
        key = diagnosis.code, diagnosis.subject
        told[key] = max(diagnosis.measure, told.get(key, 0.0))
    return tuple(new for new in found if (new.code, new.subject) not in told or new.measure >= GROWN * told[new.code, new.subject] > 0)
