"""Dates and times of day in the ways people write them, as days since 1970."""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Callable, Iterable, Sequence

import numpy as np

FORMATS = ("ymd", "dmy", "mdy", "my", "quarter", "compact")
"""Orders of day, month and year. `ymd` stands for all that leaves no doubt: the year first, or the month by name; `compact` is 20231231."""
NUMBERED = ("year", "unix", "unix_ms")
"""Stamps that are plain numbers, which only a question about time takes for such: years, and seconds or milliseconds since 1970."""

_EPOCH = datetime.date(1970, 1, 1).toordinal()
_FEWEST = 0.9
"""Share of the cells that must be dates for a column to be one of dates."""
_SAMPLE = 500
_MOST = 200_000
"""Different cells that decide the format at most."""

_LONGEST = 80
"""Characters of a date at most: on long texts the patterns below would search for ever."""

_YMD = re.compile(r"(\d{4})([-/. ])(\d{1,2})\2(\d{1,2})\.?", re.ASCII)
_THREE = re.compile(r"(\d{1,2})([-/. ])(\d{1,2})\2(\d{4}|\d{2})\.?", re.ASCII)
_DOTTED = re.compile(r"(\d{1,2})(\.) (\d{1,2})\. (\d{4}|\d{2})\.?", re.ASCII)
# No point in these two: 2034.11 is a number.
_YM = re.compile(r"(\d{4})[-/](\d{1,2})", re.ASCII)
_MY = re.compile(r"(\d{1,2})[-/](\d{4})", re.ASCII)
_QUARTER = re.compile(r"(\d{4})[- ]?[qQ]([1-4])|[qQ]([1-4])[- ](\d{4})", re.ASCII)
_LONE_YEAR = re.compile(r"(1[5-9]\d\d|20\d\d|21\d\d)(?:\.0+)?", re.ASCII)
_COMPACT = re.compile(r"(1[6-9]\d\d|20\d\d|21\d\d)(0[1-9]|1[0-2])([0-3]\d)", re.ASCII)
_WEEKDAY = re.compile(r"(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,?\s+", re.IGNORECASE)
_NAMED = (
    re.compile(r"(?P<d>\d{1,2})(?:st|nd|rd|th|\.)?[-/ ]*(?:of )?(?P<m>[^\W\d_]{3,9})\.?,?[-/ ]*(?P<y>\d{4}|\d{2})", re.IGNORECASE),
    re.compile(r"(?P<m>[^\W\d_]{3,9})\.?[-/ ]*(?P<d>\d{1,2})(?:st|nd|rd|th)?,?[-/ ]+(?P<y>\d{4}|\d{2})", re.IGNORECASE),
    re.compile(r"(?P<y>\d{4})[-/ ]+(?P<m>[^\W\d_]{3,9})\.?[-/ ]+(?P<d>\d{1,2})", re.IGNORECASE),
    re.compile(r"(?P<m>[^\W\d_]{3,9})\.?,?[-/ ]*(?P<y>\d{4})(?P<d>)", re.IGNORECASE),
)
_MONTHS = {
    name[:3]: number
    for number, names in enumerate(("jan", "feb", "mar mär", "apr", "may mai", "jun", "jul", "aug", "sep", "oct okt", "nov", "dec dez"), start=1)
    for name in names.split()
}
_LONG_MONTHS = re.compile(
    "jan(uary?|uar)?|feb(ruary?|ruar)?|mar(ch)?|mär(z)?|apr(il)?|may|mai|june?|juni|july?|juli|aug(ust)?|sept?(ember)?|o[ck]t(ober)?|nov(ember)?|de[cz](ember)?"
)
_TIME = re.compile(
    r"(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d+))?)?\s*([aApP]\.?[mM]\.?)?\s*(?:(Z|z|UTC|GMT)|(?:(?:UTC|GMT)?([-+])(\d{2}):?(\d{2})?))?(?:\s*\[[\w/]+\])?",
    re.ASCII,
)


def dates(cells: Iterable[str | None], format: str) -> np.ndarray:  # noqa: A002  # the word the JSON uses
    """Text to days since 1970-01-01, fractions for the time of day; times with a zone are turned to UTC.

    A cell that begins with a four-digit year, or names its month, is understood whatever the format.

    Args:
        cells: Texts; None is missing. Years 1 to 9999; of two digits, 69 to 99 are 1969 to 1999.
        format: One of `FORMATS` or `NUMBERED`.

    Returns:
        float64, shape `(n,)`; NaN where a cell is missing or no date.

    >>> dates(["02-01-1970", "1970-01-01T12:00:00Z", "31-02-2020", None], "dmy").tolist()
    [1.0, 0.5, nan, nan]
    >>> dates(["1749-01", "0001-01-01"], "ymd").tolist()
    [-80718.0, -719162.0]
    """
    if format in SECONDS:
        return np.array([_since_1970(cell, SECONDS[format]) for cell in cells], dtype=np.float64).reshape(-1)
    read = _READERS[format]
    days: dict[str, float] = {}
    times: dict[str, float] = {}
    values: list[float] = []
    for cell in cells:
        if not cell or len(cell) > _LONGEST:
            values.append(math.nan)
            continue
        day, time = _halves(cell)
        value = days.get(day)
        if value is None:
            days[day] = value = _day(day, read)
        if time:
            if time not in times:
                times[time] = _time(time)
            value += times[time]
        values.append(value)
    return np.array(values, dtype=np.float64).reshape(-1)


def _since_1970(cell: str | None, a_second: float) -> float:
    """Days, from a plain number."""
    try:
        return float(cell or "nan") / a_second / 86400
    except ValueError:
        return math.nan


