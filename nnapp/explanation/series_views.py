"""An explanation of series as reports: which stretches of which channels move the answers."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from nnapp.explanation.result import Explanation
from nnapp.explanation.views import caveats, row_headline
from nnapp.reports import Headline, Report

MOST_STRETCHES = 20
"""Stretches into which the steps are divided to be told of."""


def edges(steps: int, most: int = MOST_STRETCHES) -> NDArray[np.int64]:
    """Where each stretch begins, and the end: of about the same length.

    >>> edges(7, 3).tolist()
    [0, 2, 5, 7]
    """
    return np.round(np.linspace(0, steps, min(steps, most) + 1)).astype(np.int64)


def stretch_importance(explanation: Explanation, output: str | None = None, top: int = 40) -> Report:
    """How much each stretch of each channel moves the answers, most first.

    Table: `column` (channel and steps), `importance` (mean absolute sum over the stretch), `share` of all movement 0-1,
    `direction` (always missing: a stretch has no one value), `channel`, `start`, `stop` (steps from 0, the end excluded).
    """
    values = explanation.of(output)
    bounds = edges(values.shape[1])
    summed = np.stack([values[:, low:high].sum(axis=1) for low, high in pairwise(bounds)], axis=1)
    size = np.abs(summed).mean(axis=0)  # (stretches, columns)
    lines = [
        (_name(explanation, channel, int(bounds[place]), int(bounds[place + 1])), size[place, index], channel, int(bounds[place]), int(bounds[place + 1]))
        for index, channel in enumerate(explanation.columns)
        for place in range(len(bounds) - 1)
    ]
    table = pd.DataFrame(lines, columns=["column", "importance", "channel", "start", "stop"])
    table.insert(2, "share", table["importance"] / (float(table["importance"].sum()) or 1.0))
    table.insert(3, "direction", np.nan)
    table = table.sort_values("importance", ascending=False, kind="stable", ignore_index=True).head(top)
    first = None if table.empty else str(table["column"].iloc[0])
    headline: Headline = {"unit": explanation.unit, "rows": len(explanation), "first": first}
    title = f"Most movement comes from {first}: {table['share'].iloc[0]:.0%} of all" if first else "Which steps move the answers"
    return Report("stretches", title, table, headline, caveats(explanation))


def one_series(explanation: Explanation, row: int, output: str | None = None) -> Report:
    """What every stretch of one series did to its answer.

    Table, in the order of columns and steps: `column`, `channel`, `start`, `stop`, `attribution`. Headline: see `row_headline`.
    """
    values = explanation.of(output)[row]
    bounds = edges(len(values))
    lines = [
        (_name(explanation, channel, int(low), int(high)), channel, int(low), int(high), float(values[low:high, index].sum()))
        for index, channel in enumerate(explanation.columns)
        for low, high in pairwise(bounds)
    ]
    table = pd.DataFrame(lines, columns=["column", "channel", "start", "stop", "attribution"])
    return Report("one_series", _title(explanation, row, table, output), table, row_headline(explanation, row, output), caveats(explanation))


def _title(explanation: Explanation, row: int, table: pd.DataFrame, output: str | None) -> str:
    """The finding in words: where most of what speaks for the answer lies."""
    best = table.iloc[int(table["attribution"].abs().to_numpy().argmax())]
    total = float(table["attribution"].abs().sum()) or 1.0
    what, share = explanation.explained_class(row, output), abs(best["attribution"]) / total
    if explanation.task.is_number:
        way = f"pushing {what} {'up' if best['attribution'] > 0 else 'down'}"
    else:
        way = f"{'for' if best['attribution'] > 0 else 'against'} {what}"
    return f"Most comes from {best['column']}: {share:.0%} of all movement, {way}; the answer is {explanation.answer(row)}"


def _name(explanation: Explanation, channel: str, start: int, stop: int) -> str:
    """A stretch in words; of a forecast counted back from its beginning."""
    if explanation.task.kind == "forecasting":
        steps = explanation.values.shape[1]
        near, far = steps - stop + 1, steps - start
        where = f"{far} to {near} steps before" if far != near else ("the last step" if far == 1 else f"{far} steps before")
    else:
        where = f"steps {start + 1} to {stop}" if stop - start > 1 else f"step {start + 1}"
    measured = 1 if explanation.series is None else explanation.series.shape[2]
    return where if measured == 1 and channel == explanation.columns[0] else f"{where} of {channel}"
