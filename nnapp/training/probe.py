"""A look into a network while it trains: how large its gradients are, layer by layer, and which units have died."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from nnapp.specs import Spec
from nnapp.tasks import TaskSpec
from nnapp.training.config import TrainingConfig
from nnapp.training.engines.base import Arrays

if TYPE_CHECKING:
    import keras

ROWS = 256
"""Rows that every probe of a run looks at: enough that a unit silent on all of them is no accident."""
SHARE = 0.02
"""Part of the time of fitting that all probes together may take."""
FIRST_COST = 0.005
"""Seconds a layer that the first probe is expected to take; the second is expected to take what the first took."""
SPACING = 1.03
"""The time of fitting grows at least by this factor from probe to probe: a long run has some hundreds, not thousands."""
LARGEST = 1e38
"""Written for a norm that is infinite or no number."""


class LayerProbe(Spec):
    """What was seen of one layer."""

    name: str
    gradient_norm: Annotated[float | None, Field(ge=0, description="Length of the gradient of all its weights; None for a layer without any.")] = None
    weights: Annotated[int, Field(ge=0, description="How many numbers it learns.")] = 0
    multiplies: Annotated[bool, Field(description="Whether it has a matrix or filters, not only offsets and scales.")] = False
    dead: Annotated[float | None, Field(ge=0, le=1, description="Share of units silent on every row; None unless they can fall silent for good.")] = None

    @property
    def gradient_a_weight(self) -> float:
        """Root of the mean square of its gradient: what layers of different size can be compared by."""
        return (self.gradient_norm or 0.0) / math.sqrt(max(1, self.weights))


class ProbeResult(Spec):
    """What was seen of a network at one moment."""

    gradient_norm: Annotated[float, Field(ge=0, description="Length of the gradient of all weights.")]
    layers: Annotated[tuple[LayerProbe, ...], Field(description="From the input to the output.")]
    answers: Annotated[tuple[int, ...], Field(description="Rows answered with each class; empty for a regression.")] = ()
    labels: Annotated[tuple[int, ...], Field(description="Rows that are of each class; empty for a regression.")] = ()
    seconds: Annotated[float, Field(ge=0, description="What the look took.")]


@dataclass(frozen=True)
class Due:
    """When the next probe may be taken, so that all of them stay below `SHARE` of the time of fitting.

    Attributes:
        expected: Seconds that the next one is expected to take.
        spent: Seconds that all so far have taken.
        last: Time of fitting at the last one.

    >>> Due(expected=0.1).at(4.9), Due(expected=0.1).at(5.0)
    (False, True)
    """

    expected: float
    spent: float = 0.0
    last: float = 0.0

    def at(self, fitting: float) -> bool:
        """Whether one may be taken after so many seconds of fitting."""
        return self.spent + self.expected <= SHARE * fitting and fitting >= SPACING * self.last

    def after(self, cost: float, fitting: float) -> Due:
        """The rule once another one has been taken."""
        return replace(self, expected=cost, spent=self.spent + cost, last=fitting)


class Probe:
    """Looks at one fixed handful of training rows, always the same, and changes nothing.

    The network runs as it answers (`training=False`): no unit is hidden, no picture is altered, no running mean moves.
    It runs without being compiled: tracing costs as much as 5 to 10 looks, and few looks are taken.

    Args:
        model: The network in training.
        train: Rows to learn from.
        task: What is asked.
        config: Says the loss, and the seed that chooses the rows.
    """

    def __init__(self, model: keras.Model, train: Arrays, task: TaskSpec, config: TrainingConfig) -> None:
        chosen = np.sort(np.random.default_rng([config.seed, ROWS]).permutation(len(train))[:ROWS])
        types = {tensor.name: np.dtype(tensor.dtype) for tensor in model.inputs}
        self._x = {name: array[chosen].astype(types[name], copy=False) for name, array in train.x.items()}
        self._y = train.y[chosen]
        self._weights = None if train.weights is None else train.weights[chosen]
        self._model, self._task, self._asked = model, task, _asked(config)
        self._loss = config.loss_of(task)
        self._rectified = [layer for layer in model.layers if _falls_silent(layer)]
        self._taps: Any = None

    @property
    def first_cost(self) -> float:
        """Seconds that the first look is expected to take."""
        return FIRST_COST * len(self._model.layers)

    def is_of(self, model: keras.Model, config: TrainingConfig) -> bool:
        """Whether it looks into this very network, at the loss and rows of these settings."""
        return model is self._model and self._asked == _asked(config)

    def __call__(self) -> ProbeResult:
        """Look now."""
        begun = time.perf_counter()
        logits, outputs, gradients = self._run()
        dead = {layer.name: _silent(output) for layer, output in zip(self._rectified, outputs, strict=True)}
        squares = {path: _square(gradient) for path, gradient in gradients.items()}
        return ProbeResult(
            gradient_norm=_norm(sum(squares.values())),
            layers=tuple(_layer(layer, squares, dead.get(layer.name)) for layer in self._model.layers if layer.trainable_variables or layer.name in dead),
            **self._counts(logits),
            seconds=time.perf_counter() - begun,
        )

    def _run(self) -> tuple[NDArray[np.float32], list[Any], dict[str, Any]]:
        """Logits, the outputs of rectified layers, and the gradient of every weight by its path."""
        import keras
        import tensorflow as tf

        if self._taps is None:
            self._taps = keras.Model(self._model.inputs, [self._model.outputs[0], *(layer.output for layer in self._rectified)])
        weights = self._model.trainable_variables
        with tf.GradientTape() as tape:
            found = self._taps({name: tf.constant(array) for name, array in self._x.items()}, training=False)
            logits, *outputs = found if isinstance(found, list | tuple) else [found]
            loss = self._loss(self._y, logits, self._weights)
        gradients = tape.gradient(loss, [weight.value for weight in weights])
        known = {weight.path: gradient for weight, gradient in zip(weights, gradients, strict=True) if gradient is not None}
        return np.asarray(logits, np.float32), outputs, known

    def _counts(self, logits: NDArray[np.float32]) -> dict[str, tuple[int, ...]]:
        """How often each class was answered and how often it was right to."""
        if self._task.is_number:
            return {}
        if self._task.kind == "multilabel":
            given = {"answers": self._task.decode(logits).prediction, "labels": self._y}
            return {name: tuple(np.asarray(which, np.int64).sum(axis=0).tolist()) for name, which in given.items()}
        classes = len(self._task.class_names)
        found = {"answers": self._task.decode(logits).prediction, "labels": self._y.reshape(-1)}
        return {name: tuple(np.bincount(which.astype(np.int64), minlength=classes).tolist()) for name, which in found.items()}


def _asked(config: TrainingConfig) -> tuple[object, ...]:
    """What a look depends on: the loss, and the seed that chooses the rows."""
    return config.loss, config.label_smoothing, config.quantile, config.seed


def _falls_silent(layer: Any) -> bool:
    """Whether a unit of the layer that is zero for every row learns no more: rectifiers without a slope below zero."""
    name = getattr(getattr(layer, "activation", None), "__name__", "")
    return name in {"relu", "relu6"} or (type(layer).__name__ == "ReLU" and not layer.negative_slope)


def _silent(output: Any) -> float:
    """Share of units (last axis) that are nowhere above zero."""
    values = np.asarray(output, np.float32)
    return float((values.reshape(-1, values.shape[-1]).max(axis=0) <= 0).mean())


def _layer(layer: Any, squares: dict[str, float], dead: float | None) -> LayerProbe:
    own = [weight for weight in layer.trainable_variables if weight.path in squares]
    return LayerProbe(
        name=layer.name,
        gradient_norm=_norm(sum(squares[weight.path] for weight in own)) if own else None,
        weights=sum(int(np.prod(weight.shape)) for weight in own),
        multiplies=any(len(weight.shape) > 1 for weight in own),
        dead=dead,
    )


def _square(gradient: Any) -> float:
    """Sum of squares, in double precision so that it does not overflow."""
    values = np.asarray(gradient.values if hasattr(gradient, "indices") else gradient, np.float64)
    return float(np.square(values).sum())


def _norm(square: float) -> float:
    return min(math.sqrt(square), LARGEST) if math.isfinite(square) else LARGEST