def find_date_format(cells: Sequence[str | None]) -> str | None:
    """The format under which nearly all cells are dates, or None.

    Whether the day or the month comes first is decided by all cells together: only one order leaves no month above 12.
    Where both are possible, slashes have the month first, as in the data sets of the world they mostly do.

    >>> find_date_format(["03/02/2012", "23/10/2011"]), find_date_format(["6/16/14", "6/15/14"]), find_date_format(["1", "2"])
    ('dmy', 'mdy', None)
    """
    different = [cell for cell in dict.fromkeys(cells) if cell and cell.strip().casefold() not in {"na", "n/a", "nan", "nat", "null", "none", "?", "-"}]
    sample = different[:: max(1, len(different) // _SAMPLE)][:_SAMPLE]
    likely = [format for format in FORMATS if _share(sample, format) >= _FEWEST]  # noqa: A001
    if len(likely) > 1:
        likely = _best(different[:_MOST], likely)
    return likely[0] if likely else None


def _best(cells: list[str], likely: list[str]) -> list[str]:
    """The formats that most cells fit; among equals the likelier first."""
    shares = {format: _share(cells, format) for format in likely}  # noqa: A001
    best = [format for format in likely if shares[format] == max(shares.values())]  # noqa: A001
    slashes = sum("/" in cell for cell in cells) * 2 > len(cells)
    return sorted(best, key=lambda format: format != "mdy") if slashes and best[0] == "dmy" else best  # noqa: A006


def _share(cells: list[str], format: str) -> float:  # noqa: A002
    """Part of the cells that are dates in this format."""
    return float(np.isfinite(dates(cells, format)).mean()) if cells else 0.0


def _halves(cell: str) -> tuple[str, str]:
    """The date and the time of day, which begins at the blank or T before the first colon."""
    colon = cell.find(":")
    if colon < 0:
        return cell, ""
    cut = max(cell.rfind(" ", 0, colon), cell.rfind("T", 0, colon), cell.rfind("t", 0, colon))
    return (cell[:cut], cell[cut + 1 :]) if cut > 0 else ("", cell)


def _day(text: str, read: Callable[[str], tuple[int, int, int] | None]) -> float:
    """Days since 1970 of a date without a time."""
    text = text.strip().rstrip(",")
    match = _YMD.fullmatch(text)
    if match:
        found: tuple[int, int, int] | None = int(match[1]), int(match[3]), int(match[4])
    else:
        found = read(text) or _ym(text) or _named(text)
    if found is None:
        return math.nan
    try:
        return float(datetime.date(*found).toordinal() - _EPOCH)
    except ValueError:
        return math.nan


def _time(text: str) -> float:
    """Part of a day, less the distance of its zone from UTC."""
    match = _TIME.fullmatch(text.strip())
    if match is None:
        return math.nan
    hour, minute, second = int(match[1]), int(match[2]), int(match[3] or 0)
    if match[5]:
        if not 1 <= hour <= 12:
            return math.nan
        hour = hour % 12 + (12 if match[5][0] in "pP" else 0)
    if hour > 24 or minute > 59 or second > 60 or (hour == 24 and minute + second > 0):
        return math.nan
    seconds = hour * 3600 + minute * 60 + second + (float(f"0.{match[4]}") if match[4] else 0.0)
    if match[7]:
        away = int(match[8]) * 3600 + int(match[9] or 0) * 60
        seconds -= away if match[7] == "+" else -away
    return seconds / 86400


def _year(text: str) -> int:
    """A year of four digits, or of two."""
    return int(text) if len(text) > 2 else int(text) + (1900 if int(text) >= 69 else 2000)


def _dmy(text: str) -> tuple[int, int, int] | None:
    match = _THREE.fullmatch(text) or _DOTTED.fullmatch(text)
    return (_year(match[4]), int(match[3]), int(match[1])) if match else None


def _mdy(text: str) -> tuple[int, int, int] | None:
    match = _THREE.fullmatch(text)
    return (_year(match[4]), int(match[1]), int(match[3])) if match else None


def _ym(text: str) -> tuple[int, int, int] | None:
    match = _YM.fullmatch(text)
    return (int(match[1]), int(match[2]), 1) if match else None


def _my(text: str) -> tuple[int, int, int] | None:
    match = _MY.fullmatch(text)
    return (int(match[2]), int(match[1]), 1) if match else None


def _named(text: str) -> tuple[int, int, int] | None:
    text = _WEEKDAY.sub("", text, count=1) if text[:1].isalpha() else text
    if len(text) > 40:
        return None
    for pattern in _NAMED:
        match = pattern.fullmatch(text)
        if match and _LONG_MONTHS.fullmatch(match["m"].lower()):
            return _year(match["y"]), _MONTHS[match["m"].lower()[:3]], int(match["d"] or 1)
    return None


def _quarter(text: str) -> tuple[int, int, int] | None:
    match = _QUARTER.fullmatch(text)
    return (int(match[1] or match[4]), 3 * int(match[2] or match[3]) - 2, 1) if match else None


def _compact(text: str) -> tuple[int, int, int] | None:
    match = _COMPACT.fullmatch(text)
    return (int(match[1]), int(match[2]), int(match[3])) if match else None


def _lone_year(text: str) -> tuple[int, int, int] | None:
    match = _LONE_YEAR.fullmatch(text)
    return (int(match[1]), 1, 1) if match else None


def _none(text: str) -> tuple[int, int, int] | None:
    return None


_READERS: dict[str, Callable[[str], tuple[int, int, int] | None]] = {
    "ymd": _none,
    "dmy": _dmy,
    "mdy": _mdy,
    "my": _my,
    "quarter": _quarter,
    "compact": _compact,
    "year": _lone_year,
}
SECONDS = {"unix": 1.0, "unix_ms": 1000.0}
