"""Steering: what may be changed of a run that is under way, and how the change is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Self

from pydantic import Field, field_validator

from nnapp.data.augmentation import Augmentation
from nnapp.errors import SpecError
from nnapp.registry import did_you_mean
from nnapp.specs import Spec
from nnapp.training.config import TrainingConfig

STEERABLE = (
    "learning_rate",
    "epochs",
    "early_stopping",
    "patience",
    "weight_decay",
    "clipping",
    "class_weights",
    "l1",
    "l2",
    "final_rate",
    "plateau_patience",
    "plateau_factor",
)
"""Fields of `TrainingConfig` that do not change what the run has learned so far, only how it goes on."""
ONLY_READ = frozenset({"early_stopping", "patience", "plateau_patience"})
"""Of these, what the loop reads at the end of an epoch: the compiled network does not know them."""


class Steering(Spec):
    """Settings to change from here on; what is not named stays as it is.

    Types, bounds and sentences are those of the fields themselves. A new learning rate is the peak of the schedule,
    whose position stays; more epochs stretch the schedule.
    """

    training: Annotated[dict[str, Any], Field(description="New values of `TrainingConfig`, by field.")] = {}
    augmentation: Annotated[dict[str, Any], Field(description="New values of `Augmentation`, by field; pictures, sounds and texts only.")] = {}

    @field_validator("training")
    @classmethod
    def _training_fields(cls, values: dict[str, Any]) -> dict[str, Any]:
        return _checked(TrainingConfig(), STEERABLE, "training", values)

    @field_validator("augmentation")
    @classmethod
    def _augmentation_fields(cls, values: dict[str, Any]) -> dict[str, Any]:
        return _checked(Augmentation(), tuple(Augmentation.model_fields), "augmentation", values)

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> Self:
        """From settings by path, as the command line gives them.

        Raises:
            SpecError: For a path that cannot be steered (with the nearest that can), or a value out of bounds.

        >>> Steering.of({"training.learning_rate": "3e-4", "augmentation.flip": "none"})
        Steering(training={'learning_rate': 0.0003}, augmentation={'flip': 'none'})
        """
        sections: dict[str, dict[str, Any]] = {name: {} for name in cls.model_fields}
        for path, value in settings.items():
            section, _, field = path.partition(".")
            if section not in sections:
                raise _not_steerable(path)
            sections[section][field] = value
        return cls.parse(sections)

    @property
    def is_empty(self) -> bool:
        """Whether it changes nothing."""
        return not (self.training or self.augmentation)

    def merged(self, later: Steering) -> Steering:
        """This and a later one, which wins."""
        return Steering(training={**self.training, **later.training}, augmentation={**self.augmentation, **later.augmentation})

    def changed(self, config: TrainingConfig) -> TrainingConfig:
        """The settings as they are from here on."""
        return config.replaced(self.training)

    def without(self, config: TrainingConfig, augmentation: Augmentation) -> Steering:
        """Only what differs from what is in force."""
        return Steering(
            training={name: value for name, value in self.training.items() if value != getattr(config, name)},
            augmentation={name: value for name, value in self.augmentation.items() if value != getattr(augmentation, name)},
        )


class Steered(Spec):
    """A change that has taken effect: with these a run can be repeated."""

    step: Annotated[int, Field(ge=0, description="Steps that had been taken.")]
    epoch: Annotated[float, Field(ge=0, description="Passes over the training rows that had been made.")]
    changes: Steering
    text: Annotated[str, Field(description="The change in a sentence.")] = ""
    label: Annotated[str, Field(description="The change in a few words, for a chart.")] = ""


class InForce(Spec):
    """The settings as they are after every change so far."""

    training: TrainingConfig
    augmentation: Augmentation = Augmentation()

    def after(self, changes: Sequence[Steering]) -> InForce:
        """What is in force after some changes, in their order."""
        now = self
        for change in changes:
            now = InForce(training=change.changed(now.training), augmentation=now.augmentation.replaced(change.augmentation))
        return now


def in_words(changes: Steering, before: InForce, when: str) -> str:
    """A change as a sentence.

    >>> in_words(Steering(training={"learning_rate": 3e-4}), InForce(training=TrainingConfig()), "in epoch 12")
    'You set the learning rate from 0.001 to 0.0003 in epoch 12.'
    """
    parts = [f"the {_name(name)} from {_said(getattr(before.training, name))} to {_said(value)}" for name, value in changes.training.items()]
    parts += [
        f"the augmentation's {_name(name)} from {_said(getattr(before.augmentation, name))} to {_said(value)}" for name, value in changes.augmentation.items()
    ]
    return f"You set {' and '.join(parts)} {when}."


def in_short(changes: Steering) -> str:
    """A change as a label.

    >>> in_short(Steering(training={"epochs": 80, "patience": 20}))
    'epochs 80, patience 20'
    """
    return ", ".join(f"{_name(name)} {_said(value)}" for name, value in {**changes.training, **changes.augmentation}.items())


def _checked(usual: Spec, allowed: Sequence[str], section: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Values as their fields hold them."""
    found: dict[str, Any] = {}
    for name, value in values.items():
        if name not in allowed:
            raise _not_steerable(f"{section}.{name}")
        try:
            found[name] = usual.replaced({name: value}).model_dump(mode="json")[name]
        except SpecError as error:
            raise SpecError(f"{section}.{error.problem}", remedy=error.remedy) from error
    return found


def _not_steerable(path: str) -> SpecError:
    known = [*(f"training.{name}" for name in STEERABLE), *(f"augmentation.{name}" for name in Augmentation.model_fields)]
    same = [full for full in known if full.rpartition(".")[2] == path.rpartition(".")[2]]
    remedy = f"Did you mean {same[0]!r}?" if same else did_you_mean(path, known)
    return SpecError(f"{path!r} cannot be changed while a run is under way.", remedy=remedy)


def _name(field: str) -> str:
    return field.replace("_", " ")


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, float):
        return f"{value:g}"
    return "none" if value is None else str(value)
