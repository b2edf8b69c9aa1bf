"""Whole series: from the rows of a wide or a long table to one array `(steps, channels)` a series."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from .cells import dates, find_date_format, numbers
from .features import matched

Columns = Mapping[str, Sequence[str | None]]
ReadNumbers = Callable[[Sequence[str | None], str], np.ndarray]
"""From the cells of one column and a decimal sign to numbers."""


class SeriesRows(NamedTuple):
    """Series in the order of their first row.

    Attributes:
        values: Of each, `(its own steps, channels)` float64; NaN where a value is missing.
        names: Of each; its row's number, counted from 0, in a wide table.
        first: Row number of the first row of each, shape `(n,)`.
    """

    values: list[np.ndarray]
    names: tuple[str, ...]
    first: np.ndarray


def series_input(columns: Columns, preprocessing: Mapping[str, Any], decimal: str | None = None, read: ReadNumbers = numbers) -> tuple[np.ndarray, SeriesRows]:
    """Turn rows into what the network takes in.

    Args:
        columns: Cells by column name; names that are not asked for are ignored.
        preprocessing: The content of `preprocessing.json`, kind `series`, form `wide` or `long`.
        decimal: The sign with which these numbers are surely written; None for the training file's.
        read: Does what `numbers` does, where that can be done faster.

    Returns:
        float32, shape `(n, steps, channels)`, one channel more where the network is told which steps are there; and the series as read.

    Raises:
        PortableError: If a column is missing.
    """
    rows = series_rows(columns, preprocessing, decimal, read)
    result = np.empty((len(rows.values), preprocessing["steps"], len(preprocessing["channels"]) + preprocessing["observed"]), np.float32)
    for index, values in enumerate(rows.values):
        result[index] = fitted(values, preprocessing)
    return result, rows


def series_rows(columns: Columns, preprocessing: Mapping[str, Any], decimal: str | None = None, read: ReadNumbers = numbers) -> SeriesRows:
    """The series of a wide or a long table, each as long as it is."""
    sign = decimal or preprocessing["decimal"]
    if preprocessing["form"] == "wide":
        cells = matched(columns, [column["name"] for column in preprocessing["columns"]])
        table = np.stack([read(column, sign) for column in cells], axis=1)
        values = [trimmed(row[:, None]) for row in table]
        return SeriesRows(values, tuple(str(index) for index in range(len(values))), np.arange(len(values)))
    wanted = [preprocessing["id"], *([preprocessing["step"]] if preprocessing["step"] else []), *preprocessing["channels"]]
    identity, *rest = matched(_with_missing_channels(columns, preprocessing), wanted)
    order, starts, names = grouped(identity, step_numbers(rest[0], sign) if preprocessing["step"] else None)
    channels = rest[1:] if preprocessing["step"] else rest
    table = np.stack([read(column, sign) for column in channels], axis=1)[order]
    first = np.array([order[low:high].min() for low, high in itertools.pairwise(starts)], np.int64)
    return SeriesRows([table[low:high] for low, high in itertools.pairwise(starts)], names, first)


def _with_missing_channels(columns: Columns, preprocessing: Mapping[str, Any]) -> Columns:
    """The columns, a channel that is not there filled with missing cells as long as any channel is there."""
    stripped = {name.strip() for name in columns}
    lacking = [name for name in preprocessing["channels"] if name not in columns and name.strip() not in stripped]
    if not lacking or len(lacking) == len(preprocessing["channels"]):
        return columns
    count = len(next(iter(columns.values()))) if columns else 0
    return {**columns, **{name: [None] * count for name in lacking}}


def grouped(identity: Sequence[str | None], steps: np.ndarray | None) -> tuple[np.ndarray, np.ndarray, tuple[str, ...]]:
    """Rows put together by series and, within one, by step.

    Args:
        identity: The series of each row; rows without one are left out.
        steps: Where in its series each row stands; None for the order of the file.

    Returns:
        Row numbers series by series, where each series begins in them (and the end), and the names in order of first occurrence.

    >>> order, starts, names = grouped(["b", "a", "b"], np.array([2.0, 0.0, 1.0]))
    >>> order.tolist(), starts.tolist(), names
    ([2, 0, 1], [0, 2, 3], ('b', 'a'))
    """
    codes, names = _coded(identity)
    # Rows without a readable step stay where the file has them: after those with one.
    keys = (codes,) if steps is None else (np.where(np.isfinite(steps), steps, np.inf), codes)
    order = np.lexsort(keys)
    order = order[codes[order] >= 0]
    starts = np.searchsorted(codes[order], np.arange(len(names) + 1))
    return order, starts, names


def codes_of(identity: Sequence[str | None]) -> np.ndarray:
    """The number of each row's series, in order of first occurrence, shape `(n,)`; -1 where it has none.

    >>> codes_of(["b", "a", None, "b"]).tolist()
    [0, 1, -1, 0]
    """
    return _coded(identity)[0]


def places_within(codes: np.ndarray) -> np.ndarray:
    """The place of each row within its series, counted from 0 in the order of the file, shape `(n,)`.

    >>> places_within(np.array([0, 1, 0, 1, 1])).tolist()
    [0, 0, 1, 1, 2]
    """
    order = np.argsort(codes, kind="stable")
    ordered = codes[order]
    found = np.empty(len(codes), np.int64)
    found[order] = np.arange(len(codes)) - np.searchsorted(ordered, ordered)
    return found


def _coded(identity: Sequence[str | None]) -> tuple[np.ndarray, tuple[str, ...]]:
    places: dict[str, int] = {}
    for cell in identity:
        if cell is not None and cell.strip():
            places.setdefault(cell.strip(), len(places))
    return np.array([places[cell.strip()] if cell is not None and cell.strip() else -1 for cell in identity], np.int64).reshape(-1), tuple(places)


def step_numbers(cells: Sequence[str | None], decimal: str = ".") -> np.ndarray:
    """Steps as numbers: counted ones as they are, stamps as days; NaN where one is unreadable, shape `(n,)`."""
    values = numbers(cells, decimal)
    if np.isfinite(values).mean() >= 0.5 if len(values) else True:
        return values
    form = find_date_format(cells)
    return values if form is None else dates(cells, form)


def trimmed(values: np.ndarray) -> np.ndarray:
    """A series without the missing steps at its end, which only fill up the table's row: `(steps, channels)`."""
    there = np.flatnonzero(np.isfinite(values).any(axis=1))
    return values[: there[-1] + 1] if len(there) else values[:0]


