"""L1 and L2: a price on the size of the weights, as a part of the training loss."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import keras


def penalise(model: keras.Model, l1: float, l2: float) -> None:
    """Put a price on every matrix and filter that the network learns; offsets and scales are free.

    It hangs on the variables of the network in training and not on its layers' settings: the network that is kept at
    the end is built anew and knows nothing of it, so that its file loads anywhere. Prices that a network has put on
    its weights itself stay where none is asked here.

    Args:
        model: Built; `model.losses` gives the price, which every `train_step` adds to the loss.
        l1: Price of the sum of sizes.
        l2: Price of the sum of squares.
    """
    import keras

    for weight in model.trainable_weights:
        if len(weight.shape) < 2:
            continue
        if l1 or l2:
            weight.regularizer = keras.regularizers.L1L2(l1, l2)
            weight.regularizer.asked = True
        elif getattr(weight.regularizer, "asked", False):  # by the settings before a change
            weight.regularizer = None
