"""Pieces that networks for text are made of: stock Keras layers and operations only, none of which needs a mask of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from nnapp.data.dataset import DataSpec
from nnapp.tasks import TaskKind

TEXT_TASKS: frozenset[TaskKind] = frozenset({"binary", "multiclass", "multilabel", "regression"})
Tensor = Any
"""A symbolic Keras tensor."""

Width = Annotated[
    int,
    Field(ge=1, le=1024, description="Numbers that stand for a word. Raise it for much and varied text; lower it when rows are few or the file must be small."),
]
WordDropout = Annotated[
    float,
    Field(
        ge=0,
        le=0.9,
        description="Share of a text's words that are hidden at each step, so that no single word is relied upon. Raise it when validation is worse than training.",
    ),
]
Dropout = Annotated[
    float, Field(ge=0, le=0.9, description="Share of what was found that is hidden before the answer. Raise it when validation is worse than training.")
]


def text_presets(*, quick: Mapping[str, Any], best: Mapping[str, Any], learning_rate: float = 2e-3) -> Mapping[str, Mapping[str, Any]]:
    """The presets of a network for text: it learns its words by heart within few passes, so there are fewer of them.

    Args:
        quick: Settings of the network itself, by path, for a first result.
        best: The same for the best result.
        learning_rate: Size of the steps.
    """
    rate = {"training.learning_rate": learning_rate}
    return {
        "quick": {**rate, "training.epochs": 8, "training.patience": 2, **quick},
        "balanced": {**rate, "training.epochs": 30, "training.patience": 4},
        "best": {**rate, "training.epochs": 60, "training.patience": 8, **best},
    }


def text_input(data: DataSpec, width: int, word_dropout: float) -> tuple[dict[str, Tensor], Tensor, Tensor]:
    """All texts of a row, one behind the other, each word as `width` numbers.

    Returns:
        Inputs by name; the words, `(batch, length, width)`, zeros where a text has ended; and which places hold a word,
        `(batch, length, 1)` float32 of 0 and 1.
    """
    from keras import layers

    inputs, embedding = _ids(data, width)
    ids = next(iter(inputs.values())) if len(inputs) == 1 else layers.Concatenate(name="texts")(list(inputs.values()))
    return inputs, *_looked_up(ids, embedding, word_dropout, "word_dropout")


def each_text(data: DataSpec, width: int, word_dropout: float) -> tuple[dict[str, Tensor], dict[str, tuple[Tensor, Tensor]]]:
    """Every text of a row by itself, by the name of its input: its words and which places hold one, as `text_input` gives them. They share their words."""
    inputs, embedding = _ids(data, width)
    return inputs, {name: _looked_up(ids, embedding, word_dropout, f"{name}_dropout") for name, ids in inputs.items()}


def _ids(data: DataSpec, width: int) -> tuple[dict[str, Tensor], Any]:
    """The inputs of token ids, and the layer that knows all words."""
    import keras
    from keras import layers

    texts = data.of_role("tokens").inputs
    inputs = {name: keras.Input(spec.shape, dtype="int32", name=name) for name, spec in texts.items()}
    known = max((spec.vocabulary or 1 for spec in texts.values()), default=1)
    start = keras.initializers.RandomUniform(-0.05, 0.05)
    return inputs, layers.Embedding(known, width, embeddings_initializer=start, name="words")


def _looked_up(ids: Tensor, embedding: Any, word_dropout: float, name: str) -> tuple[Tensor, Tensor]:
    """Ids `(batch, length)` as words, zeros where a text has ended, and which places hold a word."""
    from keras import layers, ops

    there = ops.expand_dims(ops.cast(ops.minimum(ids, 1), "float32"), -1)
    words = embedding(ids)
    if word_dropout:
        words = layers.Dropout(word_dropout, noise_shape=(None, ids.shape[1], 1), name=name)(words)
    return ops.multiply(words, there), there


def phrases(words: Tensor, filters: int, longest: int, name: str = "") -> list[Tensor]:
    """Of every phrase of one to `longest` words that is looked for, how strongly it was found at best: tensors `(batch, filters)`.

    Args:
        words: Tensor `(batch, length, width)`.
        filters: Phrases of each length.
        longest: Words of the longest.
        name: Prefix of the layers' names.
    """
    from keras import layers

    found = []
    for size in range(1, longest + 1):
        there = layers.Conv1D(filters, size, padding="same", activation="relu", name=f"{name}phrases{size}")(words)
        found.append(layers.GlobalMaxPooling1D(name=f"{name}strongest{size}")(there))
    return found


def summed(words: Tensor, there: Tensor) -> Tensor:
    """The words of a text added up, `(batch, width)`: divided by the root of their number, so that long texts still weigh more."""
    from keras import ops

    return ops.divide(ops.sum(words, axis=1), ops.sqrt(ops.maximum(ops.sum(there, axis=1), 1.0)))


def averaged(words: Tensor, there: Tensor) -> Tensor:
    """Mean over the places that hold a word, `(batch, width)`; zeros for an empty text."""
    from keras import ops

    return ops.divide(ops.sum(ops.multiply(words, there), axis=1), ops.maximum(ops.sum(there, axis=1), 1.0))


def strongest(words: Tensor, there: Tensor, bound: float = 1.0) -> Tensor:
    """Largest value over the places that hold a word, `(batch, width)`, of numbers within -`bound` and `bound`."""
    from keras import ops

    return ops.max(ops.subtract(words, ops.multiply(ops.subtract(1.0, there), 2 * bound)), axis=1)


def positions(length: int, width: int) -> NDArray[np.float32]:
    """Sines and cosines that tell the places of a text apart, shape `(length, width)`, each within -1 and 1."""
    rate = np.exp(-np.log(10_000.0) * (np.arange(width) // 2 * 2) / width)
    angle = np.arange(length)[:, None] * rate[None, :]
    places: NDArray[np.float32] = np.where(np.arange(width) % 2 == 0, np.sin(angle), np.cos(angle)).astype(np.float32)
    return places
