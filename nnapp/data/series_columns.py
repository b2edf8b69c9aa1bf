"""Whether a table holds whole series: in numbered columns (wide), or in rows that share the name of their series (long)."""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnapp.data.columns import NUMERIC, ColumnProfile
from nnapp.data.table import Table
from nnapp.portable.cells import numbers
from nnapp.portable.series import grouped, step_numbers

FEWEST_STEPS = 12
"""Numbered columns fewer than which are taken for columns of their own."""
LIKENESS = 0.5
"""Correlation of neighbouring columns from which on they are taken for steps."""
_LOOKED_AT = 300
"""Rows by which neighbours are compared."""
_NUMBERED = re.compile(r"(.*?)[ _.\-\[(]*(\d+)[\])]?", re.DOTALL)
_PICTURE = re.compile(r"(pixel|px|pix)s?", re.IGNORECASE)
SERIES_NAME = re.compile(
    r"(series|sample|case|instance|sequence|seq|recording|record|trial|session|window|unit)[ _.-]?(id|nr|no|number|index|idx)?|id|idx", re.IGNORECASE
)
STEP_NAME = re.compile(
    r"(time|step|timestep|time[ _.-]?(step|index|stamp)|timestamp|t|tick|frame|cycle|dim[ _.-]?time|date|datetime|sample|index|idx|seconds?|ms|minutes?|hours?)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Wide:
    """One series a row.

    Attributes:
        columns: Its steps, in their order.
        likeness: Mean correlation of neighbouring steps over the rows.
    """

    columns: tuple[str, ...]
    likeness: float


@dataclass(frozen=True)
class Long:
    """One step a row.

    Attributes:
        id: Column with the name of the series.
        step: Column with the place within the series; empty for the order of the file.
        channels: Columns with the values.
        constant: Columns that are the same within every series: the label may be one of them.
        series: How many there are.
    """

    id: str
    step: str
    channels: tuple[str, ...]
    constant: tuple[str, ...]
    series: int


def numbered(names: Sequence[str]) -> tuple[str, ...]:
    """The longest run of names that are alike but for a number that counts on by one, in the order of the numbers.

    >>> numbered(["label", "t0", "t2", "t1"]), numbered(["a", "b"])
    (('t0', 't1', 't2'), ())
    """
    found: dict[str, dict[int, str]] = defaultdict(dict)
    for name in names:
        match = _NUMBERED.fullmatch(name.strip())
        if match and not _PICTURE.fullmatch(match[1].strip()):
            found[match[1].strip().casefold()].setdefault(int(match[2]), name)
    best: tuple[str, ...] = ()
    for places in found.values():
        run: list[str] = []
        before = None
        for place in sorted(places):
            run = [*run, places[place]] if before is not None and place == before + 1 else [places[place]]
            before = place
            if len(run) > max(1, len(best)):
                best = tuple(run)
    return best


def find_wide(table: Table, profiles: Sequence[ColumnProfile], target: str | None = None, *, asked: bool = False) -> Wide | None:
    """The steps of a wide table, if its numbered columns behave like one series.

    Args:
        table: One series a row.
        profiles: Of its columns.
        target: What is predicted, which is no step.
        asked: Somebody has said that it is a series: then the names are enough.
    """
    numeric = {profile.name for profile in profiles if profile.type in NUMERIC or profile.minimum is not None or profile.unique == 0}
    names = list(numbered([name for name in table.columns if name in numeric and name != target]))
    if target is None:
        names = _without_label(names, {profile.name: profile for profile in profiles})
    if len(names) < (2 if asked else FEWEST_STEPS):
        return None
    values = np.stack([table.texts(name)[:_LOOKED_AT].numbers(numbers, table.reading.decimal) for name in names], axis=1)
    likeness = neighbours(values)
    return Wide(tuple(names), likeness) if asked or (likeness >= LIKENESS and same_range(values)) else None


def _without_label(names: list[str], profiles: dict[str, ColumnProfile]) -> list[str]:
    """The run without a label at its beginning or end, as tables without a header have it: few whole numbers among fractions."""
    for end in (0, -1):
        inner = names[1:] if end == 0 else names[:-1]
        if len(inner) < FEWEST_STEPS:
            return names
        label = profiles[names[end]]
        if label.whole and label.unique <= 60 and not any(profiles[name].whole for name in inner[:20]):
            return inner
    return names


def neighbours(values: NDArray[np.float64]) -> float:
    """Median correlation of each column with the next, over the rows; 0 where nothing varies.

    Args:
        values: Shape `(n, steps)`.


    >>> round(neighbours(np.array([[0.0, 1.0, 2.0, 3.0], [3.0, 2.0, 1.0, 0.0]])), 3)
    1.0
    """
    filled = np.where(np.isfinite(values), values, np.nan)
    kept = np.isfinite(filled).all(axis=0)
    filled = filled[:, kept] if kept.sum() >= 2 and kept.mean() >= 0.5 else filled[np.isfinite(filled).all(axis=1)]
    if len(filled) < 2 or filled.shape[1] < 2:
        return 0.0
    # Series of differing levels are alike at every step for that alone: what counts is how each moves.
    moves = filled - filled.mean(axis=1, keepdims=True)
    scale = moves.std(axis=0)
    z = np.divide(moves - moves.mean(axis=0), scale, out=np.zeros_like(moves), where=scale > 1e-12)
    return float(np.median((z[:, 1:] * z[:, :-1]).mean(axis=0)))


def same_range(values: NDArray[np.float64]) -> bool:
    """Whether nine of ten columns keep within the range in which most values lie: steps of one series do, columns of differing units do not."""
    with np.errstate(invalid="ignore"):
        finite = values[np.isfinite(values)]
    if not len(finite):
        return False
    low, high = np.percentile(finite, [1, 99])
    room = (high - low) or 1.0
    middles = np.array([np.median(column[np.isfinite(column)]) if np.isfinite(column).any() else np.nan for column in values.T])
    spreads = np.array([np.ptp(np.percentile(column[np.isfinite(column)], [10, 90])) if np.isfinite(column).any() else np.nan for column in values.T])
    known = np.isfinite(middles)
    inside = (middles[known] >= low - room / 2) & (middles[known] <= high + room / 2)
    largest = np.nanmax(spreads) if known.any() else 0.0
    return bool(known.any() and inside.mean() >= 0.9 and (spreads[known] >= largest / 1000).mean() >= 0.5)


def find_long(table: Table, profiles: Sequence[ColumnProfile], target: str | None = None, *, asked: bool = False) -> Long | None:
    """Names of the columns of a long table, if one names the series and the others are steps and channels.

    Args:
        table: One step a row.
        profiles: Of its columns.
        target: What is predicted: must be the same in all rows of a series.
        asked: Somebody has said that it is a series: then no column with the step is needed.
    """
    for candidate in _series_columns(table, profiles, target):
        found = _long(table, profiles, candidate, target, asked=asked)
        if found is not None:
            return found
    return None


def _series_columns(table: Table, profiles: Sequence[ColumnProfile], target: str | None) -> list[str]:
    """Columns that may name the series: called so, and each name in several rows."""
    return [
        profile.name
        for profile in profiles
        if profile.name != target
        and SERIES_NAME.fullmatch(profile.name.strip())
        and 2 <= profile.unique <= table.rows / 4
        and profile.missing <= 0.05 * table.rows
    ]


def _long(table: Table, profiles: Sequence[ColumnProfile], name: str, target: str | None, *, asked: bool) -> Long | None:
    """The other columns' roles, given the one that names the series."""
    cells = table.cells(name)
    order, starts, names = grouped(cells, None)
    step = _step_column(table, [profile.name for profile in profiles if profile.name not in {name, target}], order, starts)
    if not step and not asked:
        return None
    constant = tuple(
        profile.name for profile in profiles if profile.name not in {name, step} and profile.unique and _constant(table.cells(profile.name), order, starts)
    )
    if (target is not None and target not in constant) or (target is None and not constant):
        return None
    channels = tuple(
        profile.name
        for profile in profiles
        if profile.name not in {name, step, target, *constant} and (profile.type in NUMERIC or (profile.minimum is not None and profile.type != "ignored"))
    )
    return Long(name, step, channels, constant, len(names)) if channels else None


def _step_column(table: Table, candidates: Sequence[str], order: NDArray[np.int64], starts: NDArray[np.int64]) -> str:
    """The column that says where in its series a row stands: called so, and all different within a series; empty where there is none."""
    for name in candidates:
        if not STEP_NAME.fullmatch(name.strip()):
            continue
        values = step_numbers(table.cells(name), table.reading.decimal)[order]
        if not len(values) or np.isfinite(values).mean() < 0.9:
            continue
        repeated = sum(len(part) - len(np.unique(part)) for low, high in itertools.pairwise(starts) if len(part := values[low:high]))
        if repeated <= 0.02 * len(values):
            return name
    return ""


def _constant(cells: list[str | None], order: NDArray[np.int64], starts: NDArray[np.int64]) -> bool:
    """Whether all known cells of a series are the same, in every series."""
    return all(len({cells[row] for row in order[low:high].tolist()} - {None}) <= 1 for low, high in itertools.pairwise(starts))
