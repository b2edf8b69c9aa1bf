"""Areas under the ROC and the precision-recall curve, for many weightings of the same examples at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def areas(happened: NDArray[np.bool_], probabilities: Floats, classes: list[int], weights: Floats) -> tuple[Floats, Floats]:
    """Mean areas over the classes for which they exist, each class against the rest.

    Args:
        happened: Whether an example is of a class (or has a label), shape `(n, k)`.
        probabilities: Shape `(n, k)`.
        classes: Classes that are asked for.
        weights: Whole numbers, shape `(r, n)`: how often each example counts.

    Returns:
        ROC AUC and average precision, each `(r,)`, NaN where no class has both positives and negatives (positives, for the second).
    """
    # Examples first: picking rows of a contiguous array is several times faster than picking columns.
    counts = np.ascontiguousarray(weights.T, dtype=np.float32)
    found = np.array([_of_one_class(happened[:, index], probabilities[:, index], counts) for index in classes])
    return _mean_of_existing(found[:, 0]), _mean_of_existing(found[:, 1])


def _of_one_class(positive: NDArray[np.bool_], score: Floats, counts: NDArray[np.float32]) -> tuple[Floats, Floats]:
    """ROC AUC and average precision of one class, each `(r,)`."""
    order = np.argsort(-score, kind="stable")
    drawn, kept = counts[order], positive[order]
    starts = np.flatnonzero(np.r_[True, np.diff(score[order]) != 0])
    positives = drawn * kept[:, None]
    if len(starts) < len(order):
        drawn, positives = np.add.reduceat(drawn, starts, axis=0), np.add.reduceat(positives, starts, axis=0)
    found, seen = np.cumsum(positives, axis=0, dtype=np.float64), np.cumsum(drawn, axis=0, dtype=np.float64)
    total, negatives = found[-1], seen[-1] - found[-1]
    # Only steps with positives add area: at each, the negatives not yet seen lie below, those of the same score count half.
    some = positives.any(axis=1)
    positives, found, seen, drawn = positives[some], found[some], seen[some], drawn[some]
    below = negatives - (seen - found) + 0.5 * (drawn - positives)
    precision = np.divide(found, seen, out=np.zeros_like(found), where=seen > 0)
    return _ratio((positives * below).sum(axis=0), total * negatives), _ratio((positives * precision).sum(axis=0), total)


def _ratio(numerator: Floats, denominator: Floats) -> Floats:
    quotient: Floats = np.divide(numerator, denominator, out=np.full(numerator.shape, np.nan), where=denominator > 0)
    return quotient


def _mean_of_existing(values: Floats) -> Floats:
    """Mean over the first axis of what is not NaN."""
    exists = ~np.isnan(values)
    return _ratio(np.where(exists, values, 0.0).sum(axis=0), exists.sum(axis=0).astype(np.float64))
