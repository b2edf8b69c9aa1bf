"""Whether the network is as sure as it should be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from nnapp.charts.chart import CHARTS, Chart, described
from nnapp.charts.text import count, percent
from nnapp.charts.theme import TOKENS, Theme, Tokens, blank, note, rgba
from nnapp.reports import Report

if TYPE_CHECKING:
    import plotly.graph_objects as go

_SPLIT = 0.24
"""Share of the height that the counts below take."""


@CHARTS.register("calibration")
def calibration(report: Report, *, theme: Theme = "light") -> Chart:
    """Draw how often answers are right by how sure the network was, with the counts below.

    Args:
        report: Of the evaluation `calibration`.
        theme: Light or dark.
    """
    tokens, table = TOKENS[theme], report.table
    figure = blank(theme, y="share that is right", height=440)
    start = min(0.5, float(table["low"].min())) if len(table) else 0.0
    figure.add_scatter(x=[start, 1], y=[start, 1], mode="lines", line={"color": tokens.muted, "width": 1, "dash": "dot"}, hoverinfo="skip", name="honest")
    note(figure, "too modest", 0.02, 0.99, tokens.muted, xref="paper", yref="paper", yanchor="top")
    note(figure, "too sure", 0.98, _SPLIT + 0.1, tokens.muted, xref="paper", yref="paper", xanchor="right", yanchor="bottom")
    size = np.sqrt(table["count"] / max(1, table["count"].max()))
    figure.add_scatter(
        x=table["confidence"],
        y=table["accuracy"],
        mode="lines+markers",
        line={"color": tokens.test, "width": 2},
        marker={"size": 6 + 10 * size, "color": tokens.test, "line": {"color": tokens.card, "width": 1.5}},
        error_y={
            "type": "data", "symmetric": False, "array": table["accuracy_high"] - table["accuracy"], "arrayminus": table["accuracy"] - table["accuracy_low"],
            "color": rgba(tokens.test, 0.55), "thickness": 1.2, "width": 0,
        },
        hovertext=[
            f"{percent(row['confidence'])} sure, right <b>{percent(row['accuracy'])}</b><br>{count(int(row['count']), 'answer')}"
            for row in table.to_dict("records")
        ],
        hovertemplate="%{hovertext}<extra></extra>",
        name="test",
    )  # fmt: skip
    _counts(figure, table, tokens)
    figure.update_xaxes(title_text="how sure the network was of its answer", tickformat=".0%", range=[start - 0.01, 1.01], anchor="y2", nticks=7)
    title = _title(report)
    caption = "On the dotted line the network is as sure as it is right; below it is too sure. Bars count the answers; whiskers are 95 % intervals."
    return Chart(figure, title, caption, described(["Calibration", title]), report.table)


def _counts(figure: go.Figure, table: pd.DataFrame, tokens: Tokens) -> None:
    """Bars of how many answers were that sure, below the curve."""
    figure.add_bar(
        x=(table["low"] + table["high"]) / 2, y=table["count"], width=(table["high"] - table["low"]) * 0.9, marker_color=rgba(tokens.muted, 0.45), yaxis="y2",
        hovertemplate="<b>%{y:,}</b> answers<extra></extra>", name="answers",
    )  # fmt: skip
    side = figure.layout.yaxis
    figure.update_layout(
        yaxis={"domain": [_SPLIT + 0.08, 1], "tickformat": ".0%"},
        yaxis2={
            "domain": [0, _SPLIT], "anchor": "x", "gridcolor": side.gridcolor, "tickfont": side.tickfont.to_plotly_json(), "nticks": 3,
            "title": {"text": "answers", "font": side.title.font.to_plotly_json(), "standoff": 8}, "automargin": True, "zeroline": False,
        },
    )  # fmt: skip


def _title(report: Report) -> str:
    ece, over = float(report.headline.get("ece") or 0.0), float(report.headline.get("overconfidence") or 0.0)
    if ece < 0.03:
        return f"Its confidence can be taken at its word: off by {100 * ece:.1f} points on average"
    worst = report.table.assign(gap=(report.table["confidence"] - report.table["accuracy"]) * np.sqrt(report.table["count"]))
    if over > 0.5 * ece:
        row = worst.loc[[worst["gap"].to_numpy().argmax()]].iloc[0]
        return f"The network is too sure of itself: {percent(row['confidence'])} sure is right {percent(row['accuracy'])} of the time"
    if over < -0.5 * ece:
        row = worst.loc[[worst["gap"].to_numpy().argmin()]].iloc[0]
        return f"The network is too modest: {percent(row['confidence'])} sure is right {percent(row['accuracy'])} of the time"
    return f"Its confidence is off by {100 * ece:.0f} points on average, in both directions"
