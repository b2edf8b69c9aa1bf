"""Pieces that networks for text are made of: stock Keras layers and operations only, none of which needs a mask of its own."""

from __future__ import annotations

from collections.abc import Mapping
from statistics import NormalDist
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from nnapp.data.dataset import DataSpec
from nnapp.tasks import TaskKind

TEXT_TASKS: frozenset[TaskKind] = frozenset({"binary", "multiclass", "multilabel", "regression"})
Tensor = Any
"""A symbolic Keras tensor."""
FAR = 30.0
"""Taken from the score of a place without a word: its weight is then nothing, and the number still fits 8 bits beside others."""

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
    inputs, ids, there, known = token_ids(data)
    words = swapped(embedding(known, width, "words")(ids), there, swap_of(data), "swap")
    return inputs, hidden(words, there, word_dropout, "word_dropout"), there


def each_text(data: DataSpec, width: int, word_dropout: float) -> tuple[dict[str, Tensor], dict[str, tuple[Tensor, Tensor]]]:
    """Every text of a row by itself, by the name of its input: its words and which places hold one, as `text_input` gives them. They share their words."""
    inputs, known = _ids(data)
    shared = embedding(known, width, "words")
    places = {name: words_there(ids) for name, ids in inputs.items()}
    return inputs, {name: (hidden(shared(ids), places[name], word_dropout, f"{name}_dropout"), places[name]) for name, ids in inputs.items()}


def token_ids(data: DataSpec) -> tuple[dict[str, Tensor], Tensor, Tensor, int]:
    """All texts of a row, one behind the other, as token ids.

    Returns:
        Inputs by name; the ids, `(batch, length)`; which places hold a word, `(batch, length, 1)`; and how many different ids there are.
    """
    from keras import layers

    inputs, known = _ids(data)
    ids = next(iter(inputs.values())) if len(inputs) == 1 else layers.Concatenate(name="texts")(list(inputs.values()))
    return inputs, ids, words_there(ids), known


def _ids(data: DataSpec) -> tuple[dict[str, Tensor], int]:
    """The inputs of token ids by name, and how many different ids there are."""
    import keras

    texts = data.of_role("tokens").inputs
    inputs = {name: keras.Input(spec.shape, dtype="int32", name=name) for name, spec in texts.items()}
    return inputs, max((spec.vocabulary or 1 for spec in texts.values()), default=1)


def words_there(ids: Tensor) -> Tensor:
    """Which places of `(batch, length)` ids hold a word, `(batch, length, 1)` float32 of 0 and 1."""
    from keras import ops

    return ops.expand_dims(ops.cast(ops.minimum(ids, 1), "float32"), -1)


def embedding(known: int, width: int, name: str) -> Any:
    """The layer that holds `width` numbers for each of so many words."""
    import keras

    return keras.layers.Embedding(known, width, embeddings_initializer=keras.initializers.RandomUniform(-0.05, 0.05), name=name)


def hidden(words: Tensor, there: Tensor, share: float, name: str) -> Tensor:
    """A share of whole words hidden while training, `(batch, length, width)`; zeros where a text has ended."""
    from keras import layers, ops

    if share:
        words = layers.Dropout(share, noise_shape=(None, words.shape[1], 1), name=name)(words)
    return ops.multiply(words, there)


def swap_of(data: DataSpec) -> float:
    """Share of the words that change places while the network trains."""
    return max((spec.augmentation.swap for spec in data.inputs.values() if spec.augmentation is not None), default=0.0)


def swapped(words: Tensor, there: Tensor, share: float, name: str) -> Tensor:
    """About a share of the words changes places with a neighbour while training; nothing otherwise.

    Made of stock layers, so that a file loads without nnapp: the chance comes from noise on a zero, and there is none when answering. Two
    rounds, so that a word may meet either neighbour; places without a word keep still.

    Args:
        words: Tensor `(batch, length, width)`.
        there: Which places hold a word, `(batch, length, 1)`.
        share: Of the words.
        name: Prefix of the layers' names.
    """
    from keras import layers, ops

    length, width = words.shape[1:]
    limit = NormalDist().inv_cdf(1 - share / 2) if share else 0.0
    for first in (0, 1) if share else ():
        pairs, end = (length - first) // 2, length - (length - first) % 2
        if not pairs:
            continue
        two = ops.reshape(words[:, first:end], (-1, pairs, 2, width))
        both = ops.min(ops.reshape(there[:, first:end], (-1, pairs, 2, 1)), axis=2, keepdims=True)
        chance = layers.GaussianNoise(1.0, name=f"{name}{first}")(ops.multiply(two[:, :, :1, :1], 0.0))
        change = ops.multiply(ops.cast(ops.greater(chance, limit), two.dtype), ops.cast(both, two.dtype))
        two = ops.add(two, ops.multiply(change, ops.subtract(ops.concatenate([two[:, :, 1:], two[:, :, :1]], axis=2), two)))
        words = ops.concatenate([words[:, :first], ops.reshape(two, (-1, 2 * pairs, width)), words[:, end:]], axis=1)
    return words


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


def far_from(there: Tensor) -> Tensor:
    """What is added to the scores of places without a word, `(batch, 1, 1, length)`."""
    from keras import ops

    return ops.multiply(ops.subtract(ops.reshape(there, (-1, 1, 1, there.shape[1])), 1.0), FAR)


def attended(x: Tensor, far: Tensor, heads: int, head_width: int, name: str) -> Tensor:
    """What each word gathers from the others: `(batch, length, width)` to the same.

    Args:
        x: The words.
        far: Added to the scores, `(batch, 1, 1, length)`.
        heads: Ways in which a word looks at the others at once.
        head_width: Numbers of each way.
        name: Ends the layers' names.
    """
    from keras import layers, ops

    length, width = x.shape[1:]

    def split(called: str) -> Tensor:
        made = layers.Dense(heads * head_width, name=f"{called}{name}")(x)
        return ops.transpose(ops.reshape(made, (-1, length, heads, head_width)), (0, 2, 1, 3))

    scores = ops.matmul(ops.multiply(split("asks"), head_width**-0.5), ops.transpose(split("offers"), (0, 1, 3, 2)))
    gathered = ops.matmul(ops.softmax(ops.add(scores, far), axis=-1), split("says"))
    return layers.Dense(width, name=f"gathered{name}")(ops.reshape(ops.transpose(gathered, (0, 2, 1, 3)), (-1, length, heads * head_width)))
