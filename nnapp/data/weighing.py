"""How much each row of a table counts: the numbers of a column that a person named."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from nnapp.data.dataset import Parts
from nnapp.data.pictures import Data
from nnapp.data.specs import PARTS, DataConfig, Part
from nnapp.data.table import Table
from nnapp.data.texts import Texts
from nnapp.errors import DataError
from nnapp.portable.cells import find_decimal, numbers


def cell_weights(table: Table, name: str) -> NDArray[np.float64]:
    """What the cells of a column say, shape `(n,)`; NaN where that is no number."""
    cells: Texts = table.texts(name)
    found = cells.numbers(numbers, table.reading.decimal)
    if table.reading.decimal == "." and not np.isfinite(found).all():
        found = cells.numbers(numbers, find_decimal(cells))
    return found


def weighed(parts: Parts, data: Data, rows: Mapping[Part, NDArray[np.int64]], config: DataConfig) -> Parts:
    """The parts with the weights of their rows, which are 1 on average in the train part: only ratios count, the learning rate keeps its meaning.

    Args:
        parts: Examples as they are learned from.
        data: Where they come from; the column of weights was checked.
        rows: Their positions in it.
        config: Names the column; without one, all rows count alike.

    Raises:
        DataError: If no row of the train part counts.
    """
    if config.weight_column is None or not isinstance(data, Table):
        return parts
    weights = cell_weights(data, config.weight_column)
    mean = float(weights[rows["train"]].mean())
    if mean == 0:
        raise DataError(
            f"Every row of the train part has the weight 0 in {config.weight_column!r}.",
            remedy="Give some of them a weight above 0, choose another seed of the split, or no column of weights.",
        )
    return Parts(*(replace(parts[part], weights=(weights[rows[part]] / mean).astype(np.float32)) for part in PARTS))
