"""What a run tells while it runs, and what it is told."""

from __future__ import annotations

from typing import Annotated, Literal, Protocol

from pydantic import Field

from nnapp.specs import Spec
from nnapp.training.steering import Steering

Split = Literal["train", "validation"]
Command = Literal["stop", "pause"]


class Metric(Spec):
    """One number at one moment of a run: one JSON line."""

    step: Annotated[int, Field(ge=0, description="Steps of the optimizer taken so far.")]
    epoch: Annotated[float, Field(ge=0, description="Passes over the training rows so far; whole at the end of an epoch.")]
    split: Split
    name: Annotated[str, Field(description="`loss`, `accuracy`, `mae` (target's units), `learning_rate`; within an epoch `running_loss`, its mean so far.")]
    value: float
    seconds: Annotated[float, Field(ge=0, description="Wall time of fitting so far, validation included.")]


class Recorder(Protocol):
    """Where a run's numbers and events go, and where its commands come from."""

    def metric(self, metric: Metric) -> None:
        """Take one number."""

    def event(self, kind: str, text: str, **numbers: float | str) -> None:
        """Take one remark in words, with the numbers that justify it; the same remark about the same step is taken once."""

    def command(self) -> Command | None:
        """What the run is asked to do now; looked at every half second at most, and at each epoch."""

    def steering(self) -> Steering | None:
        """What is to be changed, until `steered` has said that it is."""

    def steered(self, taken: Steering) -> None:
        """Take note that this change holds, and that no kill can undo it."""


class Silence:
    """A recorder that forgets everything and asks for nothing."""

    def metric(self, metric: Metric) -> None:
        """Forget a number."""

    def event(self, kind: str, text: str, **numbers: float | str) -> None:
        """Forget an event."""

    def command(self) -> Command | None:
        """Ask for nothing."""
        return None

    def steering(self) -> Steering | None:
        """Ask for no change."""
        return None

    def steered(self, taken: Steering) -> None:
        """Forget a change."""
