"""Adam (Kingma and Ba 2015)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nnapp.training.optimizers import OPTIMIZERS, OptimizerInfo
from nnapp.training.optimizers.fused import with_fused_step

if TYPE_CHECKING:
    import keras


def adam(common: dict[str, Any]) -> keras.optimizers.Optimizer:
    """Adam (Kingma and Ba 2015)."""
    import keras

    return with_fused_step(keras.optimizers.Adam)(**common)


OPTIMIZERS.register("adam")(OptimizerInfo("Adam", "A step size of its own for each weight. Nearly AdamW; choose it to repeat what others did.", adam))
