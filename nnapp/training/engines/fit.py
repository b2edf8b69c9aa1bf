"""Keras' own `model.fit`, one call an epoch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from nnapp.training.engines.base import ENGINES, Arrays, Engine, Sitting, Tick

if TYPE_CHECKING:
    import keras


@ENGINES.register("fit")
class FitEngine(Engine):
    """Feeds `model.fit` from a `tf.data` pipeline whose order of rows is a variable."""

    def __init__(self, model: keras.Model, sitting: Sitting) -> None:
        import tensorflow as tf

        super().__init__(model, sitting)
        with tf.device("CPU"):
            self._order = tf.Variable(np.arange(len(self.train)), shape=(None,), dtype=tf.int64)
            self._rows = _pipeline(self.train, self._order, self.batch_size)

    def advance(self, order: NDArray[np.int64], tick: Tick) -> int:
        """One `fit` of one epoch; the ticks come from a Keras callback."""
        import tensorflow as tf

        self._order.assign(order)
        steps = -(-len(order) // self.batch_size)
        ticker = _ticker(tick, steps)
        rows = self._rows.apply(tf.data.experimental.assert_cardinality(steps))
        self.model.fit(rows, epochs=1, shuffle=False, verbose=0, callbacks=[ticker])
        return int(ticker.taken)


def _pipeline(train: Arrays, order: Any, batch_size: int) -> Any:
    """Batches `(x, y)` or `(x, y, weights)` in the order that the variable holds when an epoch begins."""
    import tensorflow as tf

    held: tuple[Any, ...] = ({name: tf.constant(array) for name, array in train.x.items()}, tf.constant(train.y))
    if train.weights is not None:
        held = (*held, tf.constant(train.weights))

    def gather(rows: Any) -> Any:
        return tf.nest.map_structure(lambda array: tf.gather(array, rows), held)

    def batches(_: Any) -> Any:
        return tf.data.Dataset.from_tensor_slices(order.read_value()).batch(batch_size)

    return tf.data.Dataset.range(1).flat_map(batches).map(gather).prefetch(4)


def _ticker(tick: Tick, steps: int) -> Any:
    """A Keras callback that ticks after each execution and ends the epoch where the tick says so."""
    import keras

    class Ticker(keras.callbacks.Callback):  # type: ignore[misc]  # Keras is not typed
        taken = 0

        def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
            self.taken = min(batch + 1, steps)
            if not tick(self.taken):
                self.model.stop_training = True

    return Ticker()
