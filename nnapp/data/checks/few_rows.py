"""Too few rows to train, choose and judge on."""

from __future__ import annotations

from nnapp.data.checks import CHECKS
from nnapp.data.checks.examined import Examined
from nnapp.data.findings import Finding, counted
from nnapp.data.splits import FEWEST_ROWS

_FEW = 100


@CHECKS.register("few_rows")
def few_rows(examined: Examined) -> Finding | None:
    """An error below 10 examples, a warning below 100."""
    noun = examined.noun
    if examined.question.kind in {"forecasting", "anomaly"}:
        return None  # its steps are counted, not its rows
    if examined.known < FEWEST_ROWS:
        problem = f"Only {counted(examined.known, noun)} with a known answer: too few to train, choose and judge on."
        return Finding(code="too_few_rows", severity="error", problem=problem, remedy=f"Bring at least {FEWEST_ROWS}, better some hundred.")
    if examined.known < _FEW:
        problem = f"There are only {counted(examined.known, noun)}: every score will have a wide interval."
        return Finding(code="few_rows", severity="warning", problem=problem, remedy="Bring more if you can, and trust the intervals more than the scores.")
    return None
