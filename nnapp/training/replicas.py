"""Several devices that share every batch: TensorFlow's MirroredStrategy, with the loss of one device.

TensorFlow gives every device a part and averages their losses, which is the batch's loss only where the parts are
equal. Here a batch is filled up to a multiple of the devices with rows of its own that count nothing, so that no
device is ever without a row, and each part's loss counts as much as it has true rows.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any

from nnapp.errors import SpecError

if TYPE_CHECKING:
    import keras

STAND_IN = -1.0
"""Weight of a row that only fills its batch up; true weights are never negative."""


def strategy_over(replicas: int) -> Any:
    """What a network that so many devices train is built and compiled within; for one device, TensorFlow's default.

    Args:
        replicas: GPUs, or on a machine without any the processors that TensorFlow was told to see.

    Raises:
        SpecError: If there are not so many.
    """
    import tensorflow as tf

    if replicas == 1:
        return tf.distribute.get_strategy()
    gpus = tf.config.list_logical_devices("GPU")
    devices = gpus or tf.config.list_logical_devices("CPU")
    if len(devices) < replicas:
        raise _too_few(replicas, len(gpus))
    return _over(tuple(device.name for device in devices[:replicas]))


@cache
def _over(devices: tuple[str, ...]) -> Any:
    """One strategy a process: a second one would number its exchanges from the beginning, and TensorFlow take them for those of the first."""
    import tensorflow as tf

    return tf.distribute.MirroredStrategy(devices)


def split(rows: Any, replicas: int) -> tuple[Any, Any]:
    """Divide the rows of a batch among devices.

    Args:
        rows: Positions, shape `(n,)`, at least one.
        replicas: How many devices.

    Returns:
        Positions of shape `(replicas, ceil(n / replicas))`, and in the same shape which of them are no stand-ins.
    """
    import tensorflow as tf

    count = tf.shape(rows)[0]
    places = tf.reshape(tf.range(-(-count // replicas) * replicas), (replicas, -1))
    return tf.gather(rows, places % count), places < count


def step_of_a_part(model: keras.Model) -> Callable[[Any], dict[str, Any]]:
    """The training step of a compiled network on one device's part of a batch.

    It is Keras' own step but for three things: stand-ins are left out before the loss and the metrics, what is learned
    from a part counts by its true rows, and the gradient is clipped when the parts' are added up, not before.
    """
    import tensorflow as tf

    clipping, model.optimizer.global_clipnorm = model.optimizer.global_clipnorm, None
    loss_so_far = next(metric for metric in model.metrics if metric.name == "loss")

    def step(part: Any) -> dict[str, Any]:
        x, y, weights = part
        real = weights > STAND_IN
        rows = tf.reduce_sum(tf.cast(real, tf.float32))
        here = tf.distribute.get_replica_context()
        replicas = here.num_replicas_in_sync
        share = rows / here.all_reduce(tf.distribute.ReduceOp.SUM, rows)
        with tf.GradientTape() as tape:
            logits = tf.boolean_mask(model(x, training=True), real)
            y, weights = tf.boolean_mask(y, real), tf.boolean_mask(weights, real)
            # Keras divides every loss by the number of devices.
            loss = model.compute_loss(x, y, logits, weights, training=True) * replicas
            counted = loss * share
        learned = model.trainable_variables
        gradients = tape.gradient(counted, [variable.value for variable in learned])
        if clipping:
            whole, _ = tf.clip_by_global_norm(here.all_reduce(tf.distribute.ReduceOp.SUM, gradients), clipping)
            gradients = [gradient / replicas for gradient in whole]  # the optimizer adds them up once more
        model.optimizer.apply_gradients(zip(gradients, learned, strict=True))
        loss_so_far.update_state(loss, sample_weight=rows)
        return dict(model.compute_metrics(x, y, logits, sample_weight=weights))

    return step


def _too_few(replicas: int, gpus: int) -> SpecError:
    has = "no GPU" if gpus == 0 else "1 GPU" if gpus == 1 else f"{gpus} GPUs"
    remedy = "Set training.replicas to 1." if gpus < 2 else f"Set training.replicas to {gpus} or less."
    return SpecError(f"This machine has {has}, and {replicas} were asked to share every batch.", remedy=remedy)
