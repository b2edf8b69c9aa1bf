"""Series over time: from rows with stamps to values at even distances, and what the calendar says of each."""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from .cells import dates, numbers
from .errors import PortableError
from .features import CYCLES, matched
from .moments import SECONDS
from .series import bridged, codes_of, grouped, places_within

Columns = Mapping[str, Sequence[str | None]]
ReadNumbers = Callable[[Sequence[str | None], str], np.ndarray]

_EPOCH = datetime.date(1970, 1, 1).toordinal()
_MOST_DIGITS = 6
"""Decimals of a second that days since 1970 hold."""
_MOST_SLOTS = 50
"""Slots a known row at most: farther apart, a stamp is taken for a mistake rather than for a gap."""


class Regular(NamedTuple):
    """One series at even distances.

    Attributes:
        name: Of the series; empty where there is one only.
        start: Slot of the first value: whole steps since 1970.
        values: Shape `(slots, channels)`, no holes.
        rows: For each slot the row it comes from, -1 where it was bridged, shape `(slots,)`.
        doubled: Rows that share their slot with another one; their mean is taken.
    """

    name: str
    start: int
    values: np.ndarray
    rows: np.ndarray
    doubled: int


def regular_series(columns: Columns, preprocessing: Mapping[str, Any], decimal: str | None = None, read: ReadNumbers = numbers) -> list[Regular]:
    """The series of a table with stamps, each put on even distances, sorted, doubles averaged and gaps bridged.

    Args:
        columns: Cells by column name; names that are not asked for are ignored.
        preprocessing: The content of `preprocessing.json`, kind `series`, form `stamps`.
        decimal: The sign with which these numbers are surely written; None for the training file's.
        read: Does what `numbers` does, where that can be done faster.

    Raises:
        PortableError: If a column is missing, or no stamp can be read.
    """
    names = [name for name in (preprocessing["id"], preprocessing["date"]) if name]
    cells = dict(zip([*names, *preprocessing["channels"]], matched(columns, [*names, *preprocessing["channels"]]), strict=True))
    values = np.stack([read(cells[name], decimal or preprocessing["decimal"]) for name in preprocessing["channels"]], axis=1)
    slots = row_slots(cells, preprocessing, len(values))
    if not np.isfinite(slots).any():
        raise PortableError(f"No cell of {preprocessing['date']!r} is a date.", "Bring stamps such as 2024-01-31 13:00.")
    identity = cells[preprocessing["id"]] if preprocessing["id"] else [""] * len(values)
    if not preprocessing["id"]:
        return [_regular("", np.arange(len(values)), slots, values, preprocessing)]
    order, starts, known = grouped(identity, slots)
    found = [(name, order[low:high]) for name, low, high in zip(known, starts[:-1], starts[1:], strict=True)]
    return [_regular(name, rows, slots, values, preprocessing) for name, rows in found if np.isfinite(slots[rows]).any()]


def _regular(name: str, rows: np.ndarray, slots: np.ndarray, values: np.ndarray, preprocessing: Mapping[str, Any]) -> Regular:
    """One series on even distances."""
    rows = rows[np.isfinite(slots[rows])]
    rows = rows[np.argsort(slots[rows], kind="stable")]
    place = slots[rows].astype(np.int64)
    kept = _without_strays(place)
    rows, place = rows[kept], place[kept]
    start, count = int(place[0]), int(place[-1] - place[0]) + 1
    at = place - start
    there = np.isfinite(values[rows])
    total, known = np.zeros((count, values.shape[1])), np.zeros((count, values.shape[1]))
    np.add.at(total, at, np.where(there, values[rows], 0.0))
    np.add.at(known, at, there)
    mean = np.divide(total, known, out=np.full(total.shape, np.nan), where=known > 0)
    source = np.full(count, -1, np.int64)
    source[at] = rows
    return Regular(name, start, bridged(mean, np.asarray(preprocessing["fill"], np.float64)), source, len(at) - len(np.unique(at)))


def _without_strays(place: np.ndarray) -> np.ndarray:
    """Positions of the sorted slots that belong together: a few stamps far before or after the others are left out."""
    kept = np.arange(len(place))
    while len(kept) > 1 and place[kept[-1]] - place[kept[0]] > _MOST_SLOTS * len(kept) + 1000:
        gaps = np.diff(place[kept])
        cut = int(gaps.argmax()) + 1
        kept = kept[cut:] if cut * 2 < len(kept) else kept[:cut]
    return kept


