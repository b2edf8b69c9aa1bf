"""What a learning curve says, in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

LEVEL = 0.01
"""A change of less than this share of the whole way is none."""


@dataclass(frozen=True)
class Curve:
    """One number by epoch, both shape `(n,)`, epochs rising."""

    epochs: NDArray[np.float64]
    values: NDArray[np.float64]


def finding(what: str, lines: Mapping[str, Curve], higher_is_better: bool, text: Callable[[float], str], best_epoch: float | None, *, live: bool) -> str:
    """One sentence on how training goes or went.

    Args:
        what: The number, as in "loss".
        lines: Curves by split, empty ones left out.
        higher_is_better: Its direction.
        text: How a value is written.
        best_epoch: Of the validation curve.
        live: Whether it still goes on.
    """
    if not lines:
        return f"No {what} yet: the first epoch is under way" if live else f"No {what} was recorded"
    split = "validation" if "validation" in lines else "train"
    line = lines[split]
    word = "Validation" if split == "validation" else "Training"
    last = f"{word} {what} is {text(float(line.values[-1]))} after epoch {line.epochs[-1]:g}"
    if split == "train" and len(line.values) > 1:
        name = "Training loss" if what == "loss" else what[0].upper() + what[1:]
        return f"{name} went from {text(float(line.values[0]))} to {text(float(line.values[-1]))}"
    if len(line.values) < 3 or best_epoch is None:
        return last if len(line.values) < 2 else f"{word} {what} went from {text(float(line.values[0]))} to {text(float(line.values[-1]))}"
    return _of_validation(what, lines, higher_is_better, text, best_epoch, live=live)


def _of_validation(what: str, lines: Mapping[str, Curve], higher_is_better: bool, text: Callable[[float], str], best_epoch: float, *, live: bool) -> str:
    line = lines["validation"]
    at = int(np.abs(line.epochs - best_epoch).argmin())
    best, end = float(line.values[at]), float(line.values[-1])
    sign = 1.0 if higher_is_better else -1.0
    way = abs(best - float(line.values[0])) or abs(best) or 1.0
    since = len(line.values) - 1 - at
    if since <= max(1, len(line.values) // 10):
        before = float(line.values[max(0, len(line.values) - 1 - max(2, len(line.values) // 4))])
        moving = sign * (best - before) > LEVEL * way
        rising = "rising" if higher_is_better else "falling"
        if not moving:
            return f"Validation {what} has levelled off at {text(best)}"
        return f"Validation {what} is still {rising}: {text(best)} after epoch {line.epochs[at]:g}" if live else (
            f"Validation {what} was still {rising} at the end: {text(best)}. More epochs may help"
        )  # fmt: skip
    train = lines.get("train")
    worse = sign * (end - best) < -3 * LEVEL * way
    # Only the loss is smooth enough to say so: one row more or less makes an accuracy jump.
    if what == "loss" and worse and train is not None and _went_on(train, best_epoch, sign):
        return f"The network memorises after epoch {line.epochs[at]:g}: validation loss rises from {text(best)} to {text(end)}"
    return f"Validation {what} was best at epoch {line.epochs[at]:g}, {text(best)}, and has not improved since"


def _went_on(train: Curve, epoch: float, sign: float) -> bool:
    """Whether training got better after that epoch."""
    at = int(np.abs(train.epochs - epoch).argmin())
    return sign * float(train.values[-1] - train.values[at]) > LEVEL * (abs(float(train.values[at])) or 1.0)
