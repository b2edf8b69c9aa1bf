"""Rows whose columns of text are read word by word."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from nnapp.data.kinds.base import KINDS, Given, Kind
from nnapp.data.layout import TokenShape
from nnapp.data.pictures import Data
from nnapp.data.preprocessing import Preprocessing
from nnapp.data.preprocessing.text import TextPreprocessing
from nnapp.data.specs import DataConfig
from nnapp.data.table import Table
from nnapp.data.typos import READINGS, with_typos
from nnapp.portable.inputs import from_rows


class Text(Kind):
    """Every column of text becomes token ids."""

    noun: ClassVar[str] = "text"

    def fit(self, given: Given) -> TextPreprocessing:
        """Learn the words of the train part."""
        assert isinstance(given.data, Table)
        names = [column.name for column in given.profiles if column.feeds("text") and column.name not in given.question.targets]
        return TextPreprocessing.fit(given.data, names, given.rows, given.preprocessing, given.augmentation)

    def inputs(self, data: Data, rows: NDArray[np.int64], fitted: Preprocessing, *, on_disk: bool = False) -> dict[str, NDArray[np.generic]]:
        """Token ids, int32."""
        assert isinstance(data, Table)
        assert isinstance(fitted, TextPreprocessing)
        names = fitted.names if set(fitted.names) <= set(data.columns) else data.columns
        return from_rows({name: data.cells(name, rows) for name in names}, fitted.portable())

    def readings(self, data: Data, rows: NDArray[np.int64], fitted: Preprocessing, seed: int) -> tuple[dict[str, NDArray[np.generic]], ...]:
        """The texts with typos, some times over."""
        assert isinstance(data, Table)
        assert isinstance(fitted, TextPreprocessing)
        if fitted.augmentation is None or not fitted.augmentation.typos:
            return ()
        share, columns = fitted.augmentation.typos, {name: list(data.cells(name, rows)) for name in fitted.names}
        seeds = np.random.SeedSequence(seed).generate_state(READINGS * len(columns)).reshape(READINGS, -1).tolist()
        return tuple(
            from_rows({name: with_typos(cells, share, own) for (name, cells), own in zip(columns.items(), each, strict=True)}, fitted.portable())
            for each in seeds
        )

    def entry_shape(self, data: Data, config: DataConfig) -> tuple[int | None, ...]:
        """Token ids, whose number and length the train part decides."""
        del data, config
        return TokenShape(None)


KINDS.register("text")(Text())
