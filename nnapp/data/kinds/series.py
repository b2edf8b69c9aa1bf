"""Whole series, each one example."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from nnapp.data.dataset import SERIES
from nnapp.data.kinds.base import KINDS, Given, Kind
from nnapp.data.kinds.tabular import TYPED
from nnapp.data.long_table import LongTable
from nnapp.data.pictures import Data
from nnapp.data.preprocessing import Preprocessing
from nnapp.data.preprocessing.series import SeriesColumn, SeriesPreprocessing, lengths_of, moments_of, read_numbers
from nnapp.data.question import Question
from nnapp.data.specs import DataConfig
from nnapp.data.table import Table
from nnapp.data.texts import Texts
from nnapp.portable.series import SeriesRows, fitted, series_rows


class WholeSeries(Kind):
    """Rows of a wide table, or groups of rows of a long one, become arrays `(steps, channels)`."""

    noun: ClassVar[str] = "series"

    def fit(self, given: Given) -> SeriesPreprocessing:
        """The train part's series decide length, mean and spread."""
        assert isinstance(given.data, Table)
        bare = unmeasured(given.data, given.question)
        train = _values(_read(given.data, bare), given.rows)
        steps, thin = lengths_of(train)
        mean, spread = moments_of(train, len(bare.channels))
        ragged = any(len(values) != len(train[0]) or not np.isfinite(values).all() for values in train)
        return bare.model_copy(
            update={"steps": steps, "thin": thin, "fill": mean, "scale": spread, "observed": ragged, "each": given.preprocessing.each_series}
        )

    def inputs(self, data: Data, rows: NDArray[np.int64], fitted_: Preprocessing, *, on_disk: bool = False) -> Mapping[str, NDArray[np.generic]]:
        """One array for all, float32."""
        assert isinstance(data, Table)
        assert isinstance(fitted_, SeriesPreprocessing)
        portable = fitted_.portable()
        wanted = _values(_read(data, fitted_), rows)
        result = np.empty((len(rows), fitted_.steps, len(fitted_.channels) + fitted_.observed), np.float32)
        for index, values in enumerate(wanted):
            result[index] = fitted(values, portable)
        return {SERIES: result}

    def entry_shape(self, data: Data, config: DataConfig) -> tuple[int | None, ...]:
        """Steps and channels, which the train part decides."""
        del data, config
        return None, None


def unmeasured(data: Table, question: Question) -> SeriesPreprocessing:
    """What the columns are, before anything is measured."""
    if isinstance(data, LongTable):
        long = data.long
        named = [SeriesColumn(name=long.id, type="identifier"), *([SeriesColumn(name=long.step, type="identifier")] if long.step else [])]
        columns = (*named, *(SeriesColumn(name=name) for name in long.channels))
        form, id_, step, channels = "long", long.id, long.step, long.channels
    else:
        columns = tuple(SeriesColumn(name=name) for name in question.steps)
        form, id_, step, channels = "wide", "", "", ("value",)
    blank = (0.0,) * len(channels)
    return SeriesPreprocessing.parse(
        {
            "form": form,
            "columns": columns,
            "id": id_,
            "step": step,
            "channels": channels,
            "steps": 2,
            "fill": blank,
            "scale": blank,
            "decimal": data.reading.decimal,
        }
    )


def _read(data: Table, fitted_: SeriesPreprocessing) -> SeriesRows:
    """Every series of a table, in the order of its examples."""
    whole = data.whole if isinstance(data, LongTable) else data
    columns = {str(name): Texts.of(whole.frame[name]) for name in whole.columns}
    return series_rows(columns, fitted_.portable(), "." if whole.reading.format in TYPED else None, read_numbers)


def _values(series: SeriesRows, rows: NDArray[np.int64]) -> list[NDArray[np.float64]]:
    return [series.values[index] for index in rows.tolist()]


KINDS.register("series")(WholeSeries())
