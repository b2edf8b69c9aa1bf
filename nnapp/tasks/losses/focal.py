"""Cross-entropy that looks away from what is easy (Lin et al. 2017)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nnapp.tasks.losses import LOSSES, LossInfo
from nnapp.tasks.losses.indices import over_indices
from nnapp.tasks.spec import TaskSpec

if TYPE_CHECKING:
    import keras


def focal(task: TaskSpec, label_smoothing: float) -> keras.losses.Loss:
    """Focal loss with a focus of 2, for `(n, 1)` labels of 0 and 1 (binary) or `(n,)` class indices (multiclass)."""
    import keras

    if task.kind == "binary":
        return keras.losses.BinaryFocalCrossentropy(gamma=2.0, from_logits=True, label_smoothing=label_smoothing, name="focal")
    # Every class counts the same, as with two of them.
    return over_indices(
        keras.losses.CategoricalFocalCrossentropy, task.units, alpha=1.0, gamma=2.0, from_logits=True, label_smoothing=label_smoothing, name="focal"
    )


LOSSES.register("focal")(
    LossInfo("Focal", "Cross-entropy that counts easy rows less. For a rare class among many easy rows.", frozenset({"binary", "multiclass"}), focal, 20)
)
