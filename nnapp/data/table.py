"""Table: rows and columns of text, as read from any format."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from nnapp.data.findings import Finding
from nnapp.data.specs import DataKind
from nnapp.data.texts import Texts
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
        folder: Where a file without a name holds the cells, and may hold what is made of them; None where memory does.
    """

    kinds: ClassVar[tuple[DataKind, ...]] = ("tabular", "text", "mixed", "series")
    """What a network can be fed with from it."""

    name: str
    frame: pd.DataFrame
    reading: Reading
    findings: tuple[Finding, ...] = ()
    folder: Path | None = None

    @property
    def rows(self) -> int:
        """Number of rows."""
        return len(self.frame)

    @property
    def picture_column(self) -> str | None:
        """The column whose cells name a picture a row, where pictures came with the table."""
        return None

    @property
    def columns(self) -> tuple[str, ...]:
        """Column names in the file's order."""
        return tuple(str(name) for name in self.frame.columns)

    def rows_of(self, examples: NDArray[np.int64]) -> pd.DataFrame:
        """The rows as they came of these examples."""
        frame: pd.DataFrame = self.frame.iloc[examples]
        return frame

    def texts(self, column: str) -> Texts:
        """The cells of a column as Arrow holds them."""
        return Texts.of(self.frame[column])

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


def text_array(cells: Sequence[str | None]) -> pd.api.extensions.ExtensionArray:
    """A compact column of text; an empty cell is a missing one, and half a letter (a lone surrogate) becomes a question mark."""
    return as_column(without_empty(arrow_texts(cells)))


def arrow_texts(cells: Sequence[str | None]) -> Any:
    """Cells as an Arrow array of large strings; half a letter becomes a question mark."""
    import pyarrow

    try:
        return pyarrow.array(cells, pyarrow.large_string())
    except UnicodeEncodeError:
        return pyarrow.array([None if cell is None else whole_letters(cell) for cell in cells], pyarrow.large_string())


def without_empty(texts: Any) -> Any:
    """An Arrow array of large strings, chunked or not, in one piece of its own; an empty cell is a missing one."""
    import pyarrow
    from pyarrow import compute

    whole = texts.combine_chunks() if isinstance(texts, pyarrow.ChunkedArray) else texts
    return compute.if_else(compute.equal(whole, ""), pyarrow.scalar(None, pyarrow.large_string()), whole)


def as_column(texts: Any) -> pd.api.extensions.ExtensionArray:
    """An Arrow array of large strings as a column of a frame; nothing is copied."""
    column: pd.api.extensions.ExtensionArray = pd.StringDtype("pyarrow", na_value=np.nan).__from_arrow__(texts)  # type: ignore[attr-defined]  # lacking in the stubs
    return column


def whole_letters(text: str) -> str:
    """Text that can be written as UTF-8."""
    return text.encode("utf-8", errors="replace").decode("utf-8")


def text_frame(columns: Mapping[str, Sequence[str | None]]) -> pd.DataFrame:
    """A frame of text columns; an empty cell is a missing one."""
    return pd.DataFrame({whole_letters(name): text_array(cells) for name, cells in columns.items()})
