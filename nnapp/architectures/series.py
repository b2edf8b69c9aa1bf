"""What the networks of series share: scaling inside the network, and the way from what a body found to the answer."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

import numpy as np
from pydantic import Field

from nnapp.architectures.base import Architecture
from nnapp.architectures.inputs import Tensor, network
from nnapp.data.dataset import DataSpec
from nnapp.data.layout import SeriesLayout
from nnapp.data.specs import DataKind
from nnapp.tasks import OUTPUT, ForecastSpec, TaskKind, TaskSpec

if TYPE_CHECKING:
    import keras

EPSILON = 1e-4
"""Added to the variance of a window, in units of the train part's: a flat window keeps its size."""
SERIES_TASKS: frozenset[TaskKind] = frozenset({"binary", "multiclass", "regression", "forecasting", "anomaly"})
AHEAD: frozenset[TaskKind] = frozenset({"forecasting", "anomaly"})
"""Questions that are answered by a forecast: an anomaly is what came otherwise."""
PLACES = 16
"""Stretches of a series whose place is told apart where the answer depends on where something happened."""


FEW = 1000
"""Examples up to which presets make batches smaller and epochs more."""
STEPS, MOST_EPOCHS = 1500, 200
"""Steps of a balanced run on few examples, and epochs at most."""


@dataclass(frozen=True)
class Frame:
    """A series on its way into a network.

    Attributes:
        inputs: The raw inputs by name.
        x: What the body sees, `(batch, steps, channels)`, standardised.
        wanted: The channels that are asked for, standardised likewise, `(batch, steps, targets)`; all values where none is asked for.
        straight: What a forecast's straight line is drawn through.
        mean: Of each window, `(batch, 1, targets)`, to be added again; None where windows keep their level.
        spread: The same for their size.
        layout: What the channels mean.
    """

    inputs: dict[str, Tensor]
    x: Tensor
    wanted: Tensor
    straight: Tensor
    mean: Tensor | None
    spread: Tensor | None
    layout: SeriesLayout


