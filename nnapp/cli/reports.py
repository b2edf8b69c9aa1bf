"""Reports at the terminal."""

from __future__ import annotations

from typing import Any

from rich.console import Console

from nnapp.cli.show import say, table

MOST_ROWS = 20


def show_reports(reports: dict[str, Any], console: Console) -> None:
    """Print every report: title, the first rows of its table, caveats."""
    for report in reports.values():
        say(console, f"\n{report['title']}")
        rows = report["table"]
        if rows:
            table(console, rows[0], (row.values() for row in rows[:MOST_ROWS]))
        if len(rows) > MOST_ROWS:
            say(console, f"… and {len(rows) - MOST_ROWS} rows more; --json prints all of them.")
        for caveat in report["caveats"]:
            say(console, caveat)
