"""Whether a column's stamps are regular, and what is wrong with them, in words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnapp.data.findings import Finding, counted, quoted
from nnapp.portable.cells import dates, find_date_format, is_missing, numbers

MOSTLY = 0.5
"""Share of neighbouring stamps that must be one step apart; below it they are irregular."""
MONTH = 30.436875
"""Days of a mean month."""
_STEPS = (1 / 86400, 5 / 86400, 10 / 86400, 30 / 86400, 1 / 1440, 5 / 1440, 10 / 1440, 15 / 1440, 1 / 48, 1 / 24, 1 / 12, 1 / 8, 1 / 4, 1 / 2, 1, 7, 14)
"""Distances in days that people measure at."""
_ZONE = re.compile(r"(?:Z|z|UTC|GMT|[-+]\d{2}:?\d{2})\s*$")
_WORDS = {1 / 24: "hour", 1: "day", 7: "week", 1 / 1440: "minute", 1 / 86400: "second", 14: "two weeks"}


@dataclass(frozen=True)
class Rhythm:
    """The distance at which stamps follow one another.

    Attributes:
        form: How the stamps are written (`nnapp.portable.moments`); empty where they are counted.
        months: Months of a step; 0 where steps are days or parts of one.
        days: Days of a step; 0 where steps are months.
        offset: Days by which the stamps stand after whole steps.
        regular: Share of neighbouring stamps that are one step apart.
    """

    form: str
    months: int
    days: float
    offset: float
    regular: float

    @property
    def season(self) -> int:
        """Steps after which such series usually are like themselves again."""
        if not self.form:
            return 1
        if self.months:
            return max(1, 12 // self.months)
        if self.days >= 7:
            return max(1, round(364 / self.days))
        return 7 if self.days >= 1 else min(1440, round(1 / self.days))

    @property
    def horizon(self) -> int | None:
        """Steps that people usually ask for; None where nothing is usual."""
        if not self.form:
            return None
        if self.months:
            return {1: 12, 3: 4}.get(self.months)
        return {1 / 24: 24, 1: 7}.get(self.days)

    @property
    def cycles(self) -> tuple[str, ...]:
        """Turns of the calendar that steps of this length tell apart."""
        if not self.form:
            return ()
        if self.months:
            return ("year",) if self.months < 12 else ()
        return ("day", "week") if self.days < 1 else ("week",) if self.days == 1 else ()

    @property
    def words(self) -> str:
        """One step, as in "a stamp an hour".

        >>> Rhythm("ymd", 0, 1 / 24, 0.0, 1.0).words, Rhythm("ymd", 3, 0.0, 0.0, 1.0).words, Rhythm("ymd", 0, 1 / 48, 0.0, 1.0).words
        ('hour', 'quarter', '30 minutes')
        """
        if not self.form:
            return "step" if self.days == 1 else f"{self.days:g}"
        if self.months:
            return {1: "month", 3: "quarter", 12: "year"}.get(self.months, f"{self.months} months")
        if self.days in _WORDS:
            return _WORDS[self.days]
        return f"{self.days:g} days" if self.days >= 1 else f"{self.days * 24:g} hours" if self.days * 24 >= 1 else f"{round(self.days * 1440, 3):g} minutes"

    @property
    def each(self) -> str:
        """One step, as in "a step is one hour"."""
        return f"one {self.words}" if self.words.isalpha() else self.words


def rhythm_of(cells: Sequence[str | None], series: NDArray[np.int64] | None = None) -> Rhythm | None:
    """The distance of most neighbouring stamps, or None where the cells are no stamps.

    Args:
        cells: Stamps in any order.
        series: The series of each row, where there are several, shape `(n,)`.
    """
    form = find_date_format(cells) or _numbered(cells)
    if form is None:
        return None
    moments = dates(cells, form) if form else np.asarray(numbers(cells), np.float64)
    gaps = _gaps(moments, series)
    if not len(gaps):
        return Rhythm(form, 0, 1.0, 0.0, 0.0)
    usual = float(np.median(gaps))
    known = moments[np.isfinite(moments)]
    if form and usual > 27 and np.isin(np.round(gaps), [28, 29, 30, 31, 59, 60, 61, 62, 89, 90, 91, 92, 181, 182, 183, 184, 365, 366]).mean() > 0.5:
        months = max(1, round(usual / MONTH))
        return Rhythm(form, months, 0.0, 0.0, float((np.abs(gaps / MONTH - months) < 0.15 * months).mean()))
    days = min((step for step in _STEPS if abs(step - usual) <= 0.02 * step), key=lambda step: abs(step - usual), default=usual)
    if form and days < 1 / 86400:  # days since 1970 hold no more than a millionth of a second
        days = max(1, round(days * 86.4e9)) / 86.4e9
    return Rhythm(form, 0, days, _offset(known, days), float((np.abs(gaps / days - 1) < 0.1).mean()))


def _offset(known: NDArray[np.float64], days: float) -> float:
    """Days by which most stamps stand after whole steps, 0 where they stand on them."""
    # About the first one, so that stamps a hair before and a hair after a whole step do not meet half a step away.
    place = (known - known[0] + days / 2) % days - days / 2
    offset = float((known[0] + np.median(place)) % days)
    least = max(1e-6 * days, 4 * float(np.spacing(np.abs(known).max())))
    return offset if least < offset < days - least else 0.0


def _numbered(cells: Sequence[str | None]) -> str | None:
    """The format of stamps that are numbers: years, seconds or milliseconds since 1970, or (empty) counted steps; None where they are none."""
    values = np.asarray(numbers(cells), np.float64)
    known = values[np.isfinite(values)]
    if len(known) < 0.9 * len(values) or not len(known):
        return None
    low, high = float(known.min()), float(known.max())
    if np.isfinite(dates(cells, "year")).mean() >= 0.9:
        return "year"
    return next((form for form, second in (("unix", 1.0), ("unix_ms", 1000.0)) if 3e8 * second < low and high < 5e9 * second), "")


def _gaps(moments: NDArray[np.float64], series: NDArray[np.int64] | None) -> NDArray[np.float64]:
    """Distances in days of different neighbouring stamps of the same series."""
    known = np.isfinite(moments)
    codes = np.zeros(len(moments), np.int64) if series is None else series
    order = np.lexsort((moments[known], codes[known]))
    gaps, same = np.diff(moments[known][order]), np.diff(codes[known][order]) == 0
    return np.asarray(gaps[same & (gaps > 1e-9)], np.float64)


def stamp_findings(
    name: str, cells: Sequence[str | None], rhythm: Rhythm, *, doubled: int, bridged: int, slots: int, far: int = 0, series: NDArray[np.int64] | None = None
) -> tuple[Finding, ...]:
    """What was repaired, and how.

    Args:
        name: Of the column.
        cells: Its stamps.
        rhythm: Their distance.
        doubled: Rows that share their stamp.
        bridged: Steps without a row.
        slots: Steps in all.
        far: Rows whose stamps lie too far from the others to be of the same series.
        series: The series of each row, where there are several, shape `(n,)`.
    """
    moments = dates(cells, rhythm.form) if rhythm.form else np.asarray(numbers(cells), np.float64)
    found = []
    lost = [cell for cell, moment in zip(cells, moments.tolist(), strict=True) if not np.isfinite(moment)]
    if lost:
        shown = quoted([cell for cell in dict.fromkeys(lost) if cell is not None and not is_missing(cell)])
        problem = f"{counted(len(lost), 'stamp')} in {name!r} cannot be read" + (f" ({shown})" if shown else "") + ": no such day or time."
        found.append(_finding("stamps_unreadable", "warning", problem, "Their rows are left out. Correct the stamps if they matter.", name))
    zoned = sum(cell is not None and ":" in cell and bool(_ZONE.search(cell)) for cell in cells)
    timed = sum(cell is not None and ":" in cell for cell in cells)
    zones = {match.group().strip().upper() for cell in cells if cell and ":" in cell and (match := _ZONE.search(cell))}
    if 0 < zoned < timed or len(zones) > 1:
        problem = f"The stamps in {name!r} are of several time zones ({quoted(sorted(zones))}" + (
            f"; {counted(timed - zoned, 'stamp names none', 'stamps name none')})." if zoned < timed else ")."
        )
        found.append(_finding("stamps_zones", "warning", problem, "All are turned to UTC, and those without a zone taken for UTC.", name))
    known = moments[np.isfinite(moments)]
    if series is not None:  # each in its own order
        known = known[np.argsort(series[np.isfinite(moments)], kind="stable")]
    back = int((np.diff(known) < 0).sum()) - (len(np.unique(series)) if series is not None else 0)
    if back > 0.001 * len(known):
        found.append(_finding("stamps_unsorted", "info", f"The rows are not in the order of {name!r}.", "They are sorted by it.", name))
    if far:
        problem = f"{counted(far, 'row stands', 'rows stand')} so far in time from the others in {name!r} that {'it is' if far == 1 else 'they are'} left out."
        remedy = "Correct the stamps, or bring the two stretches of time as two series, with a column that names them."
        found.append(_finding("stamps_far", "warning", problem, remedy, name))
    if rhythm.regular < MOSTLY and len(known) > 2:
        problem = f"The stamps in {name!r} stand at uneven distances: {100 * rhythm.regular:.0f} % are {rhythm.each} apart."
        found.append(_finding("stamps_irregular", "warning", problem, "Every value is put to the nearest step, and the steps between are bridged.", name))
    if doubled:
        problem = f"{counted(doubled, 'row shares its step', 'rows share their step')} in {name!r} with another row."
        found.append(
            _finding("stamps_doubled", "warning", problem, "The mean of such rows is taken. If there are several series, say which column names them.", name)
        )
    if bridged:
        problem = f"{counted(bridged, 'step')} of {slots:,} lack a row: there should be a stamp every {rhythm.words}."
        severity = "warning" if bridged > 0.05 * slots else "info"
        found.append(_finding("stamps_missing", severity, problem, "They are bridged by straight lines. Bring them if you have them.", name))
    return tuple(found)


def _finding(code: str, severity: str, problem: str, remedy: str, name: str) -> Finding:
    return Finding.parse({"code": code, "severity": severity, "problem": problem, "remedy": remedy, "columns": (name,)})