def fitted(values: np.ndarray, preprocessing: Mapping[str, Any]) -> np.ndarray:
    """One series at the length that the network takes.

    It is thinned (means of `thin` steps), cut at the end if it is too long, holes are bridged by straight lines, and what lacks
    at the end or in whole channels is filled with the channel's mean. A further channel says by 1 which steps are there.

    Args:
        values: Shape `(own steps, channels)`, NaN where missing.
        preprocessing: Has `steps`, `thin`, `fill` (a number a channel) and `observed`.

    Returns:
        float32, shape `(steps, channels)` or one channel more.
    """
    values = thinned(values, preprocessing["thin"])[: preprocessing["steps"]]
    fill = np.asarray(preprocessing["fill"], np.float64)
    result = np.tile(fill, (preprocessing["steps"], 1))
    result[: len(values)] = bridged(values, fill)
    if preprocessing["observed"]:
        there = np.zeros((preprocessing["steps"], 1))
        there[: len(values), 0] = np.isfinite(values).any(axis=1)
        result = np.concatenate([result, there], axis=1)
    return result.astype(np.float32)


def thinned(values: np.ndarray, every: int) -> np.ndarray:
    """Means of `every` steps after one another; missing values do not count.

    >>> thinned(np.array([[1.0], [3.0], [5.0]]), 2).tolist()
    [[2.0], [5.0]]
    """
    if every == 1 or not len(values):
        return values
    short = -len(values) % every
    wide = np.concatenate([values, np.full((short, values.shape[1]), np.nan)]).reshape(-1, every, values.shape[1])
    there = np.isfinite(wide)
    count = there.sum(axis=1)
    total = np.where(there, wide, 0.0).sum(axis=1)
    return np.asarray(np.divide(total, count, out=np.full(total.shape, np.nan), where=count > 0))


def bridged(values: np.ndarray, fill: np.ndarray) -> np.ndarray:
    """Holes filled: between two known steps by a straight line, at the ends by the nearest known one, an empty channel by `fill`.

    Args:
        values: Shape `(steps, channels)`.
        fill: Shape `(channels,)`.
    """
    there = np.isfinite(values)
    if there.all():
        return values
    result = values.copy()
    places = np.arange(len(values))
    for channel in range(values.shape[1]):
        known = there[:, channel]
        result[:, channel] = np.interp(places, places[known], values[known, channel]) if known.any() else fill[channel]
    return result


def series_cells(texts: Sequence[str], preprocessing: Mapping[str, Any]) -> dict[str, list[str | None]] | None:
    """One series that was typed, as the cells of the table that the network reads; None where no value was.

    Args:
        texts: For each channel its values, with blanks, commas or lines between them; numbers have a point.
        preprocessing: The content of `preprocessing.json`, form `wide` or `long`.

    >>> series_cells(["1, 2"], {"form": "wide", "columns": [{"name": "t0"}, {"name": "t1"}, {"name": "t2"}]})
    {'t0': ['1'], 't1': ['2'], 't2': [None]}
    """
    channels = [text.replace(",", " ").split() for text in texts]
    length = max((len(values) for values in channels), default=0)
    if not length:
        return None
    cells: list[list[str | None]] = [[*values, *([None] * (length - len(values)))] for values in channels]
    if preprocessing["form"] == "wide":
        names = [column["name"] for column in preprocessing["columns"]]
        return {name: [cells[0][index] if index < length else None] for index, name in enumerate(names)}
    step = {preprocessing["step"]: [str(index) for index in range(length)]} if preprocessing["step"] else {}
    return {preprocessing["id"]: ["1"] * length, **step, **dict(zip(preprocessing["channels"], cells, strict=True))}


def series_texts(columns: Columns, preprocessing: Mapping[str, Any]) -> list[str]:
    """The first series of a table as a person would type it: one text a channel."""
    values = series_rows(columns, preprocessing).values[0]
    return [" ".join("nan" if np.isnan(value) else f"{value:.9g}" for value in channel) for channel in values.T]
