"""The gradient of a convolution's bias as a matrix product.

On a processor TensorFlow computes it together with the gradient of the kernel, by a plain loop in oneDNN that takes
a seventh of a convolutional network's whole time. As a product with a row of ones it takes a tenth of that. The
numbers are the same to rounding, and neither the layer nor its saved form changes.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import keras


@contextlib.contextmanager
def quick_biases(model: keras.Model) -> Iterator[None]:
    """While a loop is traced, the network's convolutions add their biases so that their gradients are quick.

    For the graph's loop: XLA fuses by itself, and a GPU has kernels of its own.
    """
    changed = [layer for layer in model._flatten_layers() if _is_plain(layer)]
    for layer in changed:
        vars(layer)["call"] = _call(layer)
    try:
        yield
    finally:
        for layer in changed:
            del vars(layer)["call"]


def _is_plain(layer: Any) -> bool:
    """Whether the layer is one of Keras' own with a bias to each of its last axis' channels, in float32."""
    import keras
    import tensorflow as tf

    if type(layer) not in {keras.layers.Conv1D, keras.layers.Conv2D} or tf.config.list_physical_devices("GPU"):
        return False
    # Keras pads for "causal" in the very method that is replaced.
    return bool(layer.use_bias) and layer.data_format == "channels_last" and layer.compute_dtype == "float32" and layer.padding != "causal"


def _call(layer: Any) -> Any:
    """In place of the layer's method of this name."""
    import keras

    # TensorFlow makes one operation of convolution, bias and ReLU if nothing stands between them, and this gradient would.
    rectified = layer.activation is keras.activations.relu
    biased = _biased(rectified=rectified)

    def call(inputs: Any) -> Any:
        import tensorflow as tf

        outputs = biased(layer.convolution_op(inputs, layer.kernel), tf.convert_to_tensor(layer.bias))
        return outputs if rectified or layer.activation is None else layer.activation(outputs)

    return call


def _biased(*, rectified: bool) -> Any:
    """The addition of a bias, with a ReLU or without, and its gradient."""
    import tensorflow as tf

    @tf.custom_gradient  # type: ignore[untyped-decorator]  # TensorFlow is not typed
    def biased(x: Any, bias: Any) -> tuple[Any, Any]:
        outputs = tf.nn.bias_add(x, bias)
        outputs = tf.nn.relu(outputs) if rectified else outputs

        def gradient(upstream: Any) -> tuple[Any, Any]:
            passed = tf.raw_ops.ReluGrad(gradients=upstream, features=outputs) if rectified else upstream
            rows = tf.reshape(passed, (-1, passed.shape[-1]))
            return passed, tf.reshape(tf.matmul(tf.ones((1, tf.shape(rows)[0])), rows), (-1,))

        return outputs, gradient

    return biased
