"""Tables and sentences for a person at a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table


def number(value: object) -> str:
    """At most three significant digits; a dash for what does not exist.

    >>> number(0.123456), number(None), number(20640), number(47077.3)
    ('0.123', '-', '20640', '47077')
    """
    if value is None:
        return "-"
    if isinstance(value, float):
        return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"
    return str(value)


def table(console: Console, headings: Iterable[str], rows: Iterable[Iterable[object]], title: str | None = None) -> None:
    """Print a table; every cell is data, never markup."""
    drawn = Table(*headings, title=title, title_justify="left", box=None, pad_edge=False, header_style="bold")
    for row in rows:
        drawn.add_row(*(escape(number(cell)) for cell in row))
    console.print(drawn)


def scores(console: Console, result: Mapping[str, Any]) -> None:
    """The test metrics with their intervals, and each baseline's beside them."""
    baselines: Mapping[str, Mapping[str, float]] = result.get("baselines") or {}
    intervals: Mapping[str, Any] = result.get("intervals") or {}
    rows = []
    for name, value in (result.get("test") or {}).items():
        low, high = intervals.get(name) or (None, None)
        span = "-" if low is None else f"{number(low)} to {number(high)}"
        rows.append([name, value, span, *(baseline.get(name) for baseline in baselines.values())])
    table(console, ["metric (test part)", "network", "95 % interval", *baselines], rows)


def say(console: Console, text: str) -> None:
    """Print a sentence that may hold a user's words."""
    console.print(escape(text), highlight=False)
