"""Lion (Chen et al. 2023)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nnapp.training.optimizers import OPTIMIZERS, OptimizerInfo

if TYPE_CHECKING:
    import keras


def lion(common: dict[str, Any]) -> keras.optimizers.Optimizer:
    """Steps of one size, in the direction of the gradient's sign, smoothed."""
    import keras

    return keras.optimizers.Lion(**common)


OPTIMIZERS.register("lion")(
    OptimizerInfo(
        "Lion", "Every weight moves by the same amount, up or down. Wants a learning rate 3 to 10 times lower and more weight decay than AdamW.", lion
    )
)
