"""Keras' own `model.fit`, one call an epoch, on one device or several."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from nnapp.training.engines.base import ENGINES, Arrays, Engine, Sitting, Tick
from nnapp.training.replicas import STAND_IN, split, step_of_a_part

if TYPE_CHECKING:
    import keras


@ENGINES.register("fit")
class FitEngine(Engine):
    """Feeds `model.fit` from a `tf.data` pipeline whose order of rows is a variable."""

    sentence = "Keras' own fit runs the steps, one by one."

    def __init__(self, model: keras.Model, sitting: Sitting) -> None:
        import tensorflow as tf

        super().__init__(model, sitting)
        with tf.device("CPU"):
            self._order = tf.Variable(np.arange(len(self.train)), shape=(None,), dtype=tf.int64)
            self._rows = _pipeline(self.train, self._order, self.batch_size, self._replicas)
        if self._replicas > 1:
            model.train_step = step_of_a_part(model)
            rows = self._rows
            self._rows = model.distribute_strategy.distribute_datasets_from_function(lambda _: rows)

    @property
    def _replicas(self) -> int:
        """Devices that share every batch."""
        return int(self.model.distribute_strategy.num_replicas_in_sync)

    def advance(self, order: NDArray[np.int64], tick: Tick) -> int:
        """One `fit` of one epoch; the ticks come from a Keras callback."""
        self._order.assign(order)
        steps = -(-len(order) // self.batch_size)
        ticker = _ticker(tick, steps)
        self.model.fit(self._rows, epochs=1, steps_per_epoch=steps, shuffle=False, verbose=0, callbacks=[ticker])
        return int(ticker.taken)


def _pipeline(train: Arrays, order: Any, batch_size: int, replicas: int) -> Any:
    """Batches `(x, y)` or `(x, y, weights)` in the order that the variable holds when an epoch begins; for several devices their parts, in turn."""
    import tensorflow as tf

    held: tuple[Any, ...] = ({name: tf.constant(array) for name, array in train.x.items()}, tf.constant(train.y))
    if train.weights is not None or replicas > 1:
        held = (*held, tf.constant(np.ones(len(train), np.float32) if train.weights is None else train.weights))

    def gather(rows: Any) -> Any:
        return tf.nest.map_structure(lambda array: tf.gather(array, rows), held)

    def batches(_: Any) -> Any:
        return tf.data.Dataset.from_tensor_slices(order.read_value()).batch(batch_size)

    def parts(rows: Any) -> Any:
        return tf.data.Dataset.from_tensor_slices(split(rows, replicas))

    def gather_part(rows: Any, real: Any) -> Any:
        x, y, weights = gather(rows)
        return x, y, tf.where(real, weights, STAND_IN)

    found = tf.data.Dataset.range(1).flat_map(batches)
    return (found.map(gather) if replicas == 1 else found.flat_map(parts).map(gather_part)).prefetch(4 * replicas)


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
