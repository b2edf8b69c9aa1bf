"""SHAP values of a table's network by compiled expected gradients, against `shap.GradientExplainer`."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from benchmarks.measure import Comparison, compare
from benchmarks.subjects import features, network, table
from nnapp.explanation.base import Subject
from nnapp.explanation.explainers.expected_gradients import ExpectedGradients
from nnapp.explanation.network import Network

ROWS, BACKGROUND = 100, 100


def comparisons() -> Iterator[Comparison]:
    import shap

    part = table(5_000)
    model = network(part)
    rows, background = part.rows(np.arange(ROWS)), features(part)[1_000 : 1_000 + BACKGROUND]
    subject = Subject(model, Network(model, part.data, part.task), rows, features(rows), background[None])
    explainer = shap.GradientExplainer(model, background)
    own = ExpectedGradients()
    found = own.attribute(subject, lambda share: None)
    residual = np.abs(found.output - found.base - found.values.sum(axis=1)).max()
    values = np.asarray(explainer.shap_values(features(rows))).reshape(ROWS, -1)
    rise = np.asarray(model(features(rows))).ravel() - np.asarray(model(background)).mean()
    theirs = np.abs(rise - values.sum(axis=1)).max()
    yield compare(
        f"SHAP values of {ROWS} rows, {BACKGROUND} background rows",
        "shap.GradientExplainer",
        lambda: own.attribute(subject, lambda share: None),
        lambda: explainer.shap_values(features(rows)),
        f"largest additivity residual {residual:.1e} against {theirs:.1e}",
    )
