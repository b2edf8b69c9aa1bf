"""Cells of text: what is missing, and what number or amount of money a text says.

Every function is a pure function of each cell: its neighbours never change what a cell means.
"""

from __future__ import annotations

import datetime
import json
import math
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from .moments import dates, find_date_format

__all__ = ["LARGEST", "MISSING", "dates", "find_date_format", "find_decimal", "is_missing", "money", "numbers", "text_of"]

Cell = str | None

LARGEST = 1e30
"""Numbers beyond it are taken for missing: float32 ends at 3e38, and their squares must fit."""

MISSING = frozenset(
    {"", "na", "n/a", "n.a.", "#n/a", "#na", "<na>", "nan", "-nan", "nat", "null", "(null)", "none", "nil", "?", "-", "--", "—", "–", ".", "missing"}
)
"""What people write for no value, case-folded and without blanks around."""

_GROUPED = {
    ".": re.compile(r"\d{1,3}(?:,\d{2,3})*,\d{3}(?:\.\d*)?|\d{1,3}(?:[ '’]\d{3})+(?:\.\d*)?", re.ASCII),
    ",": re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d*)?|\d{1,3}(?:[ '’]\d{3})+(?:,\d*)?", re.ASCII),
}
"""Numbers with thousands separators, by decimal sign."""
_LITERAL = {sign: re.compile(rf"(?:\d+(?:[{sign}]\d*)?|[{sign}]\d+)(?:[eE][-+]?\d+)?", re.ASCII) for sign in ".,"}
_QUICK = {
    ".": re.compile(r"\s*(-?)[$€£]?(\d{1,3}(?:,\d{3})*(?:\.\d+)?)(?: ?[€$£])?\s*", re.ASCII),
    ",": re.compile(r"\s*(-?)[$€£]?(\d{1,3}(?:\.\d{3})*(?:,\d+)?)(?: ?[€$£])?\s*", re.ASCII),
}
"""Most amounts of money, in one match."""
_MINUS = "−‐‑‒–—﹣－"
_CODES = (
    "usd|eur|gbp|chf|jpy|cny|rmb|inr|aud|cad|nzd|sgd|hkd|sek|nok|dkk|isk|pln|czk|huf|ron|bgn|rub|uah|try|ils|zar|brl|mxn|ars|clp|cop|pen"
    "|krw|thb|idr|myr|php|vnd|aed|sar|egp|ngn|kes|pkr|bdt|lkr|btc|eth|rs|kr|zł|kč|ft|lei|лв|руб|tl|rm|rp|fr|euros?|dollars?"
)
_SIGN = rf"(?:(?:us|a|au|c|ca|nz|hk|s|r|mx|nt)?[$¢]|[€£¥₹₽₩₪₺₫₴₦₱฿₿¤＄￡￥]|(?:{_CODES})\.?)"
_AMOUNT = re.compile(
    rf"(?P<open>\()?\s*(?P<sign>[-+])?\s*(?:{_SIGN})?\s*(?P<sign2>[-+])?\s*(?P<number>\d(?:[\d.,'’ ]*\d)?|[.,]\d+)(?:[.,]--?|[.,])?\s*(?P<size>k|m|mn|mio|b|bn|mrd)?\.?"
    rf"\s*(?:{_SIGN})?\s*(?P<sign3>-)?\s*(?P<close>\))?",
    re.IGNORECASE,
)
_SIZES = {"k": 1e3, "m": 1e6, "mn": 1e6, "mio": 1e6, "b": 1e9, "bn": 1e9, "mrd": 1e9}


def is_missing(cell: Cell) -> bool:
    """Whether a cell of a number, date or money column says that there is no value.

    >>> is_missing(" N/A "), is_missing("0")
    (True, False)
    """
    return cell is None or cell.strip().casefold() in MISSING


def numbers(cells: Iterable[Cell], decimal: str = ".") -> np.ndarray:
    """Text to numbers.

    Thousands separators, blanks, a percent sign (dropped: `12 %` is 12), a leading plus and the minus signs of typographers
    are understood. With a decimal comma, a text that can only mean a decimal point is read so too.

    Args:
        cells: Texts; None is missing.
        decimal: `.` or `,`.

    Returns:
        float64, shape `(n,)`; NaN where a cell is missing, no number, not finite, or beyond `LARGEST`.

    >>> numbers(["1,234.5", " 7 ", "−3", "12 %", "many", None, "1e400"]).tolist()
    [1234.5, 7.0, -3.0, 12.0, nan, nan, nan]
    >>> numbers(["1.234,5", "0,5"], decimal=",").tolist()
    [1234.5, 0.5]
    """
    return _all(cells, lambda cell: _number(cell, decimal), decimal)


def money(cells: Iterable[Cell], decimal: str = ".") -> np.ndarray:
    """Amounts of money to numbers: currency signs and codes, accounting parentheses, and `K`, `M`, `bn` after the number.

    Args:
        cells: Texts; None is missing.
        decimal: `.` or `,`.

    Returns:
        float64, shape `(n,)`, as `numbers` gives them.

    >>> money(["$84,835.00 ", "(12.50)", "€1.5M", "-£3", "CHF 1'200.-", "free"]).tolist()
    [84835.0, -12.5, 1500000.0, -3.0, 1200.0, nan]
    >>> money(["1.234,56 €"], decimal=",").tolist()
    [1234.56]
    """
    return _all(cells, lambda cell: _money(cell, decimal), decimal)


def find_decimal(cells: Sequence[Cell]) -> str:
    """The decimal sign of a column of numbers or money: the one under which more cells are numbers, else the point."""
    kept = [cell for cell in dict.fromkeys(cells) if cell and ("," in cell or "." in cell)][:20_000]
    point, comma = (int(np.isfinite(money(kept, sign)).sum()) for sign in ".,")
    return "," if comma > point else "."


def text_of(value: Any, decimal: str = ".") -> str | None:
    """The cell that a typed value stands for, None for a missing one.

    Args:
        value: A number, truth value, date, text, or nested JSON value.
        decimal: Sign with which the column's numbers are written.

    >>> [text_of(value) for value in (3, 3.0, 0.1, True, None, float("nan"), "a")]
    ['3', '3', '0.1', 'true', None, None, 'a']
    """
    if isinstance(value, np.generic):
        value = value.astype("datetime64[us]").item() if isinstance(value, np.datetime64) else value.item()
    if value is None or isinstance(value, str) or value != value:  # noqa: PLR0124  # NaN and NaT differ from themselves
        return value if isinstance(value, str) else None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return (str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)).replace(".", decimal)
    if isinstance(value, dict | list | tuple):
        return json.dumps(value, ensure_ascii=False, default=str)
    return value.isoformat() if isinstance(value, datetime.date | datetime.time) else str(value)


