"""Classes with hardly any example."""

from __future__ import annotations

from nnapp.data.checks import CHECKS
from nnapp.data.checks.examined import Examined
from nnapp.data.findings import Finding, counted, quoted

_FEW = 7
"""Fewer than this and a 15 % part holds one example."""


@CHECKS.register("rare_class")
def rare_class(examined: Examined) -> Finding | None:
    """A class seen once trains and is never judged; one seen a few times is judged by one example."""
    if len(examined.counts) < 2:
        return None
    few = [name for name, count in zip(examined.question.class_names, examined.counts, strict=True) if count < _FEW]
    if not few:
        return None
    once = bool((examined.counts == 1).any())
    told = " A class with one example is trained on, and cannot be judged." if once else ""
    most = int(examined.counts[examined.counts < _FEW].max())
    has = f"The class {quoted(few)} has" if len(few) == 1 else f"The classes {quoted(few)} have"
    problem = f"{has} hardly any examples ({counted(most, 'example')}{'' if len(few) == 1 else ' at most'}).{told}"
    remedy = "Bring more of them, or merge them with a class that is like them."
    return Finding(code="rare_class", severity="warning", problem=problem, remedy=remedy, columns=(examined.question.target,))
