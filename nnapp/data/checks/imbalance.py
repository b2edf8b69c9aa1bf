"""One class far commoner than another."""

from __future__ import annotations

from nnapp.data.checks import CHECKS
from nnapp.data.checks.examined import Examined
from nnapp.data.findings import Finding, short

_SHARE = 0.8
_TIMES = 10


@CHECKS.register("imbalance")
def imbalance(examined: Examined) -> Finding | None:
    """Accuracy flatters where guessing the commonest class does well."""
    counts = examined.counts
    if examined.question.kind == "multilabel" or len(counts) < 2 or counts.sum() == 0:
        return None
    commonest, rarest = int(counts.argmax()), int(counts.argmin())
    share = counts[commonest] / counts.sum()
    if share < _SHARE and counts[commonest] < _TIMES * max(1, counts[rarest]):
        return None
    names = examined.question.class_names
    guess = f", so always guessing it is right {share:.0%} of the time" if share >= 0.5 else ""
    return Finding(
        code="imbalance",
        severity="warning",
        problem=f"The classes are uneven: {short(names[commonest])!r} has {counts[commonest]:,} examples, {short(names[rarest])!r} {counts[rarest]:,}{guess}.",
        remedy="Look at balanced accuracy and F1 beside accuracy. Class weights find more of the rare class, and cost some accuracy.",
        columns=(examined.question.target,),
        fix={"training.class_weights": "balanced"},
        fix_label="Weight the classes",
    )
