"""The attribution of a series behind its line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from nnapp.charts.attributions import shap_bar
from nnapp.charts.chart import CHARTS, Chart, described
from nnapp.charts.text import count, safe, short, signed
from nnapp.charts.theme import TOKENS, Theme, blank, key, note, rgba
from nnapp.reports import Report

MOST_CHANNELS = 4
_ROW = 150
"""Pixels of a channel's own row."""
_MARKED = 0.3
"""Strength from which a stretch carries its sign too, for those who do not see its colour."""


@CHARTS.register("stretches")
def stretch_bars(report: Report, *, theme: Theme = "light") -> Chart:
    """Draw how much each stretch of a series moves the answers on average.

    Args:
        report: Of the explanation `stretches`.
        theme: Light or dark.
    """
    drawn = shap_bar(report, theme=theme)
    caption = "A bar is how far a stretch of steps moves an answer on average, up or down; percentages are its part of all movement."
    return replace(drawn, title=report.title, caption=caption, alt=described(["Importance of the stretches of a series", report.title]))


def series_attribution(report: Report, values: Mapping[str, NDArray[np.float32]], *, theme: Theme = "light") -> Chart:
    """Draw a series, and behind each stretch of it what the stretch did to the answer.

    Args:
        report: Of the explanation `one_series`.
        values: Of each channel that was measured, one value a step; NaN where there is none.
        theme: Light or dark.
    """
    tokens, table = TOKENS[theme], report.table
    size = table.assign(size=table["attribution"].abs()).groupby("channel")["size"].sum()
    shown = [name for name in size.sort_values(ascending=False, kind="stable").index if name in values][:MOST_CHANNELS]
    shown.sort(key=list(values).index)
    largest = float(table["attribution"].abs().max()) or 1.0
    figure = blank(theme, height=70 + _ROW * max(1, len(shown)))
    gap = 0.06 if len(shown) > 1 else 0.0
    tall = (1 - gap * (len(shown) - 1)) / max(1, len(shown))
    for place, name in enumerate(shown):
        axis = "" if place == 0 else str(place + 1)
        top = 1 - place * (tall + gap)
        own = table[table["channel"] == name]
        for row in own.to_dict("records"):
            colour = tokens.diverging[-1] if row["attribution"] > 0 else tokens.diverging[0]
            strength = abs(row["attribution"]) / largest
            figure.add_shape(
                type="rect", xref="x", yref=f"y{axis} domain", x0=row["start"] + 0.5, x1=row["stop"] + 0.5, y0=0, y1=1, line_width=0,
                fillcolor=rgba(colour, round(0.6 * strength, 3)), layer="below",
            )  # fmt: skip
            if strength > _MARKED:
                note(
                    figure,
                    "+" if row["attribution"] > 0 else "−",
                    (row["start"] + row["stop"] + 1) / 2,
                    0,
                    tokens.text,
                    yref=f"y{axis} domain",
                    xanchor="center",
                    yanchor="bottom",
                )
        steps = np.arange(1, len(values[name]) + 1)
        moves = np.zeros(len(steps))
        for row in own.to_dict("records"):
            moves[row["start"] : row["stop"]] = row["attribution"]
        hover = [
            f"step {step}: <b>{value:.4g}</b><br>its stretch moves the answer {signed(move)}"
            for step, value, move in zip(steps, values[name], moves, strict=True)
        ]
        figure.add_scatter(
            x=steps.tolist(), y=np.asarray(values[name], float).tolist(), mode="lines", line={"color": tokens.text, "width": 1.6}, name=safe(short(name, 30)),
            xaxis="x", yaxis=f"y{axis}", hovertext=hover, hovertemplate="%{hovertext}<extra></extra>",
        )  # fmt: skip
        figure.update_layout(
            {
                f"yaxis{axis}": {
                    "automargin": True,
                    "zeroline": False,
                    "nticks": 4,
                    "domain": [max(0.0, top - tall), top],
                    "title": {"text": safe(short(name, 18))},
                }
            }
        )
    figure.update_layout(
        xaxis={
            "anchor": "free",
            "position": 0,
            "title": {"text": "step", "font": {"color": tokens.muted, "size": 13}},
            "range": [0.5, _steps(values) + 0.5],
            "showgrid": False,
        }
    )
    what = short(report.headline.get("explained") or "the answer", 40)
    number = report.headline.get("probability") is None
    up, down = ("up", "down") if number else ("for", "against")
    key(figure, [(f"■ {up}", tokens.diverging[-1]), (f"■ {down}", tokens.diverging[0])])
    says = f"push {what} up, blue ones down" if number else f"speak for {what}, blue ones against it"
    caption = f"The line is what the network saw. Behind it, orange stretches (+) {says} (−); the stronger the colour, the more."
    if (hidden := len(values) - len(shown)) > 0:
        caption += f" {count(hidden, 'channel')} that moved the answer less {'is' if hidden == 1 else 'are'} in the table."
    return Chart(figure, report.title, caption, described(["A series and what its stretches do to the answer", report.title]), table)


def _steps(values: Mapping[str, NDArray[np.float32]]) -> int:
    return max((len(each) for each in values.values()), default=1)
