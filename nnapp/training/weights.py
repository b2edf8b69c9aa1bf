"""How much each row counts in the loss."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nnapp.data.dataset import Dataset
from nnapp.tasks import OUTPUT
from nnapp.training.config import TrainingConfig
from nnapp.training.engines.base import Arrays


def row_weights(y: NDArray[np.generic], given: NDArray[np.float32] | None, *, balanced: bool) -> NDArray[np.float32] | None:
    """Sample weights times class weights.

    Args:
        y: Class labels, shape `(n,)` or `(n, 1)`; several of 0 and 1 `(n, k)`.
        given: Sample weights, shape `(n,)`, or None for 1 each.
        balanced: Whether every class is to count the same in total.

    Returns:
        Weights of shape `(n,)` with mean 1 where classes are balanced; None where every row counts 1.

    >>> row_weights(np.array([0, 0, 0, 1]), None, balanced=True).astype(float).round(2).tolist()
    [0.67, 0.67, 0.67, 2.0]
    """
    if not balanced:
        return given
    ones = np.ones(len(y), np.float32) if given is None else given
    if y.ndim > 1 and y.shape[1] > 1:
        return _labelled(np.asarray(y, np.float64), ones)
    _, which = np.unique(y.reshape(-1), return_inverse=True)
    mass = np.bincount(which, weights=ones)
    present = mass > 0
    share = np.where(present, ones.sum() / (present.sum() * np.where(present, mass, 1)), 0)
    return (ones * share[which]).astype(np.float32)


def _labelled(y: NDArray[np.float64], ones: NDArray[np.float32]) -> NDArray[np.float32]:
    """Of several labels: a row counts as much as the mean of what its labels want, one without labels as little as the commonest."""
    mass = (y * ones[:, None]).sum(axis=0)
    share = np.where(mass > 0, 1 / np.where(mass > 0, mass, 1), 0)
    own = y.sum(axis=1)
    wanted = np.where(own > 0, (y @ share) / np.maximum(own, 1), share[share > 0].min(initial=np.inf) if (share > 0).any() else 1.0)
    return (ones * wanted / max(float((ones * wanted).mean()), 1e-12)).astype(np.float32)


def arrays(part: Dataset, config: TrainingConfig) -> Arrays:
    """A part as an engine takes it; class weights are for classes only."""
    y = part.y[OUTPUT]
    balanced = config.class_weights == "balanced" and not part.task.is_number
    weights = row_weights(y, part.weights, balanced=balanced)
    if not part.readings:
        return Arrays(part.x, y, weights)
    count = 1 + len(part.readings)
    x = {name: np.concatenate([array, *(reading[name] for reading in part.readings)]) for name, array in part.x.items()}
    return Arrays(x, np.concatenate([y] * count), None if weights is None else np.tile(weights, count), count)
