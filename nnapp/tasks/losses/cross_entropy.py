"""Cross-entropy: the price of the probability that the network gave the true class."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nnapp.tasks.losses import LOSSES, LossInfo
from nnapp.tasks.losses.indices import over_indices
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
    # The sparse one has no smoothing of its own.
    return over_indices(keras.losses.CategoricalCrossentropy, task.units, from_logits=True, label_smoothing=label_smoothing, name="cross_entropy")


LOSSES.register("cross_entropy")(
    LossInfo(
        "Cross-entropy",
        "Charges for every doubt about the true class: gives honest probabilities.",
        frozenset({"binary", "multiclass", "multilabel"}),
        cross_entropy,
        10,
    )
)
