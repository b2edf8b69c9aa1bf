"""All reports of one explanation."""

from __future__ import annotations

from nnapp.explanation.result import Explanation
from nnapp.explanation.series_views import stretch_importance
from nnapp.explanation.views import additivity, beeswarm, importance, importance_by_output, rows
from nnapp.explanation.word_views import words, words_by_output
from nnapp.reports import Report


def reports(explanation: Explanation) -> dict[str, Report]:
    """All reports of the whole explanation by name: what the command line gives."""
    found = [rows(explanation), additivity(explanation)]
    if explanation.kind in {"tabular", "mixed"}:
        found = [importance(explanation), importance_by_output(explanation), beeswarm(explanation), *found]
    if explanation.kind == "text":
        found = [words(explanation), words_by_output(explanation), *found]
    if explanation.kind == "series":
        found = [stretch_importance(explanation), *found]
    return {report.name: report for report in found}
