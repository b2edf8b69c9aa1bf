"""Metrics of the probabilities: are they in the right order, and do they mean what they say."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from nnapp.metrics.base import CLASSES, Floats, Sample, metric, ratio

BINS = 15
"""Bins of the confidence for the calibration error."""


@metric("log_loss", "Log loss", "Surprise at the true class: 0 is certain and right; being certain and wrong costs most.", CLASSES,
        higher_is_better=False, unit="nats", needs_probabilities=True)  # fmt: skip
def log_loss(sample: Sample) -> Floats:
    """Mean of `-log p(true class)`, in nats."""
    rows = np.arange(len(sample.y_true))
    true = sample.probabilities[rows, sample.y_true.astype(np.int64)]
    return sample.mean(-np.log(np.clip(true, np.finfo(np.float64).eps, 1.0)))


@metric("brier", "Brier score", "Mean squared gap between the probabilities and what happened; 0 is perfect.", CLASSES,
        higher_is_better=False, unit="none", needs_probabilities=True)  # fmt: skip
def brier(sample: Sample) -> Floats:
    """Of the positive class for two classes, summed over the classes for more, as scikit-learn has it."""
    happened = sample.y_true.astype(np.int64)[:, None] == np.arange(sample.probabilities.shape[1])
    gaps = np.square(sample.probabilities - happened)
    return sample.mean(gaps[:, 1] if sample.task.kind == "binary" else gaps.sum(axis=1))


def confidence_bins(confidence: Floats) -> NDArray[np.int64]:
    """Index of the equal-width bin of `BINS` in which each confidence lies; a bin holds its upper end."""
    return np.clip(np.ceil(confidence * BINS).astype(np.int64) - 1, 0, BINS - 1)


@metric("ece", "Calibration error", "Gap between how sure the network is and how often it is right; 0 means that 80 % sure is right 80 % of the time.", CLASSES,
        higher_is_better=False, needs_probabilities=True)  # fmt: skip
def ece(sample: Sample) -> Floats:
    """Expected calibration error of the given answer: mean absolute gap over 15 bins, weighted by their counts."""
    confidence = sample.probabilities.max(axis=1)
    gap = confidence - (sample.answers.prediction == sample.y_true)
    bins = confidence_bins(confidence)
    parts = [np.abs(sample.weights[:, bins == index] @ gap[bins == index]) for index in np.unique(bins)]
    total: Floats = np.sum(parts, axis=0) / sample.weights.sum(axis=1)
    return total


@metric("roc_auc", "ROC AUC", "Chance that a random example of a class scores higher than a random one of the others; 0.5 is guessing.", CLASSES,
        unit="none", needs_probabilities=True)  # fmt: skip
def roc_auc(sample: Sample) -> Floats:
    """Area under the ROC curve; for more than two classes the mean over the classes that occur, each against the rest."""
    return _over_classes(sample, _auc)


@metric("average_precision", "Average precision", "Area under the precision-recall curve: how pure the list is when sorted by score.", CLASSES,
        unit="none", needs_probabilities=True)  # fmt: skip
def average_precision(sample: Sample) -> Floats:
    """Of the positive class; for more than two classes the mean over the classes that occur."""
    return _over_classes(sample, _ap)


def _over_classes(sample: Sample, curve: Callable[[Floats, Floats], Floats]) -> Floats:
    """The area of the positive class, or the mean over classes of the areas that exist."""
    truth = sample.y_true.astype(np.int64)
    classes = [1] if sample.task.kind == "binary" else np.unique(truth).tolist()
    total, exist = np.zeros(len(sample.weights)), np.zeros(len(sample.weights))
    for index in classes:
        area = curve(*_sorted_counts(sample, truth == index, sample.probabilities[:, index]))
        total += np.where(np.isnan(area), 0.0, area)
        exist += ~np.isnan(area)
    return ratio(total, exist)


def _sorted_counts(sample: Sample, positive: NDArray[np.bool_], score: Floats) -> tuple[Floats, Floats]:
    """Weighted positives and negatives at each different score, highest first, each `(r, s)`."""
    order = np.argsort(-score, kind="stable")
    starts = np.flatnonzero(np.r_[True, np.diff(score[order]) != 0])
    weights, kept = sample.weights[:, order], positive[order]
    return np.add.reduceat(weights * kept, starts, axis=1), np.add.reduceat(weights * ~kept, starts, axis=1)


def _auc(positives: Floats, negatives: Floats) -> Floats:
    above = np.cumsum(positives, axis=1) - 0.5 * positives
    return ratio((above * negatives).sum(axis=1), positives.sum(axis=1) * negatives.sum(axis=1))


def _ap(positives: Floats, negatives: Floats) -> Floats:
    found = np.cumsum(positives, axis=1)
    precision = ratio(found, found + np.cumsum(negatives, axis=1))
    return ratio((np.nan_to_num(precision) * positives).sum(axis=1), found[:, -1])
