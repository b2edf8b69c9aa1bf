"""A Keras network as a predictor: compiled once, run in batches of one size. Workers only."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from nnapp.errors import RunError
from nnapp.inference.base import Arrays, Logits, batch_rows, padded_batches

if TYPE_CHECKING:
    import keras


class KerasPredictor:
    """Runs a functional model in inference mode (`training=False`: no dropout, no augmentation).

    Args:
        model: Named inputs, one output of shape `(batch, units)`.
        batch: Rows at a time; chosen from the size of an example when None. One row is one row: nothing is added.
    """

    def __init__(self, model: keras.Model, *, batch: int | None = None) -> None:
        import tensorflow as tf

        self.model = model
        self.units = int(model.outputs[0].shape[-1])
        shapes = {tensor.name: tuple(tensor.shape[1:]) for tensor in model.inputs}
        self._batch = batch or batch_rows(sum(math.prod(size or 1 for size in shape) for shape in shapes.values()))
        self._types = {tensor.name: np.dtype(tensor.dtype) for tensor in model.inputs}
        signature = {name: tf.TensorSpec((self._batch, *shape), self._types[name], name=name) for name, shape in shapes.items()}

        def run(inputs: dict[str, Any]) -> Any:
            return model(inputs, training=False)

        self._run = tf.function(run, input_signature=[signature])

    @classmethod
    def load(cls, path: Path, *, batch: int | None = None) -> KerasPredictor:
        """Read a `.keras` file of ours.

        Raises:
            RunError: When the file is missing or is not a network.
        """
        import keras

        if not path.is_file():
            raise RunError(f"The network {path.name} is missing.", remedy="Let the run finish training, or train it again.")
        try:
            model = keras.saving.load_model(path, compile=False, safe_mode=True)
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise RunError(f"The network {path.name} cannot be read: {str(error).splitlines()[0][:200]}.", remedy="Train the run again.") from error
        return cls(model, batch=batch)

    def logits(self, x: Arrays) -> Logits:
        """Logits `(n, units)`."""
        parts = [np.asarray(self._run(batch), np.float32)[:real] for real, batch in padded_batches(x, self._batch, self._types)]
        return np.concatenate(parts) if parts else np.zeros((0, self.units), np.float32)
