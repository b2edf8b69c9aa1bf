"""SHAP values of a table's network by compiled expected gradients, against `shap.GradientExplainer`: as both are, and at equal additivity."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from benchmarks.measure import Comparison, compare
from benchmarks.subjects import features, network, table
from nnapp.explanation.compared import Subject
from nnapp.explanation.explainers.expected_gradients import ExpectedGradients
from nnapp.explanation.network import Network

ROWS, BACKGROUND = 100, 100
NODES = (2, 3, 4, 6, 8)
"""Places on each path, from the coarsest; the usual number comes last."""


def comparisons() -> Iterator[Comparison]:
    import shap

    part = table(5_000)
    model = network(part)
    rows, background = part.rows(np.arange(ROWS)), features(part)[1_000 : 1_000 + BACKGROUND]
    subject = Subject(model, Network(model, part.data, part.task), rows, features(rows), background[None])
    explainer = shap.GradientExplainer(model, background)
    values = np.asarray(explainer.shap_values(features(rows))).reshape(ROWS, -1)
    rise = np.asarray(model(features(rows))).ravel() - np.asarray(model(background)).mean()
    theirs = float(np.abs(rise - values.sum(axis=1)).max())
    coarse = next(own for own in (ExpectedGradients(nodes=nodes, most_nodes=nodes, tolerance=1) for nodes in NODES) if _residual(own, subject) <= theirs)
    for words, own in (("", ExpectedGradients()), (f", as coarse as theirs ({coarse.nodes} places a path)", coarse)):
        yield compare(
            f"SHAP values of {ROWS} rows, {BACKGROUND} background rows{words}",
            "shap.GradientExplainer",
            lambda own=own: own.attribute(subject, lambda share: None),
            lambda: explainer.shap_values(features(rows)),
            f"largest additivity residual {_residual(own, subject):.1e} against {theirs:.1e}",
        )


def _residual(own: ExpectedGradients, subject: Subject) -> float:
    """How far the values of a row miss what they should add up to, at most."""
    found = own.attribute(subject, lambda share: None)
    return float(np.abs(found.output - found.base - found.values.sum(axis=1)).max())
