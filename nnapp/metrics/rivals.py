"""What a baseline reached, and its answers for a paired comparison."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from nnapp.specs import Spec
from nnapp.tasks import Answers


class BaselineResult(Spec):
    """The score of one baseline on the test part, or the reason why there is none."""

    name: str
    title: str
    sentence: Annotated[str, Field(description="What this baseline does.")] = ""
    metrics: dict[str, float | None] = {}
    intervals: dict[str, tuple[float, float]] = {}
    seconds: Annotated[float, Field(ge=0, description="Wall time of fitting and answering.")] = 0.0
    left_out: Annotated[str, Field(description="Why it was not fitted, as a sentence. Empty when it was.")] = ""
    note: Annotated[str, Field(description="A limit of the fit, as a sentence. Empty when there is none.")] = ""


@dataclass(frozen=True)
class Rival:
    """A baseline's result with its answers to the test part, in the order of that part; None when it was left out."""

    result: BaselineResult
    answers: Answers | None