class SeriesNetwork(Architecture):
    """A network of series: a body that turns steps into a vector; reading the series and answering are alike for all."""

    accepts: ClassVar[frozenset[DataKind]] = frozenset({"series"})
    tasks: ClassVar[frozenset[TaskKind]] = SERIES_TASKS

    dropout: Annotated[
        float, Field(ge=0, le=0.9, description="Share of what was found that is hidden before the answer. Raise it when validation is worse than training.")
    ] = 0.1
    jitter: Annotated[
        float,
        Field(
            ge=0,
            le=1,
            description="Noise added to every value while training, in standard deviations. Raise it when series are few and learned by heart; 0 turns it off.",
        ),
    ] = 0.03

    @classmethod
    def preset(cls, name: str, rows: int | None = None) -> Mapping[str, Any]:
        """Few series make few steps an epoch, so they get smaller batches and more epochs: about as many steps in all."""
        own = cls.presets.get(name, {})
        if rows is None or rows > FEW:
            return own
        share = {"quick": 0.2, "balanced": 1.0, "best": 3.0}[name]
        batch = 8 if rows <= FEW // 4 else 16
        epochs = round(share * min(MOST_EPOCHS, max(60, STEPS * batch / rows)))
        return {"training.batch_size": batch, "training.epochs": epochs, "training.patience": max(10, epochs // 3), **own}

    @abstractmethod
    def body(self, x: Tensor, frame: Frame, *, places: bool) -> Tensor | None:
        """From steps to a vector; None where the straight line is all.

        Args:
            x: Tensor `(batch, steps, channels)`.
            frame: Where it comes from.
            places: Whether the answer depends on where in the series something happened (forecasts do).
        """

    def build(self, data: DataSpec, task: TaskSpec) -> keras.Model:
        """Scale inside, run the body, answer in the task's own way."""
        return self.built(data, task, self.body)

    def built(self, data: DataSpec, task: TaskSpec, body: Callable[..., Tensor | None]) -> keras.Model:
        """The network around this body."""
        from keras import layers

        self.check(data, task)
        frame = framed(data)
        x = layers.GaussianNoise(self.jitter, name="jitter")(frame.x) if self.jitter else frame.x
        places = task.kind in AHEAD
        if places:
            frame = replace(frame, straight=self.straight(frame.wanted))
        return answered(frame, body(x, frame, places=places), task, dropout=self.dropout, name=type(self).__name__.lower())

    def straight(self, wanted: Tensor) -> Tensor:
        """What a forecast's straight line is drawn through, `(batch, steps, targets)`."""
        return wanted


def framed(data: DataSpec) -> Frame:
    """The one input of a series, standardised: `(batch, steps, channels)`."""
    import keras
    from keras import ops

    ((name, spec),) = data.inputs.items()
    layout = spec.layout
    if layout is None:
        raise ValueError("the data have no layout of a series")
    raw = keras.Input(spec.shape, dtype="float32", name=name)
    count = len(layout.center)
    z = ops.divide(ops.subtract(raw[:, :, :count], np.asarray(layout.center, np.float32)), np.asarray(layout.scale, np.float32))
    seen = raw[:, :, count:] if layout.observed else None
    mean = spread = None
    if layout.level:
        mean = z[:, z.shape[1] - 1 :, : layout.values]
    elif layout.centred:
        mean = ops.mean(z[:, :, : layout.values], axis=1, keepdims=True)
    elif layout.each:
        mean, spread = _moments(z[:, :, : layout.values], seen)
    if mean is not None:
        z = _own(z, mean, spread, layout)
    if seen is not None:
        z = ops.concatenate([ops.multiply(z, seen), seen], axis=2)
    wanted = _targets(z, layout)
    return Frame({name: raw}, z, wanted, wanted, _of_targets(mean, layout), _of_targets(spread, layout), layout)


def _moments(values: Tensor, seen: Tensor | None) -> tuple[Tensor, Tensor]:
    """Mean and standard deviation of every window over its steps that are there, each `(batch, 1, values)`."""
    from keras import ops

    if seen is None:
        mean = ops.mean(values, axis=1, keepdims=True)
        variance = ops.mean(ops.square(ops.subtract(values, mean)), axis=1, keepdims=True)
    else:
        count = ops.add(ops.sum(seen, axis=1, keepdims=True), 1e-6)
        mean = ops.divide(ops.sum(ops.multiply(values, seen), axis=1, keepdims=True), count)
        variance = ops.divide(ops.sum(ops.multiply(ops.square(ops.subtract(values, mean)), seen), axis=1, keepdims=True), count)
    return mean, ops.sqrt(ops.add(variance, EPSILON))


def _own(z: Tensor, mean: Tensor, spread: Tensor | None, layout: SeriesLayout) -> Tensor:
    """Values in units of their window; the calendar as it is."""
    from keras import ops

    values = ops.subtract(z[:, :, : layout.values], mean)
    values = values if spread is None else ops.divide(values, spread)
    return ops.concatenate([values, z[:, :, layout.values :]], axis=2) if layout.calendar else values


def _targets(z: Tensor, layout: SeriesLayout) -> Tensor:
    """The channels that are asked for; all values where nothing says which."""
    from keras import ops

    wanted = layout.targets or tuple(range(layout.values))
    return z[:, :, : len(wanted)] if wanted == tuple(range(len(wanted))) else ops.take(z, np.asarray(wanted, np.int32), axis=2)


def _of_targets(moments: Tensor | None, layout: SeriesLayout) -> Tensor | None:
    return None if moments is None else _targets(moments, layout)


def answered(frame: Frame, vector: Tensor | None, task: TaskSpec, *, dropout: float, name: str) -> keras.Model:
    """Close the network: read the answer out of what the body found."""
    from keras import layers

    if task.kind not in AHEAD:
        return network(frame.inputs, vector, task, dropout=dropout, name=name)
    if dropout and vector is not None:
        vector = layers.Dropout(dropout, name="dropout_output")(vector)
    return _forecast(frame, vector, task, name)


def _forecast(frame: Frame, vector: Tensor | None, task: TaskSpec, name: str) -> keras.Model:
    """The window's level, a straight line through the window, and what the body adds to it, in the units of the train part.

    The logits are ordered by step, then by channel.
    """
    import keras
    from keras import layers, ops

    layout = frame.layout
    targets = len(layout.targets)
    # A series that comes back to its mean is forecast from its level too.
    straight = frame.straight if frame.mean is None or not layout.returns else ops.concatenate([frame.straight, frame.mean], axis=1)
    line = layers.Permute((2, 1), name="by_channel")(straight)
    line = layers.Dense(layout.horizon, kernel_initializer="zeros", dtype="float32", name="line")(line)
    steps = layers.Permute((2, 1), name="by_step")(line)
    if vector is not None:
        change = layers.Dense(layout.horizon * targets, kernel_initializer="zeros", dtype="float32", name="change")(vector)
        steps = ops.add(steps, layers.Reshape((layout.horizon, targets), name="steps")(change))
    if frame.spread is not None:
        steps = ops.multiply(steps, frame.spread)
    if frame.mean is not None:
        steps = ops.add(steps, frame.mean)
    forecast = task.output.forecast
    if forecast is not None and forecast.interval is not None:
        steps = ops.concatenate([steps, distances(frame, forecast)], axis=1)
    return keras.Model(frame.inputs, layers.Reshape((task.units,), dtype="float32", name=OUTPUT)(steps), name=name)


def distances(frame: Frame, forecast: ForecastSpec) -> Tensor:
    """How far below and above the forecast its interval ends, `(batch, 2 * horizon, targets)`, never negative.

    They follow from a few numbers of the window alone: how much its values differ from their mean and from step to step, its level, and
    the calendar. What the body finds is left out: it knows the train part by heart, and would promise too much.
    """
    from keras import layers, ops

    wanted, layout, targets = frame.wanted, frame.layout, len(frame.layout.targets)
    around = ops.mean(ops.abs(ops.subtract(wanted, ops.mean(wanted, axis=1, keepdims=True))), axis=1)
    from_step_to_step = ops.mean(ops.abs(ops.subtract(wanted[:, 1:], wanted[:, :-1])), axis=1)
    told = [around, from_step_to_step]
    if layout.level and frame.mean is not None:
        told.append(layers.Reshape((targets,), name="level")(frame.mean))
    if layout.calendar:
        told.append(layers.Reshape((layout.calendar,), name="calendar")(frame.x[:, frame.x.shape[1] - 1 :, layout.values : layout.values + layout.calendar]))
    usual = [min(1.0, naive / scale) if layout.each else naive / scale for naive, scale in zip(forecast.naive, forecast.scales, strict=True)]
    # The inverse of the bend below: an untrained interval is as wide as the error of repeating the last season.
    start = np.tile([np.log(max(wide, 1e-3)) if wide < 1 else wide - 1 for wide in usual], 2 * layout.horizon).astype(np.float32)
    raw = layers.Dense(len(start), kernel_initializer="zeros", dtype="float32", name="distances")(ops.concatenate(told, axis=1))
    apart = layers.Reshape((2 * layout.horizon, targets), name="apart")(ops.add(ops.elu(ops.add(raw, start)), 1.0))
    return apart if frame.spread is None else ops.multiply(apart, frame.spread)


def conv1d(x: Tensor, filters: int, kernel: int, *, activation: str | None = "relu", dilation: int = 1, padding: str = "same", name: str) -> Tensor:
    """A convolution over steps, batch-normalised (foldable), then bent: `(batch, steps, channels)` to `(batch, steps, filters)`."""
    from keras import layers

    from nnapp.architectures.blocks import normalized

    x = layers.Conv1D(filters, kernel, padding=padding, dilation_rate=dilation, use_bias=False, kernel_initializer="he_normal", name=f"{name}_conv")(x)
    x = normalized(x, name)
    return layers.Activation(activation, name=f"{name}_{activation}")(x) if activation else x


def pooled(x: Tensor, *, places: bool) -> Tensor:
    """A vector of what was found: the mean over all steps, or, where the place matters, the means over 16 stretches side by side."""
    from keras import layers

    if not places:
        return layers.GlobalAveragePooling1D(name="pool")(x)
    every = max(1, x.shape[1] // PLACES)
    if every > 1:
        x = layers.AveragePooling1D(every, name="places")(x)
    return layers.Flatten(name="flat")(x)
