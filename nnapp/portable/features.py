"""From columns of text to the numbers a network takes in, in raw units: scaling is `encoding`'s."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from .cells import is_missing, money, numbers
from .errors import PortableError
from .moments import dates

Columns = Mapping[str, Sequence[str | None]]
"""Cells of text by column name; None is missing."""

ReadColumn = Callable[[Sequence[str | None], Mapping[str, Any]], np.ndarray]
"""From the cells of one column and its entry in `preprocessing.json` to its features."""

CYCLES = {"year": 365.2425, "week": 7.0, "day": 1.0}
"""Lengths in days of the cycles that a date may be spread over."""

_WHOLE = re.compile(r"([+-]?\d{1,15})\.0+", re.ASCII)
_NUMBERED = re.compile(r"column_\d+", re.ASCII)


def features(columns: Columns, preprocessing: Mapping[str, Any], decimal: str | None = None, read: ReadColumn | None = None) -> np.ndarray:
    """Turn rows into features.

    A number or date that is missing or unreadable becomes the train part's median, with a 1 in an `is missing`
    feature where the train part had missing ones. A category becomes one 1 among zeros; rare ones share `other`,
    and one that the train part gave no reason to expect leaves all zeros.

    Args:
        columns: Cells by column name; names that are not asked for are ignored.
        preprocessing: The content of `preprocessing.json`, kind `tabular`.
        decimal: The sign with which these cells' numbers are surely written (`.` where they were typed numbers, as in Excel);
            None, or the training file's own, for the one each column was trained with.
        read: Does what `column_features` does, where that can be done faster.

    Returns:
        float32, shape `(n, d)`, finite, one column for each of `feature_names`.

    Raises:
        PortableError: If a column is missing.
    """
    specs = preprocessing["columns"]
    given = matched(columns, [spec["name"] for spec in specs])
    count = len(given[0]) if given else 0
    result = np.zeros((count, len(preprocessing["feature_names"])), np.float32)
    at = 0
    for spec, cells in zip(specs, given, strict=True):
        block = (read or column_features)(cells, spec if decimal in {None, preprocessing["decimal"]} else {**spec, "decimal": decimal})
        result[:, at : at + block.shape[1]] = block
        at += block.shape[1]
    return result


def matched(columns: Columns, names: Sequence[str]) -> list[Sequence[str | None]]:
    """The cells of each wanted column, by its name or, failing that, by its name without blanks around.

    Where the data have no header and exactly as many columns as are wanted, they are taken in order.

    Raises:
        PortableError: Naming the first column that is missing.
    """
    stripped = {name.strip(): name for name in columns}
    found = [name if name in columns else stripped.get(name.strip()) for name in names]
    if None in found:
        if len(columns) == len(names) and all(_NUMBERED.fullmatch(name) for name in columns):
            return list(columns.values())
        lacking = names[found.index(None)]
        raise PortableError(f"The data have no column {lacking!r}.", f"Bring the columns the network was trained on: {_listed(names)}.")
    return [columns[name] for name in found if name is not None]


def column_features(cells: Sequence[str | None], spec: Mapping[str, Any]) -> np.ndarray:
    """The features of one column, shape `(n, k)`; `spec` is its entry in `preprocessing.json`."""
    if spec["type"] == "category":
        return _one_hot(cells, spec)
    if spec["type"] == "date":
        return value_features(dates(cells, spec["format"]), spec)
    return value_features(number_values(cells, spec, money if spec["type"] == "money" else numbers), spec)


def value_features(values: np.ndarray, spec: Mapping[str, Any]) -> np.ndarray:
    """The features of a column of numbers or days that have been read, shape `(n, k)`; NaN where one is missing."""
    gaps = np.isnan(values)
    filled = np.where(gaps, spec["fill"], values)
    # Beyond these bounds the encoding is flat, and its squares would leave float32.
    parts = [np.clip(filled, spec["low"], spec["high"]) - spec["offset"]]
    for cycle in spec.get("cycles", ()):
        turn = 2 * math.pi / CYCLES[cycle] * filled
        parts += [np.sin(turn), np.cos(turn)]
    if spec["indicator"]:
        parts.append(gaps.astype(np.float64))
    return np.stack(parts, axis=1).astype(np.float32)


def category(cell: str | None, missing: Sequence[str] = ()) -> str:
    """The category that a cell names: blanks around and doubled dropped, `1.0` as `1`; empty for a missing one.

    Args:
        cell: A text, or None.
        missing: Words that say there is no value, case-folded.

    >>> category(" a  b "), category("3.0"), category("N/A", ["n/a"]), category(None)
    ('a b', '3', '', '')
    """
    text = " ".join((cell or "").split())
    if text.casefold() in missing:
        return ""
    whole = _WHOLE.fullmatch(text)
    return whole[1] if whole else text


def _one_hot(cells: Sequence[str | None], spec: Mapping[str, Any]) -> np.ndarray:
    """One feature a category, then `other` and `missing` where the train part had such cells."""
    known = {name: index for index, name in enumerate(spec["categories"])}
    width = len(known)
    other = -1
    if spec["other"]:
        other, width = width, width + 1
    gap = other
    if spec["missing"]:
        gap, width = width, width + 1
    words = frozenset(spec["missing_words"])
    codes: dict[str | None, int] = {}
    for cell in dict.fromkeys(cells):
        name = category(cell, tuple(words)) if cell else ""
        codes[cell] = known.get(name, other) if name else gap
    code = np.fromiter((codes[cell] for cell in cells), np.int64, len(cells))
    result = np.zeros((len(cells), width), np.float32)
    rows = np.flatnonzero(code >= 0)
    result[rows, code[rows]] = 1.0
    return result


def number_values(cells: Sequence[str | None], spec: Mapping[str, Any], read: Callable[[Any, str], np.ndarray]) -> np.ndarray:
    """Numbers or money; under the other decimal sign where the usual one makes no cell of this file a number.

    Args:
        cells: Of one column.
        spec: Its entry in `preprocessing.json`.
        read: From cells and a decimal sign to numbers.
    """
    values = read(cells, spec["decimal"])
    if len(values) and np.isnan(values).all() and not all(is_missing(cell) for cell in cells):
        return read(cells, "." if spec["decimal"] == "," else ",")
    return values


def _listed(names: Sequence[str]) -> str:
    """The first names, the others counted."""
    shown = ", ".join(repr(name) for name in names[:12])
    return shown if len(names) <= 12 else f"{shown} and {len(names) - 12} more"
