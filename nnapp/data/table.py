"""Table: rows and columns of text, as read from any format."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from nnapp.data.findings import Finding
from nnapp.data.specs import DataKind
from nnapp.errors import DataError
from nnapp.registry import did_you_mean
from nnapp.specs import Spec


class Reading(Spec):
    """How a file was understood."""

    format: str
    separator: str = ","
    encoding: str = "utf-8"
    decimal: str = "."
    header: bool = True
    skipped_rows: int = 0


@dataclass(frozen=True)
class Table:
    """What a person brought, cell by cell, before anything is decided about it.

    Attributes:
        name: File name as it came.
        frame: Text columns ("str"), missing cells NA, rows numbered from 0, names all different.
        reading: How the file was understood.
        findings: What reading it brought to light.
    """

    kind: ClassVar[DataKind] = "tabular"

    name: str
    frame: pd.DataFrame
    reading: Reading
    findings: tuple[Finding, ...] = ()

    @property
    def rows(self) -> int:
        """Number of rows."""
        return len(self.frame)

    @property
    def columns(self) -> tuple[str, ...]:
        """Column names in the file's order."""
        return tuple(str(name) for name in self.frame.columns)

    def cells(self, column: str, rows: NDArray[np.int64] | None = None) -> list[str | None]:
        """The cells of a column (or of some of its rows), None where one is missing.

        Raises:
            DataError: If there is no such column.
        """
        if column not in self.frame.columns:
            raise DataError(f"{self.name} has no column {column!r}.", remedy=did_you_mean(column, list(self.columns)))
        series = self.frame[column]
        cells: list[str | None] = (series if rows is None else series.iloc[rows]).array.to_numpy(dtype=object, na_value=None).tolist()
        return cells


def text_frame(columns: dict[str, list[str | None]]) -> pd.DataFrame:
    """A frame of text columns; an empty cell is a missing one."""
    return pd.DataFrame({name: pd.array([cell or None for cell in cells], dtype="str") for name, cells in columns.items()})
