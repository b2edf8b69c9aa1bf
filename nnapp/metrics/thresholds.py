"""From which probability on a label is given."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FEWEST = 10
"""Examples that a label must have to get a threshold of its own: fewer say too little."""
GRID = np.round(np.arange(0.02, 0.9001, 0.01), 2)
"""What is tried."""


def best_thresholds(happened: NDArray[np.int64], probabilities: NDArray[np.float64]) -> NDArray[np.float64]:
    """For each label the threshold with the best F1; rare labels share the one with the best mean F1 over all.

    Args:
        happened: 0 and 1, shape `(n, k)`: of examples that the network did not learn from.
        probabilities: Shape `(n, k)`.

    Returns:
        Shape `(k,)`.

    >>> best_thresholds(np.array([[1], [1], [0]] * 10), np.array([[0.4], [0.3], [0.1]] * 10)).tolist()
    [0.2]
    """
    if not len(happened):
        return np.full(probabilities.shape[1], 0.5)
    found = np.stack([_f1(happened, probabilities > limit) for limit in GRID])
    known = happened.any(axis=0)
    shared = GRID[_middle_of_best(found[:, known].mean(axis=1))] if known.any() else 0.5
    own = np.array([GRID[_middle_of_best(column)] for column in found.T])
    return np.where(happened.sum(axis=0) >= FEWEST, own, shared)


def _f1(happened: NDArray[np.int64], given: NDArray[np.bool_]) -> NDArray[np.float64]:
    """F1 of every label, 0 where it neither happened nor was given."""
    right = (given & (happened == 1)).sum(axis=0)
    total = given.sum(axis=0) + happened.sum(axis=0)
    f1: NDArray[np.float64] = np.divide(2.0 * right, total, out=np.zeros(len(total)), where=total > 0)
    return f1


def _middle_of_best(values: NDArray[np.float64]) -> int:
    """The place in the middle of those that are as good as the best: its neighbours are good too."""
    best = np.flatnonzero(values >= values.max() - 1e-12)
    return int(best[len(best) // 2])
