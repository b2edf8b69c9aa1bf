"""From a Keras model to its `Anatomy`. Needs Keras."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from nnapp.anatomy.cost import Anatomy, LayerCost

if TYPE_CHECKING:
    import keras

Shape = tuple[int | None, ...]
IDLE = ("InputLayer", "Flatten", "Reshape", "Permute", "Dropout", "SpatialDropout1D", "SpatialDropout2D", "GaussianNoise", "Embedding", "RepeatVector")
"""Layers without arithmetic when the network answers."""
OPERATIONS_AN_OUTPUT = {"BatchNormalization": 2, "LayerNormalization": 8, "GroupNormalization": 8, "Rescaling": 2, "Softmax": 5}
"""Additions and multiplications for each number that comes out; one for layers that are not named."""


def anatomy_of(model: keras.Model, *, rows: int = 0) -> Anatomy:
    """Measure a network layer by layer.

    Args:
        model: Functional and built.
        rows: Rows that it would learn from.
    """
    costs = [layer_cost(layer) for layer in model.layers]
    loose = [operation for operation in model.operations if operation not in model.layers]
    if loose:
        costs.insert(len(model.inputs), _operations(loose))
    return Anatomy(layers=tuple(costs), rows=rows)


def layer_cost(layer: keras.Layer) -> LayerCost:
    """One layer; a network within the network is one."""
    within = list(getattr(layer, "layers", ()))
    shape = _shape(layer.output)
    costs = [layer_cost(each) for each in within]
    return LayerCost(
        name=layer.name,
        kind=type(layer).__name__,
        shape=shape,
        parameters=sum(math.prod(weight.shape) for weight in layer.weights),
        trainable=sum(math.prod(weight.shape) for weight in layer.trainable_weights),
        flops=sum(cost.flops for cost in costs) if within else layer_flops(layer),
        inside=len(within) + sum(cost.inside for cost in costs),
        held=sum(cost.held for cost in costs) if within else _size(shape),
    )


def layer_flops(layer: keras.Layer) -> int:
    """Additions and multiplications of a layer for one example; an addition with its multiplication counts as two."""
    kind = type(layer).__name__
    if kind in IDLE or kind.startswith("Random"):
        return 0
    given, made = _shape(layer.input), _shape(layer.output)
    if kind in SPECIAL:
        return SPECIAL[kind](layer, given)
    if kernels := _kernels(layer):
        # The weights are used at every place of what comes out, or of what comes in where it is spread.
        return 2 * kernels * _size((given if "Transpose" in kind else made)[:-1])
    return (_size(given) if "Pooling" in kind else _size(made)) * OPERATIONS_AN_OUTPUT.get(kind, 1)


def _kernels(layer: Any) -> int:
    """Weights that multiply: all but offsets and scales."""
    return sum(math.prod(weight.shape) for weight in layer.weights if len(weight.shape) > 1 and "bias" not in weight.name)


def _recurrent(layer: Any, given: Shape) -> int:
    """Both kernels at every step; those of a pair of layers, too."""
    return 2 * (given[0] or 1) * _kernels(layer)


def _attention(layer: Any, given: Shape) -> int:
    """Four kernels at every place, and every place with every other, once to compare and once to gather."""
    places, width = _size(given[:-1]), 2 * int(layer.num_heads) * int(layer.key_dim)
    return 2 * places * _kernels(layer) + 2 * places * places * width


def _einsum(layer: Any, given: Shape) -> int:
    """A product for every combination of all letters, those of `...` being the axes before the named ones."""
    first, second = layer.equation.partition("->")[0].split(",")
    named = first.replace("...", "")
    sizes = {letter: length or 1 for letter, length in zip(reversed(named), reversed(given), strict=False)}
    sizes |= dict(zip(second.replace("...", ""), layer.kernel.shape, strict=False))
    before = _size(given[: max(0, len(given) - len(named))]) if "..." in first else 1
    return 2 * before * math.prod(sizes.values())


SPECIAL: dict[str, Callable[[Any, Shape], int]] = {
    "LSTM": _recurrent,
    "GRU": _recurrent,
    "SimpleRNN": _recurrent,
    "Bidirectional": _recurrent,
    "MultiHeadAttention": _attention,
    "EinsumDense": _einsum,
}
"""How the arithmetic of layers is counted that use their weights otherwise than once a place."""


def _operations(loose: list[Any]) -> LayerCost:
    """Everything that is no layer, as one row: its outputs are counted, products of matrices with what they sum over."""
    flops = held = 0
    for operation in loose:
        made = _shape(operation.output)
        summed = _shape(operation.input)[-1:] if type(operation).__name__ in {"Matmul", "Einsum", "Dot"} else ()
        flops += 2 * _size(made) * _size(summed) if summed else _size(made)
        held += _size(made)
    return LayerCost(name="arithmetic", kind="Operations", shape=_shape(loose[-1].output), flops=flops, inside=len(loose), held=held)


def _shape(tensors: Any) -> Shape:
    """Of one example: the first tensor's, without the batch."""
    first = tensors
    while isinstance(first, list | tuple | dict):
        first = next(iter(first.values() if isinstance(first, dict) else first))
    return tuple(first.shape[1:])


def _size(shape: Shape) -> int:
    """Numbers in a shape; an open length counts as 1."""
    return math.prod(length or 1 for length in shape)
