"""LoRA: beside a matrix that was taken over, and stays as it is, the product of two small ones learns what is to be added to it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import keras

PAIRED = frozenset({"Dense", "EinsumDense", "Embedding"})
"""Layers of Keras that know how to learn by a pair; an attention is made of four of them."""
_OWN = "lora_"
"""Begins the names of a pair's variables."""


def matrices(layer: Any) -> list[Any]:
    """The layers with one matrix each that a layer is, or that an attention is made of; none for all others."""
    if type(layer).__name__ == "MultiHeadAttention":
        return [layer.query_dense, layer.key_dense, layer.value_dense, layer.output_dense]
    return [layer] if type(layer).__name__ in PAIRED else []


def adapt(layer: Any, rank: int) -> bool:
    """Put a pair beside every matrix of a built layer. One of the two begins at 0, so that the layer answers as before.

    Args:
        layer: Any layer.
        rank: Columns of the first and rows of the second; where a matrix has a shorter side, that is enough for anything.

    Returns:
        Whether it has any.
    """
    for part in matrices(layer):
        shape = part.weights[0].shape
        part.enable_lora(min(rank, math.prod(shape[:-1]), shape[-1]))
    return bool(matrices(layer))


def learn_by_pairs(layer: Any, *, learns: bool) -> None:
    """Let the pairs of a layer learn, or not; its matrices and offsets, and a layer without pairs, never do."""
    layer.trainable = learns and bool(matrices(layer))
    for weight in layer.weights:
        weight.trainable = layer.trainable and weight.name.startswith(_OWN)


def merged(model: keras.Model) -> list[NDArray[np.generic]]:
    """The weights of the same network without pairs, each pair added to its matrix, in the order of its `weights`."""
    sums = {id(part.weights[0]): _sum(part) for part in _paired(model)}
    return [sums.get(id(weight), np.asarray(weight)) for weight in model.weights if not weight.name.startswith(_OWN)]


def _paired(model: Any) -> Iterator[Any]:
    """Every layer with a pair, those of networks within the network too."""
    for layer in model.layers:
        if getattr(layer, "layers", None):
            yield from _paired(layer)
        else:
            yield from (part for part in matrices(layer) if part.lora_enabled)


def _sum(part: Any) -> NDArray[np.generic]:
    """A matrix with its pair added, as Keras answers with it."""
    return np.asarray(part.embeddings if type(part).__name__ == "Embedding" else part.kernel)
