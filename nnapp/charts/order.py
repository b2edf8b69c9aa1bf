"""The order in which classes stand, so that those that are confused lie side by side."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

_MOST = 300


def block_order(counts: NDArray[np.float64], names: Sequence[str]) -> NDArray[np.int64]:
    """Positions of the classes in an order in which blocks of confusion show.

    Numbers keep the order of their values. Otherwise the classes are laid along the slowest vibration of the graph
    whose edges are the confusions (the Fiedler vector): what is confused often ends up close together.

    Args:
        counts: By true and predicted class, shape `(k, k)`.
        names: Class names, `k` of them.
    """
    k = len(names)
    if (values := _as_numbers(names)) is not None:
        return np.argsort(values, kind="stable")
    if k < 4 or k > _MOST:
        return np.arange(k)
    share = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    likeness = share + share.T
    np.fill_diagonal(likeness, 0.0)
    if not likeness.any():
        return np.arange(k)
    # A little of everything to everything keeps the graph in one piece.
    likeness += likeness.max() * 1e-3
    np.fill_diagonal(likeness, 0.0)
    degree = likeness.sum(axis=1)
    root = 1.0 / np.sqrt(degree)
    _, vectors = np.linalg.eigh(np.eye(k) - root[:, None] * likeness * root)
    along = vectors[:, 1] * root
    # The sign is arbitrary: keep the first class on the left half.
    return np.argsort(along if along[0] <= 0 else -along, kind="stable")


def _as_numbers(names: Sequence[str]) -> NDArray[np.float64] | None:
    try:
        return np.array([float(name) for name in names])
    except ValueError:
        return None
