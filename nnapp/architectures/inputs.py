"""From the raw inputs of a DataSpec to the tensor that a network's first layer sees.

Everything here is a stock Keras layer or operation without weights, so that a `.keras` file loads without nnapp,
converts to TFLite builtins, and a network built for `data.encoded_outside()` takes the same weights.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nnapp.data.augmentation import Augmentation
from nnapp.data.dataset import DataSpec, Encoding
from nnapp.portable.sounds import FLOOR
from nnapp.tasks import OUTPUT, TaskSpec

if TYPE_CHECKING:
    import keras

Tensor = Any
"""A symbolic Keras tensor."""
BOUND = 3.0
"""Squashed features lie within -3 and 3."""


def table_input(data: DataSpec) -> tuple[dict[str, Tensor], Tensor]:
    """The one input of a table, and its encoded vector.

    Returns:
        Inputs by name, and a tensor `(batch, width)`: as `nnapp.portable.encoding` computes it, or the input itself
        where the encoding is done outside or not wanted.
    """
    import keras

    ((name, spec),) = data.inputs.items()
    raw = keras.Input(spec.shape, dtype="float32", name=name)
    return {name: raw}, raw if spec.encoding is None else encoded(raw, spec.encoding)


def encoded(raw: Tensor, encoding: Encoding) -> Tensor:
    """Standardise, squash, and spread over ramps: `(batch, d)` to `(batch, encoding.width)`."""
    from keras import ops

    center = np.asarray(encoding.center, np.float32)
    scale = np.asarray(encoding.scale, np.float32)
    z = ops.divide(ops.subtract(raw, center), scale)
    squashed = ops.divide(z, ops.sqrt(ops.add(ops.square(ops.divide(z, BOUND)), 1.0)))
    if not encoding.knots:
        return squashed
    feature, low, width = _ramps(encoding)
    spread = ops.divide(ops.subtract(ops.take(squashed, feature, axis=1), low), width)
    return ops.concatenate([squashed, ops.clip(spread, 0.0, 1.0)], axis=1)


def _ramps(encoding: Encoding) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """For every ramp, feature by feature in rising index: the feature it reads, where it begins, how wide it is."""
    feature: list[int] = []
    low: list[float] = []
    width: list[float] = []
    for index in sorted(encoding.knots):
        knots = np.asarray(encoding.knots[index], np.float64)
        feature += [index] * (len(knots) - 1)
        low += knots[:-1].tolist()
        width += np.diff(knots).tolist()
    return np.asarray(feature, np.int32), np.asarray(low, np.float32), np.asarray(width, np.float32)


def picture_input(data: DataSpec) -> tuple[dict[str, Tensor], Tensor]:
    """The one input of a picture network (0 to 255), and the picture augmented (in training) and scaled to -1 to 1.

    Returns:
        Inputs by name, and a tensor `(batch, height, width, channels)`.
    """
    import keras

    ((name, spec),) = data.inputs.items()
    raw = keras.Input(spec.shape, dtype="float32", name=name)
    picture = raw if spec.augmentation is None else augmented(raw, spec.augmentation)
    scaled = keras.layers.Rescaling(1 / 127.5, offset=-1.0, name="rescaling")(picture)
    if spec.augmentation is not None and spec.augmentation.noise:
        scaled = keras.layers.GaussianNoise(spec.augmentation.noise * 2, name="noise")(scaled)
    return {name: raw}, scaled


def augmented(picture: Tensor, augmentation: Augmentation) -> Tensor:
    """Random changes, but for the noise, of pictures of 0 to 255 while training; nothing otherwise."""
    from keras import layers

    black: dict[str, Any] = {"fill_mode": "constant", "fill_value": 0.0}
    flip = augmentation.flips(picture.shape[-1])
    chosen: list[keras.Layer] = []
    if flip != "none":
        chosen.append(layers.RandomFlip("horizontal_and_vertical" if flip == "both" else flip))
    if augmentation.shift:
        chosen.append(layers.RandomTranslation(augmentation.shift, augmentation.shift, **black))
    if augmentation.rotation:
        chosen.append(layers.RandomRotation(augmentation.rotation / 360, **black))
    if augmentation.zoom:
        chosen.append(layers.RandomZoom(augmentation.zoom, **black))
    if augmentation.contrast:
        chosen.append(layers.RandomContrast(augmentation.contrast, value_range=(0, 255)))
    for layer in chosen:
        picture = layer(picture)
    return picture


def sound_input(data: DataSpec) -> tuple[dict[str, Tensor], Tensor]:
    """The one input of a sound network (decibels), and the spectrogram moved and masked (in training) and standardised band by band.

    Returns:
        Inputs by name, and a tensor `(batch, frames, bands, 1)`.
    """
    import keras
    from keras import layers, ops

    ((name, spec),) = data.inputs.items()
    raw = keras.Input(spec.shape, dtype="float32", name=name)
    sound, change = raw, spec.augmentation or Augmentation.off()
    if change.shift:
        sound = layers.RandomTranslation(change.shift, 0.0, fill_mode="constant", fill_value=-FLOOR, interpolation="nearest", name="shift")(sound)
    if spec.standard is not None:
        center, scale = (np.asarray(values, np.float32)[None, None, :, None] for values in (spec.standard.center, spec.standard.scale))
        sound = ops.divide(ops.subtract(sound, center), scale)
    if change.noise:
        sound = layers.GaussianNoise(change.noise, name="noise")(sound)
    for axis, share, called in ((1, change.time_mask, "time_mask"), (2, change.pitch_mask, "pitch_mask")):
        if share and sound.shape[axis] > 1:
            sound = masked(sound, axis, share, called)
    return {name: raw}, sound


def masked(sound: Tensor, axis: int, share: float, name: str) -> Tensor:
    """Set one stretch of every example to the mean while training (Park et al. 2019, SpecAugment); nothing otherwise.

    Made of stock layers, so that a file loads without nnapp: the chance comes from noise on a zero, and there is none when answering.

    Args:
        sound: Tensor `(batch, frames, bands, 1)`, of mean 0.
        axis: 1 hides moments, 2 hides pitches.
        share: Longest stretch, as a share of the axis.
        name: Prefix of the layers' names.
    """
    from keras import layers, ops

    zero = ops.multiply(sound[:, :1, :1, :], 0.0)
    center = ops.sigmoid(ops.multiply(layers.GaussianNoise(1.0, name=f"{name}_place")(zero), 1.7))
    half = ops.multiply(ops.tanh(ops.abs(layers.GaussianNoise(1.0, name=f"{name}_width")(zero))), share / 2)
    length = sound.shape[axis]
    form = (1, length, 1, 1) if axis == 1 else (1, 1, length, 1)
    places = ((np.arange(length, dtype=np.float32) + 0.5) / length).reshape(form)
    seen = ops.cast(ops.greater_equal(ops.abs(ops.subtract(places, center)), half), sound.dtype)
    return ops.multiply(sound, seen)


def network(inputs: dict[str, Tensor], last: Tensor, task: TaskSpec, *, dropout: float = 0.0, name: str) -> keras.Model:
    """Close a network: a linear read-out of `last` into float32 logits.

    Args:
        inputs: Inputs by name.
        last: Tensor `(batch, width)`.
        task: Gives the number of logits.
        dropout: Share of `last` that is hidden in training.
        name: Name of the model.
    """
    import keras

    if dropout:
        last = keras.layers.Dropout(dropout, name="dropout_output")(last)
    logits = keras.layers.Dense(task.units, dtype="float32", name=OUTPUT)(last)
    return keras.Model(inputs, logits, name=name)
