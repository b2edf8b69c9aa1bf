"""Losses of Keras that want rows of zeros and a one, for class indices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import keras


def over_indices(loss: type[keras.losses.Loss], classes: int, **arguments: Any) -> keras.losses.Loss:
    """A loss of `(n,)` class indices made of one that takes `(n, classes)` shares.

    Args:
        loss: Keras' class, to be made with `arguments`.
        classes: How many there are.
        arguments: Keras' own.
    """
    from keras import ops

    class OverIndices(loss):  # type: ignore[misc]  # Keras is not typed
        def call(self, y_true: keras.KerasTensor, y_pred: keras.KerasTensor) -> keras.KerasTensor:
            indices = ops.cast(ops.reshape(y_true, (-1,)), "int32")
            return super().call(ops.one_hot(indices, classes), y_pred)

    return OverIndices(**arguments)
