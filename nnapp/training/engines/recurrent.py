"""LSTM layers as TensorFlow's one kernel for a whole sequence.

On a processor Keras runs a recurrent layer as a loop of a dozen small operations a time step, and lets TensorFlow
differentiate that. TensorFlow has the whole sequence, and its gradient, as one operation each, which no layer of Keras
uses. The numbers are Keras' to rounding, and neither the layer nor its saved form changes.

The kernel's second version has Keras' own order of the gates, but gives a wrong gradient on a processor (TensorFlow
2.21): hence the first, and weights that change places on their way.

Source: https://www.tensorflow.org/api_docs/python/tf/raw_ops/BlockLSTM
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import keras


@contextlib.contextmanager
def whole_sequences(model: keras.Model) -> Iterator[None]:
    """While a loop is traced, the network's LSTM layers that can do so take a sequence as one operation.

    For the graph's loop: XLA does not know the kernel, and a GPU has a better one (cuDNN), which Keras uses.
    """
    changed = [layer for layer in model._flatten_layers() if _is_plain(layer)]
    for layer in changed:
        vars(layer)["inner_loop"] = _inner_loop(layer)
    try:
        yield
    finally:
        for layer in changed:
            del vars(layer)["inner_loop"]


def _is_plain(layer: Any) -> bool:
    """Whether the kernel does what the layer does: Keras' own activations, and nothing dropped between two time steps."""
    import keras
    import tensorflow as tf

    if type(layer) is not keras.layers.LSTM or tf.config.list_physical_devices("GPU"):
        return False
    usual = layer.activation is keras.activations.tanh and layer.recurrent_activation is keras.activations.sigmoid
    return usual and not layer.recurrent_dropout and not layer.unroll


def _inner_loop(layer: keras.layers.LSTM) -> Any:
    """In place of the layer's method of this name; what the kernel does not know goes Keras' way."""

    def inner_loop(sequences: Any, initial_state: Any, mask: Any, training: bool = False) -> tuple[Any, Any, list[Any]]:
        import tensorflow as tf

        if mask is not None or (training and layer.dropout) or sequences.dtype != tf.float32:
            return type(layer).inner_loop(layer, sequences, initial_state, mask, training)  # type: ignore[no-any-return]  # Keras is not typed
        inputs = tf.transpose(sequences, (1, 0, 2))
        states, outputs = _over_time(layer.cell, tf.reverse(inputs, [0]) if layer.go_backwards else inputs, *initial_state)
        last = outputs[-1]
        return last, tf.transpose(outputs, (1, 0, 2)) if layer.return_sequences else last[:, None], [last, states[-1]]

    return inner_loop


def _over_time(cell: keras.layers.LSTMCell, inputs: Any, output: Any, state: Any) -> tuple[Any, Any]:
    """States and outputs of all steps.

    Args:
        cell: Whose weights are used.
        inputs: `(time, batch, channels)`.
        output: What was put out before the first step, `(batch, units)`.
        state: The state before it.

    Returns:
        Both `(time, batch, units)`.
    """
    import tensorflow as tf

    kernel = _gates(tf.concat([tf.convert_to_tensor(cell.kernel), tf.convert_to_tensor(cell.recurrent_kernel)], axis=0))
    bias = _gates(tf.convert_to_tensor(cell.bias)) if cell.use_bias else tf.zeros((4 * cell.units,))
    none = tf.zeros((cell.units,))
    found = tf.raw_ops.BlockLSTM(
        seq_len_max=tf.cast(tf.shape(inputs)[0], tf.int64),
        x=inputs,
        cs_prev=state,
        h_prev=output,
        w=kernel,
        wci=none,
        wcf=none,
        wco=none,
        b=bias,
        forget_bias=0.0,
        cell_clip=0.0,
        use_peephole=False,
    )
    return found.cs, found.h


def _gates(weights: Any) -> Any:
    """From Keras' order of the gates (input, forget, candidate, output) to the kernel's (input, candidate, forget, output)."""
    import tensorflow as tf

    take, keep, candidate, give = tf.split(weights, 4, axis=-1)
    return tf.concat([take, candidate, keep, give], axis=-1)
