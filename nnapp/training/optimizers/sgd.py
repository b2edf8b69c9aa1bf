"""Stochastic gradient descent with Nesterov momentum of 0.9."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nnapp.training.optimizers import OPTIMIZERS, OptimizerInfo

if TYPE_CHECKING:
    import keras


def sgd(common: dict[str, Any]) -> keras.optimizers.Optimizer:
    """Stochastic gradient descent with Nesterov momentum of 0.9."""
    import keras

    return keras.optimizers.SGD(momentum=0.9, nesterov=True, **common)


OPTIMIZERS.register("sgd")(
    OptimizerInfo("SGD with momentum", "The same step size for all weights, with momentum. Wants a larger learning rate (0.01 to 0.1) and patience.", sgd)
)
