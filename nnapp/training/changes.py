"""What changes a run on its way: a person, a stage that ends, a batch that memory does not hold, validation that stands still."""

from __future__ import annotations

import numpy as np

from nnapp.training import plateau
from nnapp.training.checkpoint import Progress
from nnapp.training.hand import Hand
from nnapp.training.memory import in_memory
from nnapp.training.steering import ONLY_READ, InForce, Steered, in_short, in_words


def steer(hand: Hand) -> None:
    """Let a change that is asked take effect between two steps.

    The request is forgotten only when a checkpoint that knows of the change is in place: a kill at any
    instant leaves one of the two.
    """
    asked = hand.stream.steering()
    if asked is None:
        return
    before = hand.settings
    changes = asked.without(before.training, before.augmentation)
    if not changes.is_empty:
        words = {"text": in_words(changes, before, _when(hand.progress)), "label": in_short(changes)}
        _hold(hand, before.after([changes]), anew=bool(changes.augmentation) or not ONLY_READ.issuperset(changes.training))
        if "class_weights" in changes.training:
            _measure_the_best_again(hand)
        hand.note(steering=(*hand.progress.steering, Steered(step=hand.progress.steps, epoch=hand.passes, changes=changes, **words)))
        hand.checkpoint()
    for known in hand.progress.steering[-1:]:
        if known.step == hand.progress.steps:
            _tell(hand, known)
    hand.stream.steered(asked)


def thaw(hand: Hand) -> None:
    """Let all layers learn when it is time; the change is one of the run's steering, so that a resumed run knows of it."""
    patience = hand.config.patience if hand.config.early_stopping else None
    beginning = hand.assembly.beginning
    found = beginning.thawed(hand.progress, patience=patience) if beginning else None
    if found is None or hand.progress.epoch >= hand.config.epochs:
        return
    hand.note(steering=(*hand.progress.steering, found), waited=0)
    hand.go_on(hand.settings.after([found.changes]))
    hand.checkpoint()
    _tell(hand, found)


def begin_smaller(hand: Hand, size: int) -> None:
    """The run as it would have been from its beginning with half the batch; what was steered since then holds from there.

    It is in a checkpoint before the first step, so that a resumed run does not try the larger batch again.

    Args:
        hand: No epoch is done yet.
        size: The batch that memory does not hold.
    """
    now = hand.progress
    hand.progress = Progress(too_large=(*now.too_large, size), steering=now.steering, seconds=hand.stream.seconds)
    hand.begin(in_memory(hand.settings, hand.progress))
    text = f"Memory did not hold batches of {size} rows. The run begins anew with {hand.engine.batch_size}."
    hand.stream.event("smaller_batch", text, step=0, epoch=0, batch_size=hand.engine.batch_size)
    hand.checkpoint()


def lower_the_rate(hand: Hand) -> None:
    """Where the schedule watches validation, and that has not improved for long enough."""
    now = hand.progress
    if plateau.is_time(hand.config, now):
        hand.note(lowered=(*now.lowered, now.epoch))
        plateau.tell(hand.model, hand.config, hand.progress)
        rate = float(np.asarray(hand.model.optimizer.learning_rate))
        text = f"Validation has not improved since epoch {now.best_epoch}: the learning rate is now {rate:.3g}."
        hand.stream.event("rate_lowered", text, step=now.steps, epoch=now.epoch, rate=rate, label=f"rate {rate:.2g}")


def _hold(hand: Hand, after: InForce, *, anew: bool) -> None:
    """Put settings in force; `anew` where what runs the steps is made of them."""
    if anew:
        hand.go_on(after)
    else:
        hand.settings = after


def _tell(hand: Hand, change: Steered) -> None:
    hand.stream.event("steered", change.text, step=change.step, epoch=change.epoch, epochs=hand.config.epochs, label=change.label)


def _measure_the_best_again(hand: Hand) -> None:
    """Other weights of the classes make another loss: the best epoch's is comparable only when measured by it."""
    if hand.best:
        now = hand.model.get_weights()
        hand.model.set_weights(hand.best)
        hand.note(best=hand.validate()["loss"])
        hand.model.set_weights(now)


def _when(now: Progress) -> str:
    if now.steps_in_epoch:
        return f"in epoch {now.epoch + 1}"
    return f"after epoch {now.epoch}" if now.epoch else "before the first epoch"
