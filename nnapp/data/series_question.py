"""Whether a table's numbered columns are one series, said in a finding that one click undoes."""

from __future__ import annotations

from collections.abc import Sequence

from nnapp.data.columns import ColumnProfile
from nnapp.data.findings import Finding
from nnapp.data.long_table import LongTable
from nnapp.data.question import Question
from nnapp.data.series_columns import Wide, find_wide
from nnapp.data.specs import DataConfig
from nnapp.data.table import Table
from nnapp.errors import DataError


def steps_of(table: Table, config: DataConfig, profiles: Sequence[ColumnProfile]) -> Wide | None:
    """The columns that are the steps of one series a row; None where the table is taken otherwise.

    Raises:
        DataError: If somebody has said that it holds series, and no columns or rows look like one.
    """
    if isinstance(table, LongTable) or table.picture_column is not None or config.kind not in {"auto", "series"}:
        return None
    found = find_wide(table, profiles, config.target, asked=config.kind == "series")
    if found is None and config.kind == "series":
        raise DataError(
            f"{table.name} has neither numbered columns such as t0, t1, t2 nor a column such as series_id that several rows share.",
            remedy="Name the steps t0, t1, … in one row a series, or bring a step a row with the columns series_id and step.",
        )
    return found


def as_series_question(question: Question, table: Table, wide: Wide | None) -> Question:
    """The question asked of series instead of rows, where the table holds them."""
    if isinstance(table, LongTable):
        return question.model_copy(update={"data": "series"})
    return question if wide is None else question.model_copy(update={"data": "series", "steps": wide.columns, "findings": (_told(wide), *question.findings)})


def _told(wide: Wide) -> Finding:
    first, last = wide.columns[0], wide.columns[-1]
    return Finding(
        code="wide_series",
        severity="info",
        problem=f"The {len(wide.columns)} columns {first!r} to {last!r} are read as one series a row, because they are numbered and neighbours move alike.",
        remedy="If they are different measurements that only have numbers for names, take the data as a table.",
        fix={"data.kind": "tabular"},
        fix_label="Take it as a table",
    )
