"""What a network is trained to make small, by name; each question has one by default."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from nnapp.errors import SpecError
from nnapp.registry import Registry
from nnapp.tasks.spec import TaskKind, TaskSpec

if TYPE_CHECKING:
    import keras


@dataclass(frozen=True)
class LossInfo:
    """A loss on the menu.

    Attributes:
        title: Its name in a menu.
        sentence: When to choose it.
        tasks: Questions it is for.
        make: From the task and one number, the `setting`, to a Keras loss of logits.
        rank: Order within a question; the first is the default.
        setting: What the number is: the label smoothing (0 to 1, for classes; others ignore it), or the quantile that is aimed at.
    """

    title: str
    sentence: str
    tasks: frozenset[TaskKind]
    make: Callable[[TaskSpec, float], keras.losses.Loss]
    rank: int = 50
    setting: Literal["label_smoothing", "quantile"] = "label_smoothing"


LOSSES: Registry[LossInfo] = Registry("loss", "nnapp.tasks.losses")


def losses_for(kind: TaskKind) -> list[str]:
    """Names of the losses for a question, the default first."""
    return [name for _, name in sorted((info.rank, name) for name, info in LOSSES.items() if kind in info.tasks)]


def loss_for(task: TaskSpec, name: str = "auto", label_smoothing: float = 0.0, quantile: float = 0.5) -> keras.losses.Loss:
    """The Keras loss of a task's logits.

    Args:
        task: What is asked.
        name: A registered loss, or `auto` for the question's default.
        label_smoothing: Share of certainty taken from the true class; regressions ignore it.
        quantile: Share of the answers that are to lie above the true value; for the loss of that name only.

    Raises:
        SpecError: If the loss is for another question.
    """
    fitting = losses_for(task.kind)
    chosen = fitting[0] if name == "auto" else name
    info = LOSSES[chosen]
    if task.kind not in info.tasks:
        raise SpecError(f"The loss {chosen!r} is not for {task.kind} questions.", remedy=f"Choose one of: auto, {', '.join(fitting)}.")
    loss = info.make(task, quantile if info.setting == "quantile" else label_smoothing)
    if task.output.forecast is None or task.output.forecast.interval is None:
        return loss
    from nnapp.tasks.interval_loss import with_interval

    return with_interval(loss, task.output.forecast)
