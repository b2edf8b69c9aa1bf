"""Steering a run from outside: the request, and what is in force. No Keras."""

from __future__ import annotations

from typing import Any

from nnapp.data.augmentation import Augmentation
from nnapp.errors import RunError, SpecError
from nnapp.files import publish_json
from nnapp.portable.beside import picture_column
from nnapp.runs.folder import Run
from nnapp.runs.status import Status
from nnapp.runs.work import STEERING, Work
from nnapp.training.checkpoint import progress_in
from nnapp.training.steering import InForce, Steering


def steer(run: Run, steering: Steering) -> Status:
    """Ask for other settings from here on; a request that is not taken yet is added to.

    A run under way takes it within a second or so, one that waits or is paused when it goes on.

    Raises:
        RunError: If the run has nothing left to train.
        SpecError: If nothing is to be changed, or what is asked cannot be for this run.
    """

    def decide(status: Status) -> dict[str, Any]:
        _check(run, status, steering)
        publish_json(run.folder / STEERING, (asked(run) or Steering()).merged(steering).model_dump())
        return {}

    return run.status_file.change(decide)


def asked(work: Work) -> Steering | None:
    """What is asked and has not taken effect yet."""
    found = work.read_json(STEERING)
    return None if found is None else Steering.parse(found)


def taken(work: Work, steering: Steering) -> None:
    """Forget a request that has taken effect, unless it has been added to meanwhile."""

    def decide(_: Status) -> dict[str, Any]:
        if asked(work) == steering:
            (work.folder / STEERING).unlink(missing_ok=True)
        return {}

    work.status_file.change(decide)


def in_force(run: Run) -> InForce:
    """The run's settings with all that was steered so far, and with what is asked."""
    spec, waiting = run.spec, asked(run)
    done = [each.changes for each in progress_in(run.folder / "checkpoint").steering]
    return InForce(training=spec.training, augmentation=spec.augmentation).after([*done, *([waiting] if waiting else [])])


def has_augmentation(run: Run) -> bool:
    """Whether there is something to augment."""
    return len(idle_augmentation(run)) < len(Augmentation.model_fields)


def idle_augmentation(run: Run) -> tuple[str, ...]:
    """Fields of the augmentation that do nothing to what the run learns from."""
    known = run.preprocessing or {}
    idle = Augmentation.idle("pictures" if picture_column(known) is not None else known.get("kind") or min(run.spec.model.accepts))
    return tuple(name for name in Augmentation.model_fields if name in {*idle, "typos"})


def _check(run: Run, status: Status, steering: Steering) -> None:
    if steering.is_empty:
        raise SpecError("Nothing is to be changed.", remedy="Name a setting, as training.learning_rate=1e-4.")
    if status.state in {"finished", "stopped"} or (status.state == "failed" and not run.can_resume(status)):
        raise RunError(f"Run {run.id} is already {status.state}.", remedy="Train again with the settings you want.")
    if status.state == "stopping":
        raise RunError(f"Run {run.id} is being stopped.", remedy="Train again with the settings you want.")
    if run.read_json("training.json") is not None:
        raise RunError(f"Run {run.id} has ended its training and is being judged.", remedy="Train again with the settings you want.")
    if steering.augmentation and not has_augmentation(run):
        raise SpecError("Only pictures, sounds and texts can be augmented, and this run learns from something else.", remedy="Leave the augmentation as it is.")
    if "typos" in steering.augmentation:
        raise SpecError("Typos are made before training begins, so their share cannot change on the way.", remedy="Train again with the share you want.")
    if steering.training.get("epochs", status.epoch + 1) <= status.epoch:
        remedy = f"Choose more than {status.epoch} epochs, or stop the run: its best epoch is kept."
        raise RunError(f"{status.epoch} epochs are done already.", remedy=remedy)
