"""A column of text as Arrow holds it: read cell by cell as a list is, and much faster as a whole.

Whatever is done here for a whole column at once gives, cell by cell, what `nnapp.portable` gives: what Arrow does
not surely read alike is left to portable, and what portable does is done once for each different cell.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, overload

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from nnapp.portable.cells import LARGEST

Read = Callable[[Sequence[str | None], str], NDArray[np.float64]]
"""`numbers` or `money` of `nnapp.portable.cells`: cells and their decimal sign to float64, NaN where there is none."""

_PLAIN = {sign: rf"\A-?[0-9]{{1,20}}(?:[{sign}][0-9]{{1,20}})?(?:[eE][-+]?[0-9]{{1,2}})?\z" for sign in (".", ",")}
"""Literals that Python and Arrow round to the same float, far from where either overflows."""


class Texts(Sequence[str | None]):
    """The cells of a column, None where one is missing.

    Args:
        array: An Arrow array, chunked or not, of large strings.
    """

    def __init__(self, array: Any) -> None:
        import pyarrow

        self.array = array.combine_chunks() if isinstance(array, pyarrow.ChunkedArray) else array

    @classmethod
    def of(cls, series: pd.Series) -> Texts:
        """The cells of a column of a frame, without a copy where Arrow holds them already."""
        import pyarrow

        if isinstance(series.dtype, pd.StringDtype) and series.dtype.storage == "pyarrow":
            return cls(pyarrow.array(series, pyarrow.large_string()))
        gaps = series.isna().tolist()
        return cls(pyarrow.array([None if gap else str(cell) for cell, gap in zip(series.tolist(), gaps, strict=True)], pyarrow.large_string()))

    def __len__(self) -> int:
        return len(self.array)

    def __iter__(self) -> Iterator[str | None]:
        return iter(self.array.to_pylist())

    @overload
    def __getitem__(self, index: int) -> str | None: ...
    @overload
    def __getitem__(self, index: slice) -> Texts: ...
    def __getitem__(self, index: int | slice) -> str | Texts | None:
        if isinstance(index, slice):
            return Texts(self.array[index])
        cell: str | None = self.array[index].as_py()
        return cell

    def where(self, mask: NDArray[np.bool_]) -> Texts:
        """The cells where the mask says True."""
        import pyarrow

        return Texts(self.array.filter(pyarrow.array(mask)))

    def take(self, places: NDArray[np.int64]) -> Texts:
        """The cells at these places."""
        import pyarrow

        return Texts(self.array.take(pyarrow.array(places)))

    def at(self, places: NDArray[np.int64]) -> list[str]:
        """The cells at these places, none of which is missing."""
        cells: list[str] = self.take(places).array.to_pylist()
        return cells

    def different(self) -> tuple[list[str | None], NDArray[np.int64]]:
        """Every different cell in the order of first occurrence, a missing one last, and for each row its place among them, shape `(n,)`."""
        from pyarrow import compute

        coded = self.array.dictionary_encode()
        cells: list[str | None] = coded.dictionary.to_pylist()
        codes = compute.fill_null(coded.indices, len(cells)).to_numpy(zero_copy_only=False).astype(np.int64)
        return ([*cells, None] if self.array.null_count else cells), codes

    def counts(self) -> tuple[Texts, NDArray[np.int64]]:
        """Every different cell that is not missing in the order of first occurrence, and how often it occurs."""
        counted = self.array.drop_null().value_counts()
        return Texts(counted.field(0)), counted.field(1).to_numpy(zero_copy_only=False).astype(np.int64)

    def lengths(self) -> NDArray[np.int64]:
        """Characters of each cell that is not missing."""
        from pyarrow import compute

        return np.asarray(compute.utf8_length(self.array.drop_null()).to_numpy(zero_copy_only=False), np.int64)

    def plain(self, decimal: str = ".") -> NDArray[np.bool_]:
        """Which cells are plain numbers, shape `(n,)`: digits, a minus, one decimal sign, an exponent, blanks around."""
        from pyarrow import compute

        matched = compute.match_substring_regex(self._trimmed(), _PLAIN[decimal])
        return np.asarray(compute.fill_null(matched, False).to_numpy(zero_copy_only=False), np.bool_)

    def numbers(self, read: Read, decimal: str = ".") -> NDArray[np.float64]:
        """The cells as `read` understands them, the plain ones converted by Arrow.

        >>> import pyarrow
        >>> from nnapp.portable.cells import numbers
        >>> Texts(pyarrow.array(["1.5", " 7 ", "1,234.5", None, "many"], pyarrow.large_string())).numbers(numbers).tolist()
        [1.5, 7.0, 1234.5, nan, nan]
        """
        import pyarrow
        from pyarrow import compute

        plain = self.plain(decimal)
        texts = compute.if_else(pyarrow.array(plain), self._trimmed(), pyarrow.scalar(None, pyarrow.large_string()))
        if decimal == ",":
            texts = compute.replace_substring(texts, ",", ".")
        values = np.array(compute.cast(texts, pyarrow.float64()).to_numpy(zero_copy_only=False), np.float64)
        values[np.abs(values) > LARGEST] = np.nan
        others = ~plain
        if others.any():
            values[others] = read(list(self.where(others)), decimal)
        return values

    def _trimmed(self) -> Any:
        from pyarrow import compute

        return compute.utf8_trim(self.array, " \t")


def parsed(cells: Sequence[str | None], read: Read, decimal: str = ".") -> NDArray[np.float64]:
    """Cells as `read` understands them, the fast way where Arrow holds them."""
    return cells.numbers(read, decimal) if isinstance(cells, Texts) else np.asarray(read(cells, decimal), np.float64)


def each_once(cells: Sequence[str | None], read: Callable[[Sequence[str | None]], NDArray[Any]]) -> NDArray[Any]:
    """What `read` makes of the cells, done once for each different one where Arrow holds them."""
    if not isinstance(cells, Texts):
        return read(cells)
    different, places = cells.different()
    return read(different)[places]
