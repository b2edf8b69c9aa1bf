"""An official test file that does not fit."""

from __future__ import annotations

from nnapp.data.checks import CHECKS
from nnapp.data.checks.examined import Examined
from nnapp.data.findings import Finding, quoted
from nnapp.data.folders import ClassFolders
from nnapp.data.table import Table


@CHECKS.register("official_columns")
def official_columns(examined: Examined) -> Finding | None:
    """It must be of the same kind and have the same columns, the target among them."""
    test = examined.test
    if test is None:
        return None
    if type(test) is not type(examined.data):
        kinds = tuple(f"{data.noun}s" if isinstance(data, ClassFolders) else "a table" for data in (test, examined.data))
        problem = f"The test file {test.name} holds {kinds[0]}, but {examined.data.name} holds {kinds[1]}."
        return Finding(code="test_kind", severity="error", problem=problem, remedy="Bring a test file of the same kind.")
    if not isinstance(test, Table):
        return None
    needed = [*examined.question.targets, *(column.name for column in examined.features)]
    lacking = tuple(name for name in needed if name not in test.columns)
    if not lacking:
        return None
    problem = f"The test file {test.name} lacks {quoted(lacking)}."
    remedy = "Bring a test file with the columns of the training file, spelled alike, or leave those columns out."
    return Finding(code="test_columns", severity="error", problem=problem, remedy=remedy, columns=lacking)
