"""ROC and precision-recall curves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from nnapp.charts.chart import CHARTS, Chart, described
from nnapp.charts.text import label, percent, safe, short
from nnapp.charts.theme import TOKENS, Theme, blank, note, rgba
from nnapp.reports import Report

if TYPE_CHECKING:
    import plotly.graph_objects as go

_NAMED = 4
"""Curves that get a colour and a label; with more classes these are the weakest and the others are grey."""


@CHARTS.register("roc")
def roc(report: Report, *, theme: Theme = "light") -> Chart:
    """Draw positives found against false alarms.

    Args:
        report: Of the evaluation `roc`.
        theme: Light or dark.
    """
    figure = blank(theme, x="false alarms, share of the others", y="found, share of the class", height=400)
    tokens = TOKENS[theme]
    figure.add_scatter(x=[0, 1], y=[0, 1], mode="lines", line={"color": tokens.muted, "width": 1, "dash": "dot"}, hoverinfo="skip", name="guessing")
    note(figure, "guessing", 0.30, 0.26, tokens.muted, textangle=0)
    areas = _areas(report, "auc: ")
    _curves(figure, report.table, areas, ("false_positive_rate", "true_positive_rate"), theme)
    _list(figure, areas, 0.98, "area", theme)
    _frame(figure)
    title = _roc_title(areas)
    caption = "Moving the threshold walks along the curve: the sooner it rises, the fewer false alarms each find costs. The dotted line is guessing."
    return Chart(figure, title, caption, described(["ROC curve", title, _said(areas, "area")]), report.table)


@CHARTS.register("precision_recall")
def precision_recall(report: Report, *, theme: Theme = "light") -> Chart:
    """Draw precision against recall.

    Args:
        report: Of the evaluation `precision_recall`.
        theme: Light or dark.
    """
    figure = blank(theme, x="recall: share of the class that is found", y="precision: share of the finds that are right", height=400)
    areas = _areas(report, "ap: ")
    if len(areas) == 1:
        share = float(report.headline.get(f"share: {next(iter(areas))}") or 0.0)
        figure.add_hline(y=share, line={"color": TOKENS[theme].muted, "width": 1, "dash": "dot"})
        note(figure, f"guessing, {percent(share)}", 0.02, share, TOKENS[theme].muted, yanchor="bottom" if share < 0.9 else "top")
    _curves(figure, report.table, areas, ("recall", "precision"), theme)
    _list(figure, areas, 0.02, "average precision", theme)
    _frame(figure)
    title = _pr_title(report.table, areas)
    caption = "To the right more of the class is found; how far the curve stays up is how pure the finds remain."
    return Chart(figure, title, caption, described(["Precision-recall curve", title, _said(areas, "average precision")]), report.table)


def _areas(report: Report, head: str) -> dict[str, float]:
    """Area by class, the smallest first."""
    found = {name: float(report.headline.get(head + name) or 0.0) for name in dict.fromkeys(report.table["class"])}
    return dict(sorted(found.items(), key=lambda pair: pair[1]))


def _colour(place: int, total: int, theme: Theme) -> str:
    """Of the curve at this place among `total`, the smallest area first."""
    tokens = TOKENS[theme]
    if total == 1:
        return tokens.test
    return tokens.categorical[place] if place < _NAMED else rgba(tokens.muted, 0.35)


def _curves(figure: go.Figure, table: pd.DataFrame, areas: dict[str, float], axes: tuple[str, str], theme: Theme) -> None:
    """The grey ones first, so that the named ones lie on top."""
    for place, name in reversed(list(enumerate(areas))):
        rows = table[table["class"] == name]
        named = place < _NAMED
        figure.add_scatter(
            x=rows[axes[0]],
            y=rows[axes[1]],
            mode="lines",
            name=label(name, 40),
            line={"color": _colour(place, len(areas), theme), "width": 2.4 if named else 1.2, "shape": "linear"},
            text=[f"{value:.3g}" for value in rows["threshold"]],
            hovertemplate=f"{safe(short(name, 60))}, threshold %{{text}}<br>%{{x:.0%}} · <b>%{{y:.0%}}</b><extra></extra>",
        )


def _list(figure: go.Figure, areas: dict[str, float], x: float, what: str, theme: Theme) -> None:
    """Names and areas of the curves in the corner that curves leave free, the weakest at the bottom."""
    named = list(areas)[:_NAMED]
    right = x > 0.5
    lines = [(f"{what if len(areas) == 1 else short(name, 20)} {areas[name]:.3f}", _colour(place, len(areas), theme)) for place, name in enumerate(named)]
    if len(areas) > len(named):
        lines.append((f"{len(areas) - len(named)} others, better", TOKENS[theme].muted))
    for place, (text, colour) in enumerate(lines):
        note(figure, text, x, 0.04, colour, xanchor="right" if right else "left", yshift=18 * place, font_size=13)


def _frame(figure: go.Figure) -> None:
    figure.update_xaxes(range=[-0.01, 1.01], tickformat=".0%", nticks=6)
    figure.update_yaxes(range=[-0.01, 1.02], tickformat=".0%", nticks=6)


def _roc_title(areas: dict[str, float]) -> str:
    if not areas:
        return "There is no curve: examples of one class only"
    name, area = next(iter(areas.items()))
    who = short(name, 30)
    if len(areas) == 1:
        return f"An example of {who} scores above one of the others {percent(area)} of the time"
    if area > 0.995:
        return f"Every class is told apart; the hardest is {who}, area {area:.3f}"
    return f"{who} is the hardest class to tell apart: it scores above the others {percent(area)} of the time"


def _pr_title(table: pd.DataFrame, areas: dict[str, float]) -> str:
    if not areas:
        return "There is no curve: examples of one class only"
    name, area = next(iter(areas.items()))
    if len(areas) > 1 and area > 0.995:
        return f"Every class is found cleanly; the hardest is {short(name, 30)}, average precision {area:.3f}"
    if len(areas) > 1:
        return f"{short(name, 30)} is the hardest class to find cleanly: average precision {area:.2f}"
    half = table[table["recall"] >= 0.8]
    best = float(half["precision"].max()) if len(half) else 0.0
    return f"To find 80 % of {short(name, 30)}, {percent(1 - best)} of the finds are false alarms"


def _said(areas: dict[str, float], what: str) -> str:
    return ", ".join(f"{short(name)}: {what} {area:.3f}" for name, area in list(areas.items())[:5])
