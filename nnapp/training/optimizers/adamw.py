"""Adam with decoupled weight decay (Loshchilov and Hutter 2019)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nnapp.training.optimizers import OPTIMIZERS, OptimizerInfo

if TYPE_CHECKING:
    import keras


def adamw(common: dict[str, Any]) -> keras.optimizers.Optimizer:
    """Adam with decoupled weight decay (Loshchilov and Hutter 2019)."""
    import keras

    return keras.optimizers.AdamW(**common)


OPTIMIZERS.register("adamw")(OptimizerInfo("AdamW", "A step size of its own for each weight, and weights that shrink evenly. The choice to begin with.", adamw))
