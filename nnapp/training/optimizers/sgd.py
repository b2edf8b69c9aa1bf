"""Stochastic gradient descent with momentum, plain or Nesterov's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nnapp.training.optimizers import OPTIMIZERS, OptimizerInfo

if TYPE_CHECKING:
    import keras


def sgd(arguments: dict[str, Any]) -> keras.optimizers.Optimizer:
    """Stochastic gradient descent; a momentum of 0 is the plain kind."""
    import keras

    return keras.optimizers.SGD(**arguments)


OPTIMIZERS.register("sgd")(
    OptimizerInfo(
        "SGD with momentum",
        "The same step size for all weights, with momentum. Wants a larger learning rate (0.01 to 0.1) and patience.",
        sgd,
        takes=("momentum", "nesterov"),
    )
)
