"""A network for texts as an explainer sees it: from token ids to its outputs in the explained unit, compiled once."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from nnapp.data.dataset import DataSpec
from nnapp.explanation.network import in_units, points_at_once
from nnapp.tasks import OUTPUT, TaskSpec

if TYPE_CHECKING:
    import keras


class TokenNetwork:
    """A network of one input a column of text.

    Args:
        model: Gives logits `(n, units)` for token ids `{name: (n, length)}`.
        data: Its inputs.
        task: What the logits mean.

    Attributes:
        lengths: Tokens of each input, by name.
        points: Texts that one call may hold.
    """

    def __init__(self, model: keras.Model, data: DataSpec, task: TaskSpec) -> None:
        self.lengths = {name: int(spec.shape[0] or 0) for name, spec in data.inputs.items()}
        self.points = min(points_at_once(model), 4096)
        self._model, self._task = model, task
        self._compiled = self._compile()

    def outputs(self, ids: dict[str, NDArray[np.int32]]) -> NDArray[np.float64]:
        """All outputs of texts, float64 `(n, o)`; see `nnapp.explanation.network.in_units`."""
        rows = len(next(iter(ids.values())))
        blocks = [self._compiled({name: array[start : start + self.points] for name, array in ids.items()}).numpy() for start in range(0, rows, self.points)]
        return in_units(np.concatenate(blocks).astype(np.float64), self._task)

    def _compile(self) -> Callable[..., Any]:
        import tensorflow as tf

        def logits(ids: Any) -> Any:
            found = self._model(ids, training=False)
            return found[OUTPUT] if isinstance(found, dict) else found

        given = {name: tf.TensorSpec((None, length), tf.int32) for name, length in self.lengths.items()}
        return tf.function(logits, input_signature=[given])  # type: ignore[no-any-return]