def _all(cells: Iterable[Cell], read: Callable[[str], float], decimal: str) -> np.ndarray:
    """Each cell as a float literal where it is one, else by `read`, each different text once."""
    comma = decimal == ","
    known: dict[Cell, float] = {None: math.nan, "": math.nan}
    values: list[float] = []
    for cell in cells:
        value = known.get(cell)
        if value is None and cell is not None:
            try:
                value = float(_turned(cell) if comma else cell)
            except ValueError:
                known[cell] = value = read(cell)
        values.append(math.nan if value is None else value)
    result = np.array(values, dtype=np.float64).reshape(-1)
    result[~(np.abs(result) <= LARGEST)] = np.nan
    return result


def _turned(cell: str) -> str:
    """A literal with a decimal comma as one with a point; a point may stand for thousands, so it is left to the slow reading."""
    if "." in cell:
        raise ValueError
    return cell.replace(",", ".")


def _plain(cell: str) -> str:
    """One form for blanks, digits and signs that look alike; empty where a digit is raised or a fraction."""
    if not cell.isascii():
        if any(unicodedata.category(letter) == "No" for letter in cell):
            return ""
        cell = unicodedata.normalize("NFKC", cell)
    text = cell.strip()
    return "-" + text[1:].lstrip() if text[:1] and text[0] in _MINUS else text


def _number(cell: str, decimal: str) -> float:
    """A number with thousands separators, a percent sign or odd signs, else NaN."""
    text = _plain(cell).removesuffix("%").rstrip()
    sign = -1.0 if text.startswith("-") else 1.0
    return sign * _unsigned(text[1:].lstrip() if text[:1] in {"-", "+"} else text, decimal)


def _money(cell: str, decimal: str) -> float:
    """An amount of money, else NaN."""
    quick = _QUICK[decimal].fullmatch(cell)
    if quick:
        thousands, point = (",", ".") if decimal == "." else (".", ",")
        amount = float(quick[2].replace(thousands, "").replace(point, "."))
        return -amount if quick[1] else amount
    match = _AMOUNT.fullmatch(_plain(cell)) if len(cell) <= 60 else None
    if match is None or bool(match["open"]) != bool(match["close"]):
        return math.nan
    minus = [match["sign"], match["sign2"], match["sign3"]].count("-") + bool(match["open"])
    size = _SIZES[match["size"].lower()] if match["size"] else 1.0
    return math.nan if minus > 1 else (-size if minus else size) * _unsigned(match["number"].strip(), decimal)


def _unsigned(text: str, decimal: str) -> float:
    """Digits with one decimal sign and perhaps thousands separators."""
    if _GROUPED[decimal].fullmatch(text):
        thousands, point = (",", ".") if decimal == "." else (".", ",")
        return float(text.replace(thousands, "").replace(" ", "").replace("'", "").replace("’", "").replace(point, "."))
    if _LITERAL[decimal].fullmatch(text):
        return float(text.replace(decimal, "."))
    # In a column of decimal commas 1.5 and 1,234.56 can only mean a point. The reverse is left unread, so that `find_decimal` can tell.
    return _unsigned(text, ".") if decimal == "," else math.nan
