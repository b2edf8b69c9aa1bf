"""From features back to the columns they came from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from nnapp.data.dataset import InputSpec
from nnapp.portable.cells import money
from nnapp.portable.cells import numbers as as_numbers
from nnapp.portable.moments import dates, find_date_format

if TYPE_CHECKING:
    import pandas as pd

DAYS_A_YEAR = 365.2425
Cells = tuple[tuple[str | None, ...], ...]


def column_names(spec: InputSpec) -> tuple[str, ...]:
    """The columns of a table's input, in the order of their first feature."""
    return tuple(dict.fromkeys(feature_columns(spec)))


def feature_columns(spec: InputSpec) -> tuple[str, ...]:
    """For each feature its column; features without one are columns of their own."""
    width = int(spec.shape[0] or 0)
    return spec.feature_columns or spec.feature_names or tuple(f"feature_{index + 1}" for index in range(width))


def column_of_feature(spec: InputSpec) -> NDArray[np.int64]:
    """For each feature the position of its column in `column_names`, `(d,)`."""
    place = {name: index for index, name in enumerate(column_names(spec))}
    return np.array([place[name] for name in feature_columns(spec)], dtype=np.int64)


def sum_by_column(values: NDArray[np.float64], column: NDArray[np.int64]) -> NDArray[np.float64]:
    """Add up the attributions of the features of each column: `(n, d)` to `(n, p)`.

    >>> sum_by_column(np.array([[1.0, 2.0, 4.0]]), np.array([0, 1, 1])).tolist()
    [[1.0, 6.0]]
    """
    belongs = np.zeros((len(column), int(column.max(initial=-1)) + 1))
    belongs[np.arange(len(column)), column] = 1.0
    return values @ belongs


def numbers_of(x: NDArray[np.generic], reference: NDArray[np.generic], spec: InputSpec) -> NDArray[np.float64]:
    """Columns as numbers, `(n, p)`: the first feature of a numeric column, NaN for a category.

    A column is a number (a date counts as one) if it has one feature, or if its first feature has ramps or takes
    values other than 0 and 1 in `reference`, which one-hot features never do.

    Args:
        x: Features of the rows, `(n, d)`.
        reference: Features of many rows, `(m, d)`.
        spec: The table's input.
    """
    column = column_of_feature(spec)
    numbers = np.full((len(x), len(column_names(spec))), np.nan)
    for place in range(numbers.shape[1]):
        features = np.flatnonzero(column == place)
        ramped = spec.encoding is not None and int(features[0]) in spec.encoding.knots
        if len(features) == 1 or ramped or not np.isin(reference[:, features[0]], (0, 1)).all():
            numbers[:, place] = x[:, features[0]]
    return numbers


def cells_of(frame: pd.DataFrame | None, x: NDArray[np.generic], numbers: NDArray[np.float64], spec: InputSpec) -> Cells:
    """The rows' cells as text, `n` tuples of `p`; None is missing.

    Args:
        frame: The raw cells by column name, row by row as in `x`; None writes the features themselves.
        x: Features, `(n, d)`.
        numbers: What `numbers_of` found.
        spec: The table's input.
    """
    columns = [_from_frame(frame[name]) if frame is not None and name in frame else _from_features(x, numbers, spec, name) for name in column_names(spec)]
    return tuple(zip(*columns, strict=True)) if columns else tuple(() for _ in x)


def as_written(numbers: NDArray[np.float64], cells: Cells) -> NDArray[np.float64]:
    """Numbers as the cells write them, `(n, p)`: features may be shifted or clipped, and dates are counted in days.

    Dates become years with a fraction. Missing cells become NaN; so do columns that have no number.

    Args:
        numbers: What `numbers_of` found.
        cells: The rows' cells.
    """
    written = numbers.copy()
    for place in np.flatnonzero(~np.isnan(numbers).all(axis=0)):
        texts = [row[place] for row in cells]
        missing = np.array([text is None for text in texts])
        found = _read(texts, numbers[:, place], missing)
        if found is not None:
            written[:, place] = found
        written[missing, place] = np.nan
    return written


def _read(texts: list[str | None], feature: NDArray[np.float64], missing: NDArray[np.bool_]) -> NDArray[np.float64] | None:
    """The one reading of the cells that goes along with the feature; None if there is none."""
    for read, decimal in ((as_numbers, "."), (as_numbers, ","), (money, "."), (money, ",")):
        found = np.asarray(read(texts, decimal), dtype=np.float64)
        shift = (found - feature)[~missing]
        # Most cells, not all: the extreme ones may be clipped.
        if len(shift) and np.isfinite(shift).all() and np.mean(np.abs(shift - np.median(shift)) <= 1e-3 * (1 + np.ptp(feature))) > 0.8:
            return found
    form = find_date_format(texts)
    return None if form is None else 1970 + np.asarray(dates(texts, form), dtype=np.float64) / DAYS_A_YEAR


def _from_frame(series: pd.Series[Any]) -> list[str | None]:
    missing = series.isna().to_numpy()
    return [None if gone else str(cell) for cell, gone in zip(series.tolist(), missing, strict=True)]


def _from_features(x: NDArray[np.generic], numbers: NDArray[np.float64], spec: InputSpec, name: str) -> list[str | None]:
    """A number as it is, else the name of the feature that is largest."""
    place = column_names(spec).index(name)
    features = np.flatnonzero(column_of_feature(spec) == place)
    if not np.isnan(numbers[:, place]).all() or not spec.feature_names:
        return [f"{value:.6g}" for value in x[:, features[0]].astype(np.float64)]
    return [spec.feature_names[features[largest]] for largest in x[:, features].argmax(axis=1)]
