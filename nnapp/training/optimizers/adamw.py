"""Adam with decoupled weight decay (Loshchilov and Hutter 2019)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nnapp.training.optimizers import OPTIMIZERS, OptimizerInfo
from nnapp.training.optimizers.fused import with_fused_step

if TYPE_CHECKING:
    import keras


def adamw(common: dict[str, Any]) -> keras.optimizers.Optimizer:
    """Adam with decoupled weight decay (Loshchilov and Hutter 2019)."""
    import keras

    common = common | {"weight_decay": common["weight_decay"] or 0.0}  # AdamW, alone of all, takes no None
    return with_fused_step(keras.optimizers.AdamW)(**common)


OPTIMIZERS.register("adamw")(OptimizerInfo("AdamW", "A step size of its own for each weight, and weights that shrink evenly. The choice to begin with.", adamw))
