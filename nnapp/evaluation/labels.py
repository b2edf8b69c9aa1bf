"""Several labels at once: each by itself."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from nnapp.evaluation.base import evaluation, few_rows
from nnapp.metrics import Predictions
from nnapp.reports import Headline, Report


@evaluation("labels", "multilabel")
def labels(predictions: Predictions) -> Report:
    """Judge every label.

    Returns:
        A report with a row a label, the commonest first: `label`, `examples` that have it, `given` (times it was given),
        `threshold` (the probability above which it is), `precision`, `recall`, `f1`.
    """
    true, given = predictions.y_true.astype(np.int64), predictions.prediction.astype(np.int64)
    names = predictions.task.class_names
    right, have, said = (true & given).sum(axis=0), true.sum(axis=0), given.sum(axis=0)
    order = np.argsort(-have, kind="stable")
    thresholds = np.asarray(predictions.task.output.thresholds or [0.5] * len(names))
    table = pd.DataFrame(
        {
            "label": [names[index] for index in order],
            "examples": have[order],
            "given": said[order],
            "threshold": thresholds[order],
            "precision": _share(right, said)[order],
            "recall": _share(right, have)[order],
            "f1": _share(2 * right, have + said)[order],
        }
    )
    never = [names[index] for index in order if have[index] and not said[index]]
    caveats = ("Thresholds were chosen on the validation part, each for the best F1 of its label; rare labels share one.", *few_rows(predictions))
    if never:
        caveats = (*caveats, f"{len(never)} of the labels that occur were never given, among them {never[0]}.")
    headline: Headline = {"labels": len(names), "never given": len(never), "labels an example": float(true.sum(axis=1).mean())}
    return Report("labels", "Label by label", table, dict(headline), caveats)


def _share(part: NDArray[np.int64], whole: NDArray[np.int64]) -> NDArray[np.float64]:
    """Quotient, missing where there is nothing to divide by."""
    shares: NDArray[np.float64] = np.divide(part.astype(np.float64), whole, out=np.full(len(part), np.nan), where=whole > 0)
    return shares
