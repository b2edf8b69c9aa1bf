"""Cross-entropy: the price of the probability that the network gave the true class."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nnapp.tasks.losses import LOSSES, LossInfo
from nnapp.tasks.spec import TaskSpec

if TYPE_CHECKING:
    import keras


def cross_entropy(task: TaskSpec, label_smoothing: float) -> keras.losses.Loss:
    """For `(n, 1)` labels of 0 and 1 (binary), `(n, k)` (multilabel) or `(n,)` class indices (multiclass)."""
    import keras

    if task.kind in {"binary", "multilabel"}:
        return keras.losses.BinaryCrossentropy(from_logits=True, label_smoothing=label_smoothing, name="cross_entropy")
    if label_smoothing == 0:
        return keras.losses.SparseCategoricalCrossentropy(from_logits=True, name="cross_entropy")
    return _smoothed(task.units, label_smoothing)


def _smoothed(classes: int, label_smoothing: float) -> keras.losses.Loss:
    """Sparse cross-entropy has no smoothing of its own: spread the indices over the classes first."""
    import keras
    from keras import ops

    class SmoothedCrossEntropy(keras.losses.CategoricalCrossentropy):  # type: ignore[misc]  # Keras is not typed
        def call(self, y_true: keras.KerasTensor, y_pred: keras.KerasTensor) -> keras.KerasTensor:
            indices = ops.cast(ops.reshape(y_true, (-1,)), "int32")
            return super().call(ops.one_hot(indices, classes), y_pred)

    return SmoothedCrossEntropy(from_logits=True, label_smoothing=label_smoothing, name="cross_entropy")


LOSSES.register("cross_entropy")(
    LossInfo(
        "Cross-entropy",
        "Charges for every doubt about the true class: gives honest probabilities.",
        frozenset({"binary", "multiclass", "multilabel"}),
        cross_entropy,
        10,
    )
)
