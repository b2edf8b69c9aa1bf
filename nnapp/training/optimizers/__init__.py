"""Rules that turn gradients into steps, by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nnapp.registry import Registry

if TYPE_CHECKING:
    import keras


@dataclass(frozen=True)
class OptimizerInfo:
    """An optimizer on the menu.

    Attributes:
        title: Its name in a menu.
        sentence: When to choose it.
        make: From Keras' common optimizer arguments (`learning_rate`, `weight_decay`, `clipnorm`, ...) and its own to an optimizer.
        takes: Fields of `TrainingConfig` that it takes as arguments of its own, by the same name.
    """

    title: str
    sentence: str
    make: Callable[[dict[str, Any]], keras.optimizers.Optimizer]
    takes: tuple[str, ...] = ()


OPTIMIZERS: Registry[OptimizerInfo] = Registry("optimizer", "nnapp.training.optimizers")
