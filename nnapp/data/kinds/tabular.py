"""Rows of numbers, categories, dates and amounts."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from nnapp.data.dataset import FEATURES
from nnapp.data.kinds.base import KINDS, Given, Kind
from nnapp.data.pictures import Data
from nnapp.data.preprocessing import Preprocessing, TablePreprocessing
from nnapp.data.table import Table

TYPED = frozenset({"excel", "parquet", "jsonl"})
"""Formats whose numbers are numbers: as text they have a point, whatever the training file was written with."""


class Tabular(Kind):
    """Every used column becomes features."""

    noun: ClassVar[str] = "row"

    def fit(self, given: Given) -> TablePreprocessing:
        """Fit every used column."""
        assert isinstance(given.data, Table)
        return TablePreprocessing.fit(given.data, given.profiles, given.question, given.rows, given.preprocessing, bins=given.bins)

    def inputs(self, data: Data, rows: NDArray[np.int64], fitted: Preprocessing, *, on_disk: bool = False) -> dict[str, NDArray[np.generic]]:
        """Features, where the table's cells are."""
        assert isinstance(data, Table)
        assert isinstance(fitted, TablePreprocessing)
        return {FEATURES: fitted.features_of(data, rows, "." if data.reading.format in TYPED else None)}


KINDS.register("tabular")(Tabular())
