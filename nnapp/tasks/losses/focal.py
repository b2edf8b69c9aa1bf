"""Cross-entropy that looks away from what is easy (Lin et al. 2017)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nnapp.tasks.losses import LOSSES, LossInfo
from nnapp.tasks.spec import TaskSpec

if TYPE_CHECKING:
    import keras


def focal(task: TaskSpec, label_smoothing: float) -> keras.losses.Loss:
    """Focal loss with a focus of 2, for `(n, 1)` labels of 0 and 1 (binary) or `(n,)` class indices (multiclass)."""
    import keras

    if task.kind == "binary":
        return keras.losses.BinaryFocalCrossentropy(gamma=2.0, from_logits=True, label_smoothing=label_smoothing, name="focal")
    return _of_indices(task.units, label_smoothing)


def _of_indices(classes: int, label_smoothing: float) -> keras.losses.Loss:
    """Keras' own takes rows of zeros and a one; every class counts the same, as with two of them."""
    import keras
    from keras import ops

    class SparseFocal(keras.losses.CategoricalFocalCrossentropy):  # type: ignore[misc]  # Keras is not typed
        def call(self, y_true: keras.KerasTensor, y_pred: keras.KerasTensor) -> keras.KerasTensor:
            indices = ops.cast(ops.reshape(y_true, (-1,)), "int32")
            return super().call(ops.one_hot(indices, classes), y_pred)

    return SparseFocal(alpha=1.0, gamma=2.0, from_logits=True, label_smoothing=label_smoothing, name="focal")


LOSSES.register("focal")(
    LossInfo("Focal", "Cross-entropy that counts easy rows less. For a rare class among many easy rows.", frozenset({"binary", "multiclass"}), focal, 20)
)
