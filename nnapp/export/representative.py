"""The rows that an int8 conversion looks at to learn how large numbers get inside the network."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nnapp.data.dataset import Dataset
from nnapp.tasks import OUTPUT

ROWS = 500


def representative(train: Dataset, count: int = ROWS, *, seed: int = 0) -> NDArray[np.int64]:
    """Positions of up to `count` rows of the train part that cover it.

    Classes take turns, so that rare ones are seen too; for a regression the rows are evenly spaced from the smallest
    target to the largest, both included.

    Returns:
        Positions in `train`, shape `(min(count, n),)`, each once.
    """
    rows = len(train)
    y = np.asarray(train.y[OUTPUT]).reshape(rows, -1)[:, 0]
    if train.task.kind == "regression":
        order = np.argsort(y, kind="stable")
        return np.unique(order[np.linspace(0, rows - 1, min(count, rows)).round().astype(np.int64)])
    shuffled = np.random.default_rng(seed).permutation(rows)
    turn = np.zeros(rows, np.int64)
    for value in np.unique(y):
        members = y[shuffled] == value
        turn[members] = np.arange(members.sum())
    return shuffled[np.argsort(turn, kind="stable")][:count]
