"""The rows that an int8 conversion looks at to learn how large numbers get inside the network."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nnapp.data.dataset import Dataset
from nnapp.data.labels import strata
from nnapp.tasks import OUTPUT

ROWS = {"tabular": 2000, "mixed": 1000, "pictures": 500, "series": 500, "sounds": 500, "text": 500}
"""On California, 2,000 rows instead of 500 cut the largest error of the MLP's int8 file to a quarter, at no cost in time."""
EXTREMES = 200
"""Features whose smallest and largest rows are looked at, at most."""


def representative(train: Dataset, count: int | None = None, *, seed: int = 0) -> NDArray[np.int64]:
    """Positions of rows of the train part that cover it: what lies outside them is cut off in the int8 file.

    Classes take turns, so that rare ones are seen too; for a regression the rows are evenly spaced from the smallest
    target to the largest, both included. For a table the rows with the extremes of every feature come on top.

    Args:
        train: The train part.
        count: Rows, extremes aside; by kind of data when None.
        seed: The same seed gives the same rows.

    Returns:
        Rising positions in `train`, each once.
    """
    wanted = min(ROWS[train.data.kind] if count is None else count, len(train))
    y = np.asarray(train.y[OUTPUT])
    y = strata(y.astype(np.int64)) if train.task.kind == "multilabel" else y.reshape(len(y), -1).mean(axis=1) if train.task.is_number else y.ravel()
    chosen = _spaced(y, wanted) if train.task.is_number else _in_turns(y, wanted, seed)
    encoded = [train.x[name] for name, spec in train.data.inputs.items() if spec.encoding is not None or train.data.kind == "tabular"]
    if len(train):
        chosen = np.concatenate([chosen, *(_extremes(array) for array in encoded)])
    return np.unique(chosen)


def _spaced(y: NDArray[np.generic], count: int) -> NDArray[np.int64]:
    """Rows at even distances in the order of the target."""
    return np.argsort(y, kind="stable")[np.linspace(0, max(len(y) - 1, 0), count).round().astype(np.int64)]


def _in_turns(y: NDArray[np.generic], count: int, seed: int) -> NDArray[np.int64]:
    """One row of every class, then a second of every class, and so on."""
    shuffled = np.random.default_rng(seed).permutation(len(y))
    turn = np.zeros(len(y), np.int64)
    for value in np.unique(y):
        members = y[shuffled] == value
        turn[members] = np.arange(members.sum())
    return shuffled[np.argsort(turn, kind="stable")][:count]


def _extremes(array: NDArray[np.generic]) -> NDArray[np.int64]:
    """Rows with the smallest and the largest value of each of the first features."""
    flat = np.asarray(array).reshape(len(array), int(np.prod(array.shape[1:])))[:, :EXTREMES]
    return np.concatenate([flat.argmin(axis=0), flat.argmax(axis=0)]).astype(np.int64)
