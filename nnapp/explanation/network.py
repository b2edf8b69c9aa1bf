"""The network as an explainer sees it: its outputs in log-odds or in the target's units, compiled once."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from nnapp.data.dataset import DataSpec
from nnapp.explanation.side_by_side import taken_apart, widths
from nnapp.tasks import OUTPUT, TaskSpec

if TYPE_CHECKING:
    import keras

MEMORY = 256 * 2**20
"""Bytes that the activations of one call may take, about."""
MOST_POINTS = 65_536


class Network:
    """A network, and its outputs as a function of one array; of several inputs they are laid side by side in it.

    Args:
        model: Gives logits `(n, units)` for `{name: (n, *shape)}`.
        data: Its inputs.
        task: What the logits mean.

    Attributes:
        input: Name of the input, or of the first.
        shape: Shape of one example.
        points: Examples that one call may hold.
    """

    def __init__(self, model: keras.Model, data: DataSpec, task: TaskSpec) -> None:
        self.input = next(iter(data.inputs))
        self.data = data
        alone = len(data.inputs) == 1
        self.shape = tuple(int(side or 0) for side in data.inputs[self.input].shape) if alone else (sum(widths(data).values()),)
        self.task = task
        self.model = in_floats(model)
        self.points = points_at_once(self.model)
        self._compiled: Callable[..., Any] = self._compiled_logits()

    def outputs(self, x: NDArray[np.float32]) -> NDArray[np.float64]:
        """All outputs of `(n, *shape)` in the explained unit, `(n, o)`: one for two classes and for a number."""
        blocks = [self._compiled(x[start : start + self.points]).numpy() for start in range(0, len(x), self.points)]
        return in_units(np.concatenate(blocks).astype(np.float64) if blocks else np.zeros((0, self.task.units)), self.task)

    def _compiled_logits(self) -> Callable[..., Any]:
        import tensorflow as tf

        return tf.function(self.logits, input_signature=[tf.TensorSpec((None, *self.shape), tf.float32)])  # type: ignore[no-any-return]

    def logits(self, x: Any) -> Any:
        """Logits of a tensor `(n, *shape)`, `(n, units)`, as at inference."""
        logits = self.model({self.input: x} if len(self.data.inputs) == 1 else taken_apart(x, self.data), training=False)
        return logits[OUTPUT] if isinstance(logits, dict) else logits

    def wanted_output(self, logits: Any, wanted: Any) -> Any:
        """The chosen output of each point, in the explained unit, as `outputs` gives it but for constants."""
        import tensorflow as tf

        forecast = self.task.output.forecast
        if forecast is not None:
            each = tf.reshape(logits[:, : forecast.size], (-1, forecast.horizon, len(forecast.targets)))
            mean = tf.reduce_mean(each, axis=1) * tf.constant(forecast.scales, logits.dtype)
            return tf.gather(mean, wanted, axis=1, batch_dims=1)
        if self.task.units == 1:
            return logits[:, 0] * (self.task.output.scale if self.task.kind == "regression" else 1.0)
        if self.task.kind == "multilabel":
            return tf.gather(logits, wanted, axis=1, batch_dims=1)
        mask = tf.one_hot(wanted, self.task.units, on_value=True, off_value=False, dtype=tf.bool)
        others = tf.reduce_logsumexp(tf.where(mask, tf.constant(-1e9, logits.dtype), logits), axis=1)
        return tf.boolean_mask(logits, mask) - others


def in_units(logits: NDArray[np.float64], task: TaskSpec) -> NDArray[np.float64]:
    """Logits `(n, units)` in the explained unit, `(n, o)`: log-odds, or the target's own units.

    Two classes and a number have one output; a forecast has one a target, its mean over all steps ahead; what says its interval is left out.
    """
    if task.output.forecast is not None:
        forecast = task.output.forecast
        each = logits[:, : forecast.size].reshape(len(logits), forecast.horizon, len(forecast.targets))
        return np.asarray(each.mean(axis=1) * np.asarray(forecast.scales) + np.asarray(forecast.centers))
    if task.kind == "regression":
        return logits * task.output.scale + task.output.center
    return log_odds(logits) if task.kind == "multiclass" else logits


def answers_of(outputs: NDArray[np.float64], task: TaskSpec) -> NDArray[np.int64] | NDArray[np.float64]:
    """Class indices or values for outputs in the explained unit, `(n,)`; of several labels 0 and 1, `(n, k)`."""
    return outputs[:, 0] if task.is_number else task.decode(outputs.astype(np.float32)).prediction


def output_names(task: TaskSpec) -> tuple[str, ...]:
    """Names of all outputs: of two classes the positive one."""
    if task.output.forecast is not None:
        return task.output.forecast.targets
    if task.is_number:
        return (task.target,)
    return task.class_names[1:] if task.units == 1 else task.class_names


def log_odds(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    """Log-odds of every class against all others, from softmax logits `(n, k)` with `k > 1`.

    >>> log_odds(np.array([[0.0, 0.0, 0.0]])).round(3).tolist()
    [[-0.693, -0.693, -0.693]]
    """
    rows, top = np.arange(len(logits)), logits.argmax(axis=1)
    shifted = np.exp(logits - logits[rows, top][:, None])
    with np.errstate(divide="ignore"):  # the top class's own entry may be log 0; it is replaced below
        others = np.log(np.maximum(shifted.sum(axis=1, keepdims=True) - shifted, 0.0)) + logits[rows, top][:, None]
    rest = logits.copy()
    rest[rows, top] = -np.inf
    second = rest.max(axis=1)
    others[rows, top] = np.log(np.exp(rest - second[:, None]).sum(axis=1)) + second
    return np.asarray(logits - others)


def in_floats(model: keras.Model) -> keras.Model:
    """The same network with a float32 input: a whole-number input would cut the gradient."""
    import keras

    if len(model.inputs) > 1:
        return model  # whose gradient nobody asks for
    (tensor,) = model.inputs
    if keras.backend.is_float_dtype(tensor.dtype):
        return model
    entry = keras.Input(tensor.shape[1:], dtype="float32", name=tensor.name)
    copy = keras.models.clone_model(model, input_tensors=keras.tree.map_structure(lambda _tensor: entry, model.input))
    copy.set_weights(model.get_weights())
    return copy


def points_at_once(model: keras.Model, more: int = 0) -> int:
    """How many examples one call may hold, from the size of all layers' outputs for one example.

    Args:
        model: The network.
        more: Numbers an example that the call holds besides.
    """
    numbers = more + sum(_output_size(layer) for layer in layers_of(model))
    return int(np.clip(MEMORY // (numbers * 4 * 2 + 1), 16, MOST_POINTS))


def layers_of(model: Any) -> list[Any]:
    """All layers, those of nested models too."""
    return [inner for layer in model.layers for inner in (layers_of(layer) if hasattr(layer, "layers") else [layer])]


def _output_size(layer: Any) -> int:
    outputs = getattr(layer, "output", None)
    tensors: list[Any] = list(outputs) if isinstance(outputs, list | tuple) else [outputs]
    return sum(math.prod(side or 1 for side in tensor.shape[1:]) for tensor in tensors if hasattr(tensor, "shape"))
