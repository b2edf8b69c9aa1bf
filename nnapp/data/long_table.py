"""LongTable: a table with several rows a series, taken as one example a series."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from nnapp.data.columns import profile
from nnapp.data.findings import Finding, counted, quoted
from nnapp.data.series_columns import SERIES_NAME, STEP_NAME, Long, find_long
from nnapp.data.specs import DataKind
from nnapp.data.table import Table, text_array
from nnapp.portable.series import grouped


@dataclass(frozen=True)
class LongTable(Table):
    """One row a series, with what is the same in all of its rows; the steps lie in `whole`.

    Attributes:
        whole: Every row as it came.
        long: What its columns are.
    """

    kinds: ClassVar[tuple[DataKind, ...]] = ("series", "tabular")

    whole: Table = None  # type: ignore[assignment]  # always given; dataclasses want a default after defaults
    long: Long = None  # type: ignore[assignment]

    def rows_of(self, examples: NDArray[np.int64]) -> pd.DataFrame:
        """Every row of these series, in the order of the series."""
        order, starts, _ = grouped(self.whole.cells(self.long.id), None)
        wanted = [order[starts[index] : starts[index + 1]] for index in examples.tolist()]
        frame: pd.DataFrame = self.whole.frame.iloc[np.concatenate(wanted) if wanted else np.zeros(0, np.int64)]
        return frame


def as_series(table: Table, *, asked: bool = False, target: str | None = None) -> Table:
    """The same table with one example a series, if a column names the series and another counts their steps; else as it is.

    Args:
        table: As it was read.
        asked: Somebody has said that it holds series.
        target: What is to be predicted, where somebody has said it.
    """
    names = [name.strip() for name in table.columns]
    if not table.rows or not any(SERIES_NAME.fullmatch(name) for name in names) or not (asked or any(STEP_NAME.fullmatch(name) for name in names)):
        return table
    long = find_long(table, profile(table), target, asked=asked)
    return table if long is None else collapsed(table, long)


def collapsed(table: Table, long: Long) -> LongTable:
    """One row a series: its name, and what is the same in all of its rows."""
    order, starts, names = grouped(table.cells(long.id), None)
    columns = {long.id: text_array(names)}
    for name in long.constant:
        cells = table.cells(name)
        columns[name] = text_array([next((cells[row] for row in order[low:high].tolist() if cells[row] is not None), None) for low, high in _stretches(starts)])
    findings = (*table.findings, _told(table, long, starts))
    return LongTable(table.name, pd.DataFrame(columns), table.reading, findings, whole=table, long=long)


def _stretches(starts: NDArray[np.int64]) -> list[tuple[int, int]]:
    return list(zip(starts[:-1].tolist(), starts[1:].tolist(), strict=True))


def _told(table: Table, long: Long, starts: NDArray[np.int64]) -> Finding:
    """How the rows were understood."""
    by = f", put in order by {long.step!r}" if long.step else ", in the order of the file"
    lengths = np.diff(starts)
    steps = f"{lengths.min():,}" if lengths.min() == lengths.max() else f"{lengths.min():,} to {lengths.max():,}"
    problem = (
        f"{counted(table.rows, 'row')} are read as {counted(long.series, 'series', 'series')} of {steps} steps{by}, with "
        f"{counted(len(long.channels), 'channel')} ({quoted(long.channels)}): {long.id!r} names the series."
    )
    return Finding(
        code="long_series",
        severity="info",
        problem=problem,
        remedy="Each series is one example and stays in one part. If every row is an example of its own, take the data as a table.",
        columns=(long.id,),
        fix={"data.kind": "tabular"},
        fix_label="Take it as a table",
    )
