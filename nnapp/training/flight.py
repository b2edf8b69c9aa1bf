"""What is known of a training run at the end of each of its epochs: what diagnoses are made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Annotated, Any

from pydantic import Field

from nnapp.specs import Spec
from nnapp.tasks import TaskSpec
from nnapp.training.config import TrainingConfig
from nnapp.training.probe import ProbeResult

INSTRUMENTS = ("rows_per_second", "cpu", "memory", "gpu", "gpu_memory", "gradient_norm", "dead_units", "input_share", "validation_share")
"""Names under which a run's instruments are told as metrics; those of one layer go on with `/` and its name."""


def is_instrument(name: str) -> bool:
    """Whether a metric says how training goes rather than how well the network answers.

    >>> is_instrument("gradient_norm/hidden1"), is_instrument("accuracy")
    (True, False)
    """
    return name.partition("/")[0] in INSTRUMENTS


class EpochRecord(Spec):
    """One epoch."""

    epoch: Annotated[int, Field(ge=1, description="From 1.")]
    step: Annotated[int, Field(ge=0, description="Steps of the optimizer so far.")]
    train: Annotated[dict[str, float], Field(description="`loss` and the metrics, means over the epoch's steps.")]
    validation: Annotated[dict[str, float], Field(description="The same after the epoch.")]
    learning_rate: Annotated[float, Field(ge=0)]
    seconds: Annotated[float, Field(ge=0, description="Wall time of the epoch, validation included, a probe excluded.")]
    rows_per_second: Annotated[float, Field(ge=0, description="Training rows over the time of the steps.")]
    input_share: Annotated[float | None, Field(ge=0, le=1, description="Share of the epoch spent waiting for rows; None where it is not known.")] = None
    validation_share: Annotated[float | None, Field(ge=0, le=1, description="Share of the epoch spent on validation.")] = None
    probe: ProbeResult | None = None
    cpu: Annotated[float, Field(ge=0, description="Cores kept busy.")] = 0.0
    memory: Annotated[int, Field(ge=0, description="Bytes held.")] = 0
    gpu: Annotated[float | None, Field(ge=0, le=1, description="Share of the time the GPU is busy.")] = None
    gpu_memory: Annotated[int | None, Field(ge=0, description="Bytes of the GPU's memory in use.")] = None

    def instruments(self) -> dict[str, float]:
        """What is told as metrics, by name; what is not known is left out."""
        known = {name: getattr(self, name, None) for name in INSTRUMENTS}
        layers = self.probe.layers if self.probe else ()
        if self.probe:
            known["gradient_norm"] = self.probe.gradient_norm
        known |= {f"gradient_norm/{layer.name}": layer.gradient_norm for layer in layers if layer.multiplies}
        known |= {f"dead_units/{layer.name}": layer.dead for layer in layers}
        return {name: float(value) for name, value in known.items() if value is not None}


@dataclass(frozen=True)
class Flight:
    """A run as far as it has come.

    Attributes:
        config: How it is fitted, as it stands now.
        history: Its epochs.
        task: What is asked.
        rows: Training rows.
        batch_size: Rows a step.
        parameters: Weights of the network.
        settings: Hyperparameters of the network by field; empty where they are not known.
        guess: Training loss of always giving the best constant answer.
        majority: Share of the commonest class among the training rows; None for a regression.
    """

    config: TrainingConfig
    history: tuple[EpochRecord, ...]
    task: TaskSpec
    rows: int
    batch_size: int
    parameters: int = 0
    settings: Mapping[str, Any] = field(default_factory=dict)
    guess: float | None = None
    majority: float | None = None

    @property
    def last(self) -> EpochRecord:
        """The epoch that has just ended."""
        return self.history[-1]

    @cached_property
    def train(self) -> list[float]:
        """Training loss by epoch."""
        return [record.train["loss"] for record in self.history]

    @cached_property
    def validation(self) -> list[float]:
        """Validation loss by epoch."""
        return [record.validation["loss"] for record in self.history]

    @cached_property
    def best(self) -> int:
        """Place in the history of the lowest validation loss."""
        return min(range(len(self.validation)), key=lambda place: self.validation[place])

    @cached_property
    def probed(self) -> list[tuple[int, ProbeResult]]:
        """Epoch and result of every probe."""
        return [(record.epoch, record.probe) for record in self.history if record.probe is not None]

    @property
    def warmed_up(self) -> bool:
        """Whether the learning rate has reached its peak."""
        return self.last.epoch > self.config.warm_up * self.config.epochs

    @property
    def at_speed(self) -> bool:
        """Whether the learning rate is still a good part of its peak: later, small steps explain why little moves."""
        return self.last.learning_rate >= 0.3 * self.config.learning_rate
