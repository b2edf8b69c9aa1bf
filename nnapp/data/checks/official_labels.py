"""Labels of an official test file that the training file spells otherwise, or does not have."""

from __future__ import annotations

from nnapp.data.answers import known_answers
from nnapp.data.checks import CHECKS
from nnapp.data.checks.examined import Examined
from nnapp.data.findings import Finding
from nnapp.data.table import Table


@CHECKS.register("official_labels_mapped")
def official_labels_mapped(examined: Examined) -> Finding | None:
    """Blanks, case and a final full stop are forgiven, and told."""
    return _told(examined, "labels_mapped")


@CHECKS.register("official_labels_unknown")
def official_labels_unknown(examined: Examined) -> Finding | None:
    """What was never learned cannot be scored."""
    return _told(examined, "labels_unknown")


def _told(examined: Examined, code: str) -> Finding | None:
    test = examined.test
    if test is None or type(test) is not type(examined.data):
        return None
    if isinstance(test, Table) and not set(examined.question.targets) <= set(test.columns):
        return None
    return next((finding for finding in known_answers(test, examined.question)[1] if finding.code == code), None)
