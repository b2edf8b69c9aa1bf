"""Series as lines, one panel over the other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from nnapp.charts.chart import Chart, described
from nnapp.charts.text import label, safe, short
from nnapp.charts.theme import TOKENS, Theme, blank, key, rgba

if TYPE_CHECKING:
    import plotly.graph_objects as go

TALL, LOW = 240, 130
"""Pixels of a panel that stands alone, and of one among others."""
_PARTS = ("train", "validation", "test")


def over_time(
    table: pd.DataFrame, *, panels: Sequence[str], title: str, missing: int = 0, marked: Sequence[tuple[str, str, str]] = (), theme: Theme = "light"
) -> Chart:
    """Draw series over time, the parts in their colours, and a mark under every hole.

    Args:
        table: `panel`, `when`, `value` (NaN where there is none) and `part`.
        panels: In their order, at least one.
        title: What it is, in words.
        missing: Steps without a value, for the caption.
        marked: Panel, first and last stamp of every known anomaly, which is shaded.
        theme: Light or dark.
    """
    tokens, figure = TOKENS[theme], _stacked(panels, theme)
    for place, panel in enumerate(panels, start=1):
        rows = table[table["panel"] == panel].reset_index(drop=True)
        for part in _PARTS:
            own = rows.index[rows["part"] == part]
            if not len(own):
                continue
            drawn = rows.loc[own[0] : own[-1] + 1]  # up to the next part's first value, so that the line goes on
            figure.add_scatter(
                x=drawn["when"], y=drawn["value"], mode="lines", line={"color": tokens.part(part), "width": 1.6}, name=f"{label(panel, 30)}, {part}", row=place, col=1
            )  # fmt: skip
        holes = rows[rows["value"].isna()]
        if len(holes):
            floor = float(rows["value"].min())
            marker = {"symbol": "line-ns", "size": 8, "line": {"width": 1.5, "color": tokens.wrong}}
            figure.add_scatter(x=holes["when"], y=[floor] * len(holes), mode="markers", marker=marker, name="no row in the file", row=place, col=1)
    for panel, first, last in marked:
        axis, colour = "" if panel == panels[0] else str(list(panels).index(panel) + 1), rgba(tokens.neutral, 0.25)
        line = {"width": 1, "color": colour}  # so that a single step is seen
        figure.add_shape(type="rect", xref=f"x{axis}", yref=f"y{axis} domain", x0=first, x1=last, y0=0, y1=1, fillcolor=colour, line=line, layer="below")
    present = [part for part in _PARTS if (table["part"] == part).any()]
    key(
        figure,
        [(f"■ {part}", tokens.part(part)) for part in present]
        + ([("| no row in the file", tokens.wrong)] if missing else [])
        + ([("■ known anomaly", tokens.neutral)] if marked else []),
    )
    caption = "What comes first teaches, what comes next chooses the best epoch, and the latest steps judge at the end."
    if missing:
        caption += " A mark is a step that the file has no row for: it is bridged by a straight line."
    caption += " Shaded are the known anomalies, which the network never sees." if marked else ""
    return Chart(figure, title, caption, described(["Series over time", title]), table)


def by_class(table: pd.DataFrame, *, theme: Theme = "light") -> Chart:
    """Draw a few series of every class, a panel a class; of several channels one series, a line a channel.

    Args:
        table: `panel`, `example`, `channel`, `step` and `value`.
        theme: Light or dark.
    """
    tokens = TOKENS[theme]
    panels = [str(panel) for panel in dict.fromkeys(table["panel"])]
    channels = list(dict.fromkeys(table["channel"]))
    figure = _stacked(panels, theme, x="step")
    for place, panel in enumerate(panels, start=1):
        rows = table[table["panel"] == panel]
        for index, ((channel, example), line) in enumerate(rows.groupby(["channel", "example"], sort=False)):
            colour = tokens.categorical[(channels.index(channel) if len(channels) > 1 else index) % len(tokens.categorical)]
            figure.add_scatter(
                x=line["step"], y=line["value"], mode="lines", line={"color": colour, "width": 1.6}, opacity=0.85,
                name=label(channel, 30) if len(channels) > 1 else f"example {example}", row=place, col=1,
            )  # fmt: skip
    if len(channels) > 1:
        key(figure, [(f"■ {short(str(name), 16)}", tokens.categorical[index]) for index, name in enumerate(channels)])
    title = f"{'One series' if len(channels) > 1 else 'A few series'} of every class, as {'lines' if len(channels) == 1 else 'a line a channel'}"
    if len(panels) == 1:
        title = "A few series as lines"
    caption = "Look whether the panels differ in shape or in height: what your eye can tell apart, a network usually can."
    return Chart(figure, title, caption, described(["Series by class", title]), table)


def _stacked(panels: Sequence[str], theme: Theme, *, x: str = "") -> go.Figure:
    """Panels one over the other on one axis, each with its name."""
    from plotly.subplots import make_subplots

    count = max(1, len(panels))
    height = TALL if count == 1 else LOW * count
    bare = blank(theme, height=height + 60)
    gap = 0.0 if count == 1 else min(0.25 / (count - 1), 30 / height)
    figure = make_subplots(rows=count, cols=1, shared_xaxes=True, vertical_spacing=gap)
    style = bare.layout.yaxis.to_plotly_json()
    figure.update_layout(bare.layout.to_plotly_json() | {"xaxis": {}, "yaxis": {}}, overwrite=False)
    figure.update_xaxes(**style).update_yaxes(**style, nticks=4)
    figure.update_xaxes(title_text=safe(x), row=count, col=1)
    for place, panel in enumerate(panels, start=1):
        axis = "" if place == 1 else str(place)
        figure.add_annotation(
            text=safe(short(panel, 40)), x=0, y=1, xref=f"x{axis} domain", yref=f"y{axis} domain", xanchor="left", yanchor="bottom", showarrow=False,
            font={"size": 12, "color": TOKENS[theme].text},
        )  # fmt: skip
    return figure