def row_slots(cells: Columns, preprocessing: Mapping[str, Any], count: int) -> np.ndarray:
    """The slot of every row, shape `(count,)`: of its stamp, or, where rows have none, its place within its series.

    >>> row_slots({"shop": ["a", "b", "a", "b"]}, {"id": "shop", "date": ""}, 4).tolist()
    [0.0, 0.0, 1.0, 1.0]
    """
    if preprocessing["date"]:
        return slots_of(cells[preprocessing["date"]], preprocessing)
    return np.arange(count, dtype=np.float64) if not preprocessing["id"] else places_within(codes_of(cells[preprocessing["id"]])).astype(np.float64)


def slots_of(cells: Sequence[str | None], preprocessing: Mapping[str, Any]) -> np.ndarray:
    """Whole steps since 1970 of each stamp, shape `(n,)`; NaN where it cannot be read.

    >>> slots_of(["1749-01", "1749-03"], {"date_format": "ymd", "months": 1, "days": 0.0}).tolist()
    [-2652.0, -2650.0]
    """
    form = preprocessing["date_format"]
    moments = dates(cells, form) if form else numbers(cells)
    return slots_at(moments - preprocessing.get("offset", 0.0), preprocessing["months"], preprocessing["days"])


def slots_at(moments: np.ndarray, months: int, days: float) -> np.ndarray:
    """Whole steps since 1970 of moments in days; the nearest step, NaN stays NaN.

    Args:
        moments: Days since 1970, or plain counts, shape `(n,)`.
        months: Months of a step, where steps are months; else 0.
        days: Days of a step, where they are not.
    """
    if not months:
        return np.asarray(np.round(moments / days))
    return np.array([math.nan if not math.isfinite(moment) else _month(moment) // months for moment in moments.tolist()], np.float64).reshape(-1)


def _month(moment: float) -> int:
    """Months since January 1970."""
    date = datetime.date.fromordinal(math.floor(moment) + _EPOCH)
    return (date.year - 1970) * 12 + date.month - 1


def moments_of(slots: np.ndarray, preprocessing: Mapping[str, Any]) -> np.ndarray:
    """Days since 1970 at which slots begin, shape like `slots`."""
    if not preprocessing["months"]:
        return np.asarray(np.asarray(slots, np.float64) * preprocessing["days"] + preprocessing.get("offset", 0.0), np.float64)
    days = []
    for slot in np.asarray(slots, np.int64).tolist():
        year, month = divmod(slot * preprocessing["months"], 12)
        days.append(datetime.date(min(9999, max(1, 1970 + year)), month + 1, 1).toordinal() - _EPOCH)
    return np.array(days, np.float64)


def calendar_features(slots: np.ndarray, preprocessing: Mapping[str, Any]) -> np.ndarray:
    """Sine and cosine of each cycle of `preprocessing["calendar"]` at these slots, shape `(n, 2 * cycles)`."""
    moments = moments_of(slots, preprocessing)
    turns = [2 * math.pi / CYCLES[cycle] * moments for cycle in preprocessing["calendar"]]
    return np.stack([wave(turn) for turn in turns for wave in (np.sin, np.cos)], axis=1) if turns else np.zeros((len(moments), 0))


def stamp_texts(slots: np.ndarray, preprocessing: Mapping[str, Any]) -> list[str]:
    """Slots as people write them: a month, a day, or a moment; the counted step where there are no stamps.

    >>> stamp_texts(np.array([-2652]), {"date": "Month", "date_format": "ymd", "months": 1, "days": 0.0})
    ['1749-01']
    >>> stamp_texts(np.array([25]), {"date": "when", "date_format": "ymd", "months": 0, "days": 1 / 24})
    ['1970-01-02 01:00:00']
    >>> stamp_texts(np.array([25]), {"date": "when", "date_format": "ymd", "months": 0, "days": 0.25 / 86400})
    ['1970-01-01 00:00:06.25']
    """
    if not preprocessing["date"] or not preprocessing["date_format"]:
        step = preprocessing["days"] if preprocessing["date"] else 1
        return [f"{slot * step + preprocessing.get('offset', 0.0):.15g}" for slot in np.asarray(slots).tolist()]
    digits = _digits(preprocessing)
    return [_text(moment, preprocessing, digits) for moment in moments_of(slots, preprocessing).tolist()]


def _digits(preprocessing: Mapping[str, Any]) -> int:
    """Decimals of a second without which stamps would not be told apart, or not be read again as the step that they are of."""
    if preprocessing["months"]:
        return 0
    parts = [preprocessing["days"] * 86400, preprocessing.get("offset", 0.0) * 86400]
    for digits in range(_MOST_DIGITS):
        exact = all(abs(part * 10**digits - round(part * 10**digits)) < 1e-3 for part in parts)
        if exact or 0.5 * 10**-digits < 0.01 * parts[0]:
            return digits
    return _MOST_DIGITS


def _text(moment: float, preprocessing: Mapping[str, Any], digits: int) -> str:
    if preprocessing["date_format"] in SECONDS:
        unit = SECONDS[preprocessing["date_format"]]
        return f"{moment * 86400 * unit:.{max(0, digits - round(math.log10(unit)))}f}"
    ticks = round((moment - math.floor(moment)) * 86400 * 10**digits)
    seconds, part = divmod(ticks, 10**digits)
    ordinal = min(max(1, math.floor(moment) + _EPOCH + seconds // 86400), datetime.date.max.toordinal())
    day = datetime.date.fromordinal(ordinal)
    if preprocessing["date_format"] == "year":
        return f"{day.year:04d}"
    if preprocessing["months"]:
        return f"{day.year:04d}-{day.month:02d}"
    if preprocessing["days"] % 1 == 0 and preprocessing.get("offset", 0.0) % 1 == 0:
        return day.isoformat()
    return f"{day.isoformat()} {seconds // 3600 % 24:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}" + (f".{part:0{digits}d}" if digits else "")


def history_windows(series: Sequence[Regular], preprocessing: Mapping[str, Any]) -> tuple[np.ndarray, np.ndarray]:
    """The last window of every series, for forecasting what comes after it.

    Returns:
        float32, shape `(n, window, channels and calendar)`; and the slot after each, shape `(n,)`.

    Raises:
        PortableError: If a series is shorter than the window.
    """
    window = preprocessing["window"]
    for one in series:
        if len(one.values) < window:
            which = f"The series {one.name!r} has" if one.name else "The data have"
            raise PortableError(f"{which} {len(one.values)} steps, and a forecast looks back over {window}.", f"Bring at least the last {window} steps.")
    windows = [with_calendar(one, preprocessing)[-window:] for one in series]
    return np.stack(windows).astype(np.float32), np.array([one.start + len(one.values) for one in series], np.int64)


def with_calendar(one: Regular, preprocessing: Mapping[str, Any]) -> np.ndarray:
    """Values, then the calendar, at every slot: `(slots, channels + 2 * cycles)` float32."""
    slots = one.start + np.arange(len(one.values))
    return np.concatenate([one.values, calendar_features(slots, preprocessing)], axis=1).astype(np.float32)


def forecast_rows(columns: Columns, preprocessing: Mapping[str, Any], forecast: Mapping[str, Any], decimal: str | None = None) -> dict[str, list[str]]:
    """What stands before each number of a forecast: series by series, step by step, and target by target where there are several.

    Args:
        columns: The history that was answered.
        preprocessing: The content of `preprocessing.json`, form `stamps`.
        forecast: `horizon` and `targets`.
        decimal: As `regular_series` takes it.

    Returns:
        The name of the series, the stamp and the target by column name, each of `series * steps * targets` texts.
    """
    series = regular_series(columns, preprocessing, decimal)
    _, after = history_windows(series, preprocessing)
    horizon, targets = forecast["horizon"], list(forecast["targets"])
    leading: dict[str, list[str]] = {}
    if preprocessing["id"]:
        leading[preprocessing["id"]] = [one.name for one in series for _ in range(horizon * len(targets))]
    stamps = [stamp_texts(start + np.arange(horizon), preprocessing) for start in after.tolist()]
    leading[preprocessing["date"] or "step"] = [stamp for each in stamps for stamp in each for _ in targets]
    if len(targets) > 1:
        leading["target"] = targets * (len(series) * horizon)
    return leading
