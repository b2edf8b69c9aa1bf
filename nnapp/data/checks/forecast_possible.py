"""A number that stands beside regular stamps: it could be forecast, too."""

from __future__ import annotations

from nnapp.data.checks import CHECKS
from nnapp.data.checks.examined import Examined
from nnapp.data.columns import NUMERIC
from nnapp.data.findings import Finding, counted
from nnapp.data.forecast_question import REGULAR, series_column
from nnapp.data.long_table import LongTable
from nnapp.data.stamps import rhythm_of
from nnapp.portable.series import codes_of


@CHECKS.register("forecast_possible")
def forecast_possible(examined: Examined) -> Finding | None:
    """Series in long form, or beside many columns, are taken row by row unless somebody says otherwise."""
    table, question = examined.table, examined.question
    if table is None or isinstance(table, LongTable) or question.kind != "regression" or question.data != "tabular" or examined.config.task != "auto":
        return None
    stamps = [one.name for one in examined.profiles if one.type == "date"]
    if len(stamps) != 1 or not any(one.name == question.target and one.type in NUMERIC for one in examined.profiles):
        return None
    named, cells = series_column(table, stamps[0], examined.profiles), table.cells(stamps[0])
    rhythm = rhythm_of(cells, codes_of(table.cells(named)) if named else None)
    if rhythm is None or rhythm.regular < REGULAR or (not named and len(set(cells)) < 0.95 * len(cells)):
        return None
    several = counted(next((one.unique for one in examined.profiles if one.name == named), 1), "series", "series")
    each = f" for each of the {several} in {named!r}" if named else ""
    return Finding(
        code="forecast_possible",
        severity="info",
        problem=f"{stamps[0]!r} has a stamp every {rhythm.words}{each}: what {question.target!r} will be next could be forecast.",
        remedy="Now every row is an example of its own. To forecast from what came before, choose forecasting (--task forecasting).",
        columns=(stamps[0], question.target),
        fix={"data.task": "forecasting"},
        fix_label="Forecast it",
    )
