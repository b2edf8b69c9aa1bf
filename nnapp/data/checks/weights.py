"""The column that says how much each row counts."""

from __future__ import annotations

import numpy as np

from nnapp.data.checks import CHECKS
from nnapp.data.checks.examined import Examined
from nnapp.data.findings import Finding, counted, quoted
from nnapp.data.long_table import LongTable
from nnapp.data.weighing import cell_weights
from nnapp.portable.cells import is_missing
from nnapp.registry import did_you_mean


@CHECKS.register("weights")
def weights(examined: Examined) -> Finding | None:
    """It must be there, beside the answer, with a number of 0 or more in every row."""
    name = examined.config.weight_column
    if name is None:
        return None
    complaint = _place(examined, name) or _cells(examined, name)
    if complaint is None:
        return None
    problem, remedy = complaint
    fix = {"data.weight_column": None}
    return Finding(code="weights", severity="error", problem=problem, remedy=remedy, columns=(name,), fix=fix, fix_label="Count all rows alike")


def _place(examined: Examined, name: str) -> tuple[str, str] | None:
    """What is wrong with naming this column, as problem and remedy."""
    table = examined.table
    if table is None or isinstance(table, LongTable) or examined.question.kind == "forecasting":
        return "Rows can be weighed only in a table with one example a row.", "Choose no column of weights for these data."
    if name not in table.columns:
        return f"{table.name} has no column {name!r} to weigh its rows by.", did_you_mean(name, list(table.columns))
    if name in examined.question.targets or name in examined.question.steps:
        return f"{name!r} is to be the weight of a row and what is learned at once.", "Choose another column of weights, or none."
    return None


def _cells(examined: Examined, name: str) -> tuple[str, str] | None:
    """What is wrong with its cells."""
    assert examined.table is not None
    found, cells = cell_weights(examined.table, name), examined.table.texts(name)
    remedy = "Write a number of 0 or more into every row: 0 leaves a row out, 2 counts it twice."
    missing = np.array([cell is None or is_missing(cell) for cell in cells], np.bool_)
    for wrong, says in ((missing, "no weight"), (~np.isfinite(found), "a weight that is no number"), (found < 0, "a weight below 0")):
        if wrong.any():
            count = int(wrong.sum())
            shown = "" if says == "no weight" else f", such as {quoted([cells[int(np.flatnonzero(wrong)[0])]])}"
            return f"{counted(count, 'row has', 'rows have')} {says} in {name!r}{shown}.", remedy
    return None if found.any() else (f"Every row has the weight 0 in {name!r}.", remedy)
