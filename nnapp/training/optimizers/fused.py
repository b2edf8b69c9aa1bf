"""Adam's step as one kernel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import keras


def with_fused_step(optimizer: type[keras.optimizers.Adam]) -> type[keras.optimizers.Adam]:
    """Adam, or a kind of it, whose step is TensorFlow's own kernel instead of a dozen small ones.

    The result is the same to rounding, and so are the variables. Clipping and weight decay come before this step and
    stay Keras' own; what the kernel does not know (AMSGrad, sparse gradients of an embedding) goes Keras' way too.

    Source: https://www.tensorflow.org/api_docs/python/tf/raw_ops/ResourceApplyAdam
    """
    import tensorflow as tf

    class Fused(optimizer):  # type: ignore[misc]  # Keras is not typed
        def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
            if self.amsgrad or isinstance(gradient, tf.IndexedSlices):
                super().update_step(gradient, variable, learning_rate)
                return
            index, kind = self._get_variable_index(variable), variable.dtype
            step = tf.cast(tf.convert_to_tensor(self.iterations) + 1, kind)
            first, second = tf.constant(self.beta_1, kind), tf.constant(self.beta_2, kind)
            tf.raw_ops.ResourceApplyAdam(
                var=_handle(variable),
                m=_handle(self._momentums[index]),
                v=_handle(self._velocities[index]),
                beta1_power=tf.pow(first, step),
                beta2_power=tf.pow(second, step),
                lr=tf.cast(learning_rate, kind),
                beta1=first,
                beta2=second,
                epsilon=tf.constant(self.epsilon, kind),
                grad=gradient,
            )

    Fused.__name__ = optimizer.__name__
    return Fused


def _handle(variable: Any) -> Any:
    """TensorFlow's own handle of a Keras or TensorFlow variable."""
    return variable.handle if hasattr(variable, "handle") else variable.value.handle
