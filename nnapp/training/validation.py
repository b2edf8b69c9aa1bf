"""The loss and the metric on the validation part, by one compiled function."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from nnapp.data.dataset import DataSpec
from nnapp.tasks import TaskSpec
from nnapp.training.engines.base import Arrays

if TYPE_CHECKING:
    import keras

MOST_ROWS, MOST_CELLS = 4096, 1 << 19
"""Rows at a time, and the numbers in them: large enough to be quick, small enough that what lies between the layers fits anywhere."""


def rows_at_once(data: DataSpec) -> int:
    """Rows that are answered at a time: a power of two, fewer where an example is large."""
    cells = sum(math.prod(size or 1 for size in spec.shape) for spec in data.inputs.values())
    return int(min(MOST_ROWS, 2 ** int(math.log2(max(1, MOST_CELLS / max(1, cells))))))


class Validation:
    """Scores a network on rows that it does not learn from.

    Args:
        model: The network; its weights are read anew each time.
        part: The rows.
        task: What is asked.
        loss: Of labels and logits.
        batch: Rows at a time.
    """

    def __init__(self, model: keras.Model, part: Arrays, task: TaskSpec, loss: keras.losses.Loss, batch: int) -> None:
        self._part, self._task, self._loss, self._batch = part, task, loss, batch
        self._logits = _compiled(model)

    def __call__(self) -> dict[str, float]:
        """`loss`, and `accuracy` or `mae` (in the target's units). Row weights count in the loss only."""
        logits = self._all_logits()
        loss = float(self._loss(self._part.y, logits, self._part.weights))
        return {"loss": loss} | _metrics(self._task, self._part.y, logits)

    def _all_logits(self) -> NDArray[np.float32]:
        rows = len(self._part)
        starts = range(0, rows, self._batch)
        return np.concatenate([self._logits({name: x[start : start + self._batch] for name, x in self._part.x.items()}) for start in starts])


def _compiled(model: keras.Model) -> Callable[[dict[str, NDArray[np.generic]]], NDArray[np.float32]]:
    """A function from arrays to logits that is traced once, not once a batch size."""
    import tensorflow as tf

    signature = {tensor.name: tf.TensorSpec((None, *tensor.shape[1:]), tensor.dtype, tensor.name) for tensor in model.inputs}

    @tf.function(input_signature=[signature])  # type: ignore[untyped-decorator]  # TensorFlow is not typed
    def forward(x: dict[str, tf.Tensor]) -> tf.Tensor:
        return model(x, training=False)

    def logits(x: dict[str, NDArray[np.generic]]) -> NDArray[np.float32]:
        fed = {name: tf.constant(array.astype(signature[name].dtype.as_numpy_dtype, copy=False)) for name, array in x.items()}
        return np.asarray(forward(fed), np.float32)

    return logits


def _metrics(task: TaskSpec, y: NDArray[np.generic], logits: NDArray[np.float32]) -> dict[str, float]:
    """What the training curve shows beside the loss, on whole arrays."""
    if task.is_number:
        # Behind a forecast may stand its interval.
        return {"mae": float(np.abs(y.astype(np.float64).reshape(len(y), -1) - logits[:, : y[0].size]).mean()) * task.output.scale}
    found = task.decode(logits).prediction
    return {"accuracy": float((found.reshape(y.shape) == y).mean())}
