"""Mixup (Zhang et al. 2018) and CutMix (Yun et al. 2019): rows that are made of two, and answer for both.

What is drawn for a step is a pure function of the seed and of the number of the step, so that nothing has to be kept
for a run that is resumed, and every loop draws the same.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from nnapp.data.specs import DataKind
from nnapp.errors import SpecError
from nnapp.tasks import TaskSpec
from nnapp.training.config import TrainingConfig

if TYPE_CHECKING:
    import keras

MIXABLE: frozenset[str] = frozenset({"tabular", "pictures", "sounds"})
"""Kinds of data of which a mean of two rows is a row too; one of two texts is none."""
TABLE = 513
"""Points at which the distribution of the shares is tabulated; between them it is a line."""


def check_mixing(config: TrainingConfig, kind: DataKind) -> None:
    """Refuse to mix what cannot be.

    Raises:
        SpecError: With the field that is to be 0.
    """
    if config.mixup and kind not in MIXABLE:
        raise SpecError(f"Mixup blends numbers, pictures and sounds; {kind} data cannot be blended.", remedy="Set training.mixup to 0.")
    if config.cutmix and kind != "pictures":
        raise SpecError(f"CutMix cuts rectangles out of pictures; {kind} data have none.", remedy="Set training.cutmix to 0, and try training.mixup.")


def mixed_step(model: keras.Model, task: TaskSpec, config: TrainingConfig) -> Callable[[Any], dict[str, Any]]:
    """Keras' own training step of a compiled network, but on rows that are each mixed with another of the batch.

    The rows of a batch are in an order of chance already: each is mixed with the one that stands opposite.
    The loss is that of both answers, each as much as its row is in the mixture; metrics count the larger share's.
    """
    import tensorflow as tf

    loss_of, loss_so_far = config.loss_of(task), next(metric for metric in model.metrics if metric.name == "loss")

    def step(batch: Any) -> dict[str, Any]:
        x, y, *given = batch
        x, kept = _mixed(x, config, _draws(model, config, tf.shape(y)[0]))
        other = tf.reverse(y, [0])
        weights = given[0] if given else tf.ones_like(kept)
        with tf.GradientTape() as tape:
            logits = model(x, training=True)
            loss = loss_of(y, logits, weights * kept) + loss_of(other, logits, tf.reverse(weights, [0]) * (1 - kept))
            loss += sum(model.losses)
            scaled = model.optimizer.scale_loss(loss)
        learned = model.trainable_variables
        model.optimizer.apply_gradients(zip(tape.gradient(scaled, [variable.value for variable in learned]), learned, strict=True))
        loss_so_far.update_state(loss, sample_weight=tf.shape(y)[0])
        return dict(model.compute_metrics(x, tf.where(_beside(kept, y) >= 0.5, y, other), logits, sample_weight=given[0] if given else None))

    return step


def _draws(model: keras.Model, config: TrainingConfig, rows: Any) -> Any:
    """Numbers between 0 and 1 for every row of this step, shape `(4, rows)`."""
    import tensorflow as tf

    optimizer = getattr(model.optimizer, "inner_optimizer", model.optimizer)
    number = tf.cast(optimizer._iterations.value, tf.int32)
    return tf.random.stateless_uniform((4, rows), seed=tf.stack([config.seed, number]), alg="philox")


def _mixed(x: dict[str, Any], config: TrainingConfig, draws: Any) -> tuple[dict[str, Any], Any]:
    """The inputs with their mixed rows, and of each row the share that is still its own, shape `(rows,)`."""
    import tensorflow as tf

    x = {name: tf.cast(array, tf.float32) for name, array in x.items()}
    if not config.cutmix:
        return _blended(x, draws[0], config.mixup)
    cut, kept = _cut(x, draws, config.cutmix)
    if not config.mixup:
        return cut, kept
    blended, share = _blended(x, draws[0], config.mixup)
    is_cut = draws[3] < 0.5
    return {name: tf.where(_beside(is_cut, array), array, blended[name]) for name, array in cut.items()}, tf.where(is_cut, kept, share)


def _blended(x: dict[str, Any], draw: Any, alpha: float) -> tuple[dict[str, Any], Any]:
    """Every row faded into its opposite."""
    import tensorflow as tf

    share = _beta(draw, alpha)
    return {name: tf.reverse(array, [0]) + _beside(share, array) * (array - tf.reverse(array, [0])) for name, array in x.items()}, share


def _cut(x: dict[str, Any], draws: Any, alpha: float) -> tuple[dict[str, Any], Any]:
    """A rectangle of every picture replaced by its opposite's; the share is that of the pixels that were left."""
    import tensorflow as tf

    ((name, picture),) = x.items()
    side = tf.sqrt(1.0 - _beta(draws[0], alpha))
    across = [_within(draws[1 + axis], side, picture.shape[1 + axis]) for axis in range(2)]
    inside = across[0][:, :, None] & across[1][:, None, :]
    mixed = tf.where(inside[..., None], tf.reverse(picture, [0]), picture)
    return {name: mixed}, 1.0 - tf.reduce_mean(tf.cast(inside, tf.float32), axis=(1, 2))


def _within(middle: Any, side: Any, length: int) -> Any:
    """Which pixels of an axis lie in the rectangle, whose middle may be anywhere: shape `(rows, length)`."""
    import tensorflow as tf

    places = (tf.range(length, dtype=tf.float32) + 0.5) / length
    return tf.abs(places[None, :] - middle[:, None]) < side[:, None] / 2


def _beta(draw: Any, alpha: float) -> Any:
    """Numbers of a Beta(alpha, alpha) distribution from numbers that are spread evenly; from its table, because XLA cannot draw them."""
    import tensorflow as tf
    from scipy.special import betaincinv

    table = tf.constant(betaincinv(alpha, alpha, np.linspace(0, 1, TABLE)), tf.float32)
    place = draw * (TABLE - 1)
    low = tf.cast(place, tf.int32)
    left, right = tf.gather(table, low), tf.gather(table, tf.minimum(low + 1, TABLE - 1))
    return left + (right - left) * (place - tf.cast(low, tf.float32))


def _beside(rows: Any, array: Any) -> Any:
    """Numbers, one a row, in a shape that multiplies an array of as many rows."""
    import tensorflow as tf

    return tf.reshape(rows, (-1, *[1] * (len(array.shape) - 1)))
