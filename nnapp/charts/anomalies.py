"""Watched series: the values with what was expected of them, and the score below with its threshold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from nnapp.charts.chart import CHARTS, Chart, described
from nnapp.charts.text import brief, short
from nnapp.charts.theme import TOKENS, Theme, Tokens, blank, key, note, rgba
from nnapp.reports import Report

if TYPE_CHECKING:
    import plotly.graph_objects as go

SCORE_TOP, VALUE_BOTTOM = 0.3, 0.4
"""Heights of the two panels, as shares of the figure."""


@CHARTS.register("watch")
def watch(report: Report, *, theme: Theme = "light") -> Chart:
    """Draw the series over time with what was expected, what is flagged and what is marked, and the score below.

    Args:
        report: Of the evaluation `watch`.
        theme: Light or dark.
    """
    tokens, table, headline = TOKENS[theme], report.table, report.headline
    channel, x = short(str(headline["channel"]), 40), when(table["stamp"])
    figure = _panels(theme, channel)
    _marks(figure, table, x, tokens)
    figure.add_scatter(x=x, y=table["value"], mode="lines", name="came", line={"color": tokens.muted, "width": 1.2}, showlegend=False)
    figure.add_scatter(x=x, y=table["expected"], mode="lines", name="expected", line={"color": tokens.test, "width": 1.2, "dash": "dot"}, showlegend=False)
    flagged = table["flagged"].to_numpy(bool)
    figure.add_scatter(x=x[flagged], y=table["value"][flagged], mode="markers", name="flagged", marker={"color": tokens.wrong, "size": 5, "symbol": "x"})
    _score(figure, x, table["score"], tokens)
    entries = [("— came", tokens.muted), ("··· expected", tokens.test), ("✕ flagged", tokens.wrong)]
    key(figure, [*entries, *([("■ marked", tokens.neutral)] if (table["marked"] == True).any() else [])])  # noqa: E712  # None is neither
    learned = headline.get("learned")
    if learned is not None:
        begin = when(pd.Series([learned]))[0]
        figure.add_shape(type="line", xref="x", yref="paper", x0=begin, x1=begin, y0=0, y1=1, line={"color": tokens.muted, "width": 1, "dash": "dash"})
        note(figure, "judged from here", begin, 1, tokens.muted, yref="paper", xshift=4, yanchor="top")
    count, highest = int(headline["flagged"] or 0), float(headline["highest"] or 0)
    which = "1 stretch is" if count == 1 else f"{count or 'No'} stretch{'es are' if count else ' is'}"
    title = f"{which} flagged in the judged part of {channel}; its highest score is {brief(highest)}, where 1 is the threshold"
    caption = "Above: what came and what the network expected; a cross is a flagged step. Below: how far apart the two are, and the dashed threshold that makes a flag."
    return Chart(figure, title, caption, described(["The series along time with its score", title]), table)


def answered_rows(table: pd.DataFrame, *, stamp: str, came: np.ndarray[Any, Any] | None = None, channel: str = "", theme: Theme = "light") -> Chart:
    """Draw a table that was brought: the values above, the score below.

    Args:
        table: As the answers' file has it: the stamps, `score` and `prediction` (1 is unusual), in one series.
        stamp: Name of the column with the stamps.
        came: Values of the watched column, one a row; None: the score alone is drawn.
        channel: Name of that column.
        theme: Light or dark.
    """
    tokens, x = TOKENS[theme], when(table[stamp])
    score, flagged = pd.to_numeric(table["score"], errors="coerce"), (pd.to_numeric(table["prediction"], errors="coerce") == 1).to_numpy(bool)
    if came is None:
        figure = blank(theme, y="score (1 is the threshold)", height=260)
        figure.add_scatter(x=x, y=score, mode="lines", line={"color": tokens.test, "width": 1.5})
        figure.add_hline(y=1, line={"color": tokens.wrong, "width": 1, "dash": "dash"})
        figure.update_yaxes(rangemode="tozero")
    else:
        figure = _panels(theme, short(channel, 40))
        figure.add_scatter(x=x, y=came, mode="lines", name="came", line={"color": tokens.muted, "width": 1.2}, showlegend=False)
        figure.add_scatter(x=x[flagged], y=came[flagged], mode="markers", name="flagged", marker={"color": tokens.wrong, "size": 5, "symbol": "x"})
        _score(figure, x, score, tokens)
        key(figure, [("— came", tokens.muted), ("✕ flagged", tokens.wrong)])
    count = int(flagged.sum())
    title = f"{count or 'No'} of {len(table):,} rows {'is' if count == 1 else 'are'} flagged as unusual"
    above = "" if came is None else "Above: what came; a cross is a flagged row. Below: its score. "
    caption = f"{above}A row is flagged where its score lies above the dashed line; gaps are rows that the network could not look at."
    return Chart(figure, title, caption, described(["Score of every row", title]), table)


def when(stamps: pd.Series) -> np.ndarray[Any, Any]:
    """Stamps as plotly places them: moments as they are written, counted steps as numbers."""
    counted = pd.to_numeric(stamps, errors="coerce")
    return np.asarray(counted if counted.notna().all() else stamps.astype(str))


def _panels(theme: Theme, channel: str) -> go.Figure:
    """An empty figure with a panel for the values above and one for the score below, on one axis of time."""
    figure = blank(theme, y=channel, height=440)
    below = figure.layout.yaxis.to_plotly_json()
    figure.update_layout(
        yaxis_domain=[VALUE_BOTTOM, 1],
        yaxis2={**below, "domain": [0, SCORE_TOP], "anchor": "x", "rangemode": "tozero", "title": {**below["title"], "text": "score"}},
        xaxis_anchor="y2",
    )
    return figure


def _score(figure: go.Figure, x: np.ndarray[Any, Any], score: pd.Series, tokens: Tokens) -> None:
    """The score with its threshold, in the lower panel."""
    figure.add_scatter(x=x, y=score, mode="lines", name="score", yaxis="y2", line={"color": tokens.test, "width": 1.5})
    figure.add_shape(type="line", xref="paper", yref="y2", x0=0, x1=1, y0=1, y1=1, line={"color": tokens.wrong, "width": 1, "dash": "dash"})
    note(figure, "threshold", 1, 1, tokens.wrong, xref="paper", yref="y2", xanchor="right", yanchor="bottom")


def _marks(figure: go.Figure, table: pd.DataFrame, x: np.ndarray[Any, Any], tokens: Tokens) -> None:
    """Shade what is marked, over both panels."""
    marked = np.concatenate([[False], (table["marked"] == True).to_numpy(bool), [False]])  # noqa: E712  # None is neither
    edges = np.flatnonzero(marked[1:] != marked[:-1])
    for low, high in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        colour = rgba(tokens.neutral, 0.16)
        figure.add_shape(type="rect", xref="x", yref="paper", x0=x[low], x1=x[high - 1], y0=0, y1=1, fillcolor=colour, line_width=0, layer="below")
