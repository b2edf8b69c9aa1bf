"""Nothing to learn from."""

from __future__ import annotations

from nnapp.data.checks import CHECKS
from nnapp.data.checks.examined import Examined
from nnapp.data.columns import NUMERIC
from nnapp.data.findings import Finding, quoted


@CHECKS.register("no_features")
def no_features(examined: Examined) -> Finding | None:
    """A table needs at least one column besides the target."""
    if examined.table is None or examined.features or examined.question.data == "series":
        return None
    others = [column.name for column in examined.profiles if column.name not in examined.question.targets]
    if not others:
        problem = f"The table has one column only, {examined.question.target!r}: there is nothing to predict it from."
        remedy = "Bring columns that may explain it, beside the answer."
        if examined.profiles[0].type not in NUMERIC or examined.config.task != "auto":
            return Finding(code="one_column", severity="error", problem=problem, remedy=remedy)
        remedy += " If each row comes after the one before, forecast what comes next (--task forecasting)."
        return Finding(code="one_column", severity="error", problem=problem, remedy=remedy, fix={"data.task": "forecasting"}, fix_label="Forecast it")
    if examined.question.data == "text":
        problem = f"No column is taken for text: {quoted(others)} {'is' if len(others) == 1 else 'are'} of other types."
        remedy = f"Set the type of the column that holds the texts to text (--set data.types.{others[0]}=text), or leave data.kind out."
        return Finding(code="no_features", severity="error", problem=problem, remedy=remedy, columns=tuple(others))
    problem = f"No column is left to learn from: {quoted(others)} {'is' if len(others) == 1 else 'are'} left out (identifiers or empty)."
    remedy = "Set the type of a column that matters to number, category or text, or bring other columns."
    words = next((column.name for column in examined.profiles if column.type == "identifier" and column.minimum is None), None)
    fix: dict[str, object] = {} if words is None or words == examined.question.target else {"data.types": {words: "text"}}
    label = f"Read {words!r} as text" if fix else ""
    return Finding(code="no_features", severity="error", problem=problem, remedy=remedy, columns=tuple(others), fix=fix, fix_label=label)
