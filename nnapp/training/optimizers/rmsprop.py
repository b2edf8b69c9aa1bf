"""RMSprop (Tieleman and Hinton 2012)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nnapp.training.optimizers import OPTIMIZERS, OptimizerInfo

if TYPE_CHECKING:
    import keras


def rmsprop(common: dict[str, Any]) -> keras.optimizers.Optimizer:
    """RMSprop (Tieleman and Hinton 2012)."""
    import keras

    return keras.optimizers.RMSprop(**common)


OPTIMIZERS.register("rmsprop")(OptimizerInfo("RMSprop", "Divides each step by the size of recent gradients. Often used for recurrent networks.", rmsprop))
