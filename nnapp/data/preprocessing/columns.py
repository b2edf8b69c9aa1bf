"""What is fitted for one column of a table; `nnapp.portable.features` reads it as plain JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from nnapp.data.specs import PreprocessingConfig
from nnapp.data.texts import Texts, each_once, parsed
from nnapp.portable.cells import find_date_format, find_decimal, money, numbers
from nnapp.portable.features import CYCLES, category, number_values, value_features
from nnapp.portable.features import column_features as portable_features
from nnapp.portable.moments import dates
from nnapp.specs import Spec

Cells = Sequence[str | None]
Cycle = Literal["year", "week", "day"]
Role = Literal["number", "cycle", "binary"]
"""How a feature is encoded: numbers are standardised and spread over ramps, the others stay as they are."""

MISSING_WORDS = ("na", "n/a", "#n/a", "<na>", "nan", "null", "(null)", "nat")
"""Words that mean no value even among categories; `?`, `-` and `none` may be values there."""

FLAT = 1e6
"""Scales from the centre beyond which the encoding no longer changes in float32."""


class _Numeric(Spec):
    """What numbers and dates have in common."""

    name: str
    fill: Annotated[float, Field(description="Median of the train part, for missing cells.")]
    indicator: Annotated[bool, Field(description="Whether a feature says that the cell was missing: the train part had such cells.")]
    low: Annotated[float, Field(description="Smaller numbers are taken for this one.")]
    high: Annotated[float, Field(description="Larger numbers are taken for this one.")]
    offset: Annotated[
        float, Field(description="Taken off the feature, where the numbers are so alike and so large that float32 would not tell them apart.")
    ] = 0.0


class NumberColumn(_Numeric):
    """A column of numbers or money."""

    type: Literal["number", "money"]
    decimal: Literal[".", ","] = "."

    def features(self) -> list[tuple[str, Role]]:
        """Name and role of each feature."""
        return [(self.name, "number"), *_indicator(self)]


class DateColumn(_Numeric):
    """A column of dates: days since 1970, and where the day stands in the cycles that the train part shows."""

    type: Literal["date"] = "date"
    format: str
    cycles: tuple[Cycle, ...] = ()

    def features(self) -> list[tuple[str, Role]]:
        """Name and role of each feature."""
        turns: list[tuple[str, Role]] = [(f"{self.name} {wave} of {cycle}", "cycle") for cycle in self.cycles for wave in ("sine", "cosine")]
        return [(self.name, "number"), *turns, *_indicator(self)]


class CategoryColumn(Spec):
    """A column of categories."""

    name: str
    type: Literal["category"] = "category"
    categories: Annotated[tuple[str, ...], Field(description="Those with a feature of their own, the commonest first.")]
    other: Annotated[bool, Field(description="Whether rarer and unknown ones share a feature: the train part had rare ones.")]
    missing: Annotated[bool, Field(description="Whether missing cells have a feature: the train part had such cells.")]
    missing_words: tuple[str, ...] = MISSING_WORDS

    def features(self) -> list[tuple[str, Role]]:
        """Name and role of each feature."""
        names = [f"{self.name} = {name}" for name in self.categories]
        return [(name, "binary") for name in (*names, *[f"{self.name} is other"] * self.other, *[f"{self.name} is missing"] * self.missing)]


Column = Annotated[NumberColumn | DateColumn | CategoryColumn, Field(discriminator="type")]


def fit_number(name: str, cells: Cells, kind: Literal["number", "money"], decimal: str) -> NumberColumn | None:
    """Fit a column of numbers; None where there is nothing to learn from.

    Args:
        name: Name of the column.
        cells: Of the train part.
        kind: Whether currency signs are to be expected.
        decimal: The sign that the file was found to use; overruled where the cells speak against it.
    """
    read = money if kind == "money" else numbers
    # The file's sign stands unless the other one reads more of this column's cells.
    values = parsed(cells, read, decimal)
    given = len(cells) - _empty(cells)
    if given - np.count_nonzero(~np.isnan(values)) > 0.5 * given:
        decimal = find_decimal(cells)
        values = parsed(cells, read, decimal)
    fitted = _fit(values)
    return None if fitted is None else NumberColumn(name=name, type=kind, decimal="," if decimal == "," else ".", **fitted)


def fit_date(name: str, cells: Cells, form: str | None) -> DateColumn | None:
    """Fit a column of dates; None where there is nothing to learn from.

    Args:
        name: Name of the column.
        cells: Of the train part.
        form: The format found in the whole column; looked for in `cells` if None.
    """
    form = form or find_date_format(cells)
    if form is None:
        return None
    days = each_once(cells, lambda different: dates(different, form))
    fitted = _fit(days)
    return None if fitted is None else DateColumn(name=name, format=form, cycles=_cycles(days[np.isfinite(days)]), **fitted)


def fit_category(name: str, cells: Cells, config: PreprocessingConfig) -> CategoryColumn | None:
    """Fit a column of categories; None where all cells are alike.

    A category gets a feature of its own if it is among the `max_categories` commonest and frequent enough to learn from:
    twice in small data, five times from 2,500 rows on.
    """
    counts: Counter[str] = Counter()
    for cell, count in _counted(cells):
        counts[category(cell, MISSING_WORDS)] += count
    gaps = counts.pop("", 0)
    if len(counts) + (gaps > 0) < 2:
        return None
    fewest = min(5, max(2, len(cells) // 500))
    # Ties are broken by name, so that the order of the rows does not matter.
    common = sorted((one for one in counts if counts[one] >= fewest), key=lambda one: (-counts[one], one))[: config.max_categories]
    fitted = CategoryColumn(name=name, categories=tuple(common), other=len(common) < len(counts), missing=gaps > 0)
    return fitted if len(fitted.features()) > 1 else None


def column_features(cells: Cells, spec: Mapping[str, Any]) -> NDArray[np.float32]:
    """What `nnapp.portable.features.column_features` gives, in a fraction of its time where Arrow holds the cells."""
    if spec["type"] in {"number", "money"}:
        read = money if spec["type"] == "money" else numbers
        return value_features(number_values(cells, spec, lambda some, decimal: parsed(some, read, decimal)), spec)
    return each_once(cells, lambda different: portable_features(different, spec))


def _counted(cells: Cells) -> list[tuple[str | None, int]]:
    """Every different cell with its count."""
    if not isinstance(cells, Texts):
        return list(Counter(cells).items())
    different, counts = cells.counts()
    return [(None, len(cells) - int(counts.sum())), *zip(different, counts.tolist(), strict=True)]


def _empty(cells: Cells) -> int:
    """How many cells are missing."""
    return int(cells.array.null_count) if isinstance(cells, Texts) else sum(not cell for cell in cells)


def _fit(values: NDArray[np.float64]) -> dict[str, Any] | None:
    """Median, bounds and whether cells are missing; None for a column that is empty, or constant without gaps."""
    gaps = np.isnan(values)
    known = values[~gaps]
    if not len(known) or (not gaps.any() and known.min() == known.max()):
        return None
    center, _ = center_and_scale(known)
    # The bounds are those of the encoding, which sees the gaps filled: beyond them its squares leave float32.
    _, scale = center_and_scale(np.where(gaps, center, values))
    # Three digits of float32's seven remain for the differences; smaller ones would drown.
    offset = center if abs(center) > 1e4 * scale else 0.0
    return {"fill": center, "indicator": bool(gaps.any()), "low": center - FLAT * scale, "high": center + FLAT * scale, "offset": offset}


def center_and_scale(values: NDArray[np.float64]) -> tuple[float, float]:
    """Median, and the distance between the quartiles; the standard deviation where that is 0, and 1 where that is 0 too."""
    low, center, high = (float(one) for one in np.quantile(values, [0.25, 0.5, 0.75]))
    tiny = 1e-9 * max(abs(center), abs(low), abs(high))
    spread = high - low
    if spread <= tiny:
        spread = float(np.std(values))
    return center, spread if spread > tiny and np.isfinite(spread) else 1.0


def _cycles(days: NDArray[np.float64]) -> tuple[Cycle, ...]:
    """The cycles that can be seen in the train part: spans of at least one of them, and values at different places within it."""
    span = float(days.max() - days.min())
    found: list[Cycle] = []
    for cycle, fewest in (("year", 300.0), ("week", 14.0), ("day", 1.0)):
        places = np.unique(np.floor(days % CYCLES[cycle] / CYCLES[cycle] * 96))
        monthly = cycle == "week" and len(np.unique(days)) < 0.1 * span  # sparse days, as of monthly series, say nothing about weekdays
        if span >= fewest and len(places) > 1 and not monthly:
            found.append(cycle)  # type: ignore[arg-type]  # the three literals above
    return tuple(found)


def _indicator(column: _Numeric) -> list[tuple[str, Role]]:
    return [(f"{column.name} is missing", "binary")] if column.indicator else []
