"""Classes that differ only in spelling."""

from __future__ import annotations

from collections import defaultdict

from nnapp.data.answers import loose
from nnapp.data.checks import CHECKS
from nnapp.data.checks.examined import Examined
from nnapp.data.findings import Finding, quoted


@CHECKS.register("similar_classes")
def similar_classes(examined: Examined) -> Finding | None:
    """`Yes` and `yes` are two classes to a network."""
    spelled: dict[str, list[str]] = defaultdict(list)
    for name in examined.question.class_names:
        spelled[loose(name)].append(name)
    twins = [name for names in spelled.values() if len(names) > 1 for name in names]
    if not twins:
        return None
    problem = f"Some classes differ only by case, blanks or a full stop: {quoted(twins)}."
    remedy = "If they are the same, spell them alike in the file."
    return Finding(code="similar_classes", severity="warning", problem=problem, remedy=remedy, columns=(examined.question.target,))
