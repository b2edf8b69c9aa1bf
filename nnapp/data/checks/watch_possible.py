"""A mark of rare stretches that somebody chose as the target: what it marks could be looked for along time, too."""

from __future__ import annotations

from nnapp.data.anomaly_question import watchable
from nnapp.data.checks import CHECKS
from nnapp.data.checks.examined import Examined
from nnapp.data.findings import Finding, quoted
from nnapp.data.long_table import LongTable


@CHECKS.register("watch_possible")
def watch_possible(examined: Examined) -> Finding | None:
    """A target that is named is predicted row by row, unless somebody says otherwise."""
    table, question, config = examined.table, examined.question, examined.config
    if table is None or isinstance(table, LongTable) or question.kind != "binary" or config.task not in {"auto", "binary"} or config.target is None:
        return None
    found = watchable(table, examined.profiles)
    if found is None or found[2] != question.target:
        return None
    _, channels, label = found
    return Finding(
        code="watch_possible",
        severity="info",
        problem=f"{label!r} marks rare stretches of a series over time: unusual stretches of {quoted(channels)} could be looked for without learning from the mark.",
        remedy="Now every row is an example of its own, and the mark is learned. To look for what is unusual, choose anomaly (--task anomaly).",
        columns=(label,),
        fix={"data.task": "anomaly"},
        fix_label="Look for what is unusual",
    )
