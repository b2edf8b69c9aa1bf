"""Metrics of the class that was given: all of them come from counts a class."""

from __future__ import annotations

import numpy as np

from nnapp.metrics.areas import Floats
from nnapp.metrics.base import ANY_CLASSES, CLASSES, Sample, metric, ratio


def _nanmean(values: Floats) -> Floats:
    """Mean over the last axis of what exists; NaN where nothing does."""
    exists = ~np.isnan(values)
    return ratio(np.where(exists, values, 0.0).sum(axis=-1), exists.sum(axis=-1).astype(np.float64))


@metric("accuracy", "Accuracy", "Share of the examples that got the right class.", CLASSES)
def accuracy(sample: Sample) -> Floats:
    """Right answers over all."""
    right, true, _ = sample.class_sums
    return ratio(right.sum(axis=1), true.sum(axis=1))


@metric("micro_f1", "Micro F1", "F1 over all decisions together; with one class an example it equals accuracy.", ("multiclass", "multilabel"))
def micro_f1(sample: Sample) -> Floats:
    """Equal to accuracy where every example has exactly one class."""
    right, true, predicted = sample.class_sums
    return ratio(2 * right.sum(axis=1), (true + predicted).sum(axis=1))


@metric("balanced_accuracy", "Balanced accuracy", "Mean of the classes' recalls: a rare class counts as much as a common one.", CLASSES)
def balanced_accuracy(sample: Sample) -> Floats:
    """Mean recall over the classes that occur."""
    right, true, _ = sample.class_sums
    return _nanmean(ratio(right, true))


@metric("macro_f1", "Macro F1", "Mean of the classes' F1: low when some class is rarely found or often claimed wrongly.", ANY_CLASSES)
def macro_f1(sample: Sample) -> Floats:
    """Mean F1 over the classes that occur or are predicted."""
    right, true, predicted = sample.class_sums
    return _nanmean(ratio(2 * right, true + predicted))


@metric("subset_accuracy", "Exact matches", "Share of the examples whose labels are all right, none missing and none too many.", ("multilabel",))
def subset_accuracy(sample: Sample) -> Floats:
    """The strictest count."""
    return sample.mean((sample.answers.prediction == sample.y_true).all(axis=1).astype(np.float64))


@metric("hamming_accuracy", "Right decisions", "Share of all decisions, label by label, that are right; high by itself where labels are rare.", ("multilabel",))
def hamming_accuracy(sample: Sample) -> Floats:
    """One minus the Hamming loss."""
    return sample.mean((sample.answers.prediction == sample.y_true).mean(axis=1))


@metric("precision", "Precision", "Of the examples called positive, the share that is.", ("binary", "anomaly"))
def precision(sample: Sample) -> Floats:
    """Does not exist where nothing is called positive."""
    right, _, predicted = sample.class_sums
    return ratio(right[:, 1], predicted[:, 1])


@metric("recall", "Recall", "Of the positive examples, the share that is found.", ("binary", "anomaly"))
def recall(sample: Sample) -> Floats:
    """Does not exist where nothing is positive."""
    right, true, _ = sample.class_sums
    return ratio(right[:, 1], true[:, 1])


@metric("f1", "F1", "Precision and recall of the positive class in one number: high only when both are.", ("binary", "anomaly"))
def f1(sample: Sample) -> Floats:
    """Harmonic mean of precision and recall; 0 where no positive is found."""
    right, true, predicted = sample.class_sums
    return ratio(2 * right[:, 1], true[:, 1] + predicted[:, 1])
