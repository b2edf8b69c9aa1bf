"""PictureTable: a table that came in one zip with the pictures that a column names."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from nnapp.data.pictures import Pictures
from nnapp.data.specs import DataKind
from nnapp.data.table import Table


@dataclass(frozen=True)
class PictureTable(Table):
    """A table with one picture a row, or none.

    Attributes:
        column: The column whose cells name pictures.
        pictures: Those that some row names and that open, each once.
        places: For each row the position of its picture among them, -1 where it has none, shape `(n,)`.
    """

    kinds: ClassVar[tuple[DataKind, ...]] = ("mixed", "tabular", "text")

    column: str = ""
    pictures: Pictures = None  # type: ignore[assignment]  # always given; dataclasses want a default after defaults
    places: NDArray[np.int64] = None  # type: ignore[assignment]

    @property
    def picture_column(self) -> str | None:
        """The column whose cells name pictures."""
        return self.column

    def load(self, size: int, channels: int, rows: NDArray[np.int64], *, into: NDArray[np.uint8] | None = None) -> NDArray[np.uint8]:
        """The pictures of some rows, decoded and letterboxed; black where a row has none: shape `(n, size, size, channels)`."""
        return self.pictures.load(size, channels, self.places[rows], into=into)

    def picture_of(self, row: int) -> str | None:
        """Name of a row's picture within the zip."""
        place = int(self.places[row])
        return None if place < 0 else self.pictures.paths[place]

    def with_pictures_only(self) -> PictureTable:
        """Without the rows that have no picture."""
        kept = np.flatnonzero(self.places >= 0)
        return replace(self, frame=self.frame.iloc[kept].reset_index(drop=True), places=self.places[kept])
