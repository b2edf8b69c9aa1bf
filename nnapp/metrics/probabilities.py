"""Metrics of the probabilities: are they in the right order, and do they mean what they say."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nnapp.metrics.areas import Floats
from nnapp.metrics.base import ANY_CLASSES, CLASSES, Sample, metric

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


@metric("roc_auc", "ROC AUC", "Chance that a random example of a class scores higher than a random one of the others; 0.5 is guessing.", ANY_CLASSES,
        unit="none", needs_probabilities=True, once_a_class=True)  # fmt: skip
def roc_auc(sample: Sample) -> Floats:
    """Area under the ROC curve; for more than two classes the mean over the classes that occur, each against the rest."""
    return sample.areas[0]


@metric("average_precision", "Average precision", "Area under the precision-recall curve: how pure the list is when sorted by score.", ANY_CLASSES,
        unit="none", needs_probabilities=True, once_a_class=True)  # fmt: skip
def average_precision(sample: Sample) -> Floats:
    """Of the positive class; for more than two classes the mean over the classes that occur."""
    return sample.areas[1]
