"""A SavedModel as a predictor, run as another program would run it: by its `serving_default` signature. Workers only."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np

from nnapp.inference.base import Arrays, Logits, batch_rows, padded_batches


class SavedModelPredictor:
    """Runs a SavedModel folder.

    Args:
        folder: Where `saved_model.pb` lies.
        batch: Rows at a time; chosen from the size of an example when None.
    """

    def __init__(self, folder: Path, *, batch: int | None = None) -> None:
        import tensorflow as tf

        self._owner = tf.saved_model.load(str(folder))
        self._serve = self._owner.signatures["serving_default"]
        shapes = {name: spec.shape[1:] for name, spec in self._serve.structured_input_signature[1].items()}
        self._types = {name: spec.dtype.as_numpy_dtype for name, spec in self._serve.structured_input_signature[1].items()}
        ((self._output, spec),) = self._serve.structured_outputs.items()
        self.units = int(spec.shape[-1])
        self._batch = batch or batch_rows(sum(math.prod(size or 1 for size in shape) for shape in shapes.values()))

    def logits(self, x: Arrays) -> Logits:
        """Logits `(n, units)`."""
        import tensorflow as tf

        parts = []
        for real, batch in padded_batches(x, self._batch, self._types):
            tensors = {name: tf.constant(array) for name, array in batch.items()}
            parts.append(np.asarray(self._serve(**tensors)[self._output], np.float32)[:real])
        return np.concatenate(parts) if parts else np.zeros((0, self.units), np.float32)
