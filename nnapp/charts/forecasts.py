"""Forecasts: how the error grows, and single ones beside the truth."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from nnapp.charts.chart import CHARTS, Chart, described
from nnapp.charts.text import brief, percent, short
from nnapp.charts.theme import TOKENS, Theme, blank, rgba
from nnapp.reports import Report

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go


@CHARTS.register("error_by_step")
def error_by_step(report: Report, *, theme: Theme = "light") -> Chart:
    """Draw the mean absolute error over the steps ahead, a line a target.

    Args:
        report: Of the evaluation `error_by_step`.
        theme: Light or dark.
    """
    tokens, table, headline = TOKENS[theme], report.table, report.headline
    figure = blank(theme, x=f"steps ahead ({headline['step']})", y="mean absolute error", height=320)
    names = list(dict.fromkeys(table["target"]))
    for index, name in enumerate(names[:8]):
        rows = table[table["target"] == name]
        figure.add_scatter(
            x=rows["step"], y=rows["mae"], mode="lines+markers", name=short(str(name), 30),
            line={"color": tokens.test if len(names) == 1 else tokens.categorical[index], "width": 2}, marker={"size": 5},
        )  # fmt: skip
    figure.update_layout(showlegend=len(names) > 1)
    figure.update_yaxes(rangemode="tozero")
    title = f"The error of {short(str(headline['target']), 40)} {_growth(table[table['target'] == headline['target']])}"
    caption = "Each point is the mean error of all forecasts so many steps ahead. A steep line says that the far end is guesswork."
    return Chart(figure, title, caption, described(["Error by step", title]), table)


def _growth(rows: pd.DataFrame) -> str:
    """What becomes of the error from step to step, as the end of a sentence."""
    errors = rows["mae"].to_numpy(np.float64)
    first, last, at = float(errors[0]), float(errors[-1]), int(errors.argmax())
    ends = f"{brief(first)} one step ahead, {brief(last)} at the end of the horizon"
    if float(errors[at]) > 1.25 * max(first, last):
        return f"is largest {rows['step'].iloc[at]} steps ahead, {brief(float(errors[at]))}: {ends}"
    return f"{'grows' if last > 1.1 * first else 'falls' if last < 0.9 * first else 'hardly changes'}: {ends}"


@CHARTS.register("forecast_and_truth")
def forecast_and_truth(report: Report, *, theme: Theme = "light") -> Chart:
    """Draw some forecasts over what came.

    Args:
        report: Of the evaluation `forecast_and_truth`.
        theme: Light or dark.
    """
    tokens, table, headline = TOKENS[theme], report.table, report.headline
    figure = blank(theme, x=f"steps ahead ({headline['step']}), origin after origin", y=short(str(headline["target"]), 40), height=360)
    at = 0
    for origin, rows in table.groupby("origin", sort=True):
        x = (rows["step"] + at).tolist()
        first = origin == table["origin"].min()
        if "low" in rows:
            band(figure, x, rows["low"].tolist(), rows["high"].tolist(), theme=theme, named=bool(first))
        figure.add_scatter(x=x, y=rows["true"], mode="lines", name="truth", showlegend=bool(first), line={"color": tokens.muted, "width": 2})
        figure.add_scatter(
            x=x, y=rows["predicted"], mode="lines", name="forecast", showlegend=bool(first), line={"color": tokens.test, "width": 2, "dash": "dot"}
        )
        at += len(rows) + 2
    off = (table["predicted"] - table["true"]).abs().groupby(table["origin"]).mean()
    title = f"Forecasts are off by {brief(float(off.min()))} at the best origin shown and {brief(float(off.max()))} at the worst"
    caption = "Solid is what came, dotted what was forecast; the pieces stand side by side, each from an origin of its own."
    caption += " The band is the interval that was given." if "low" in table else ""
    return Chart(figure, title, caption, described(["Forecasts beside the truth", title]), table)


@CHARTS.register("interval")
def interval(report: Report, *, theme: Theme = "light") -> Chart:
    """Draw how often the truth lay inside the interval, step by step, beside what was asked.

    Args:
        report: Of the evaluation `interval`.
        theme: Light or dark.
    """
    tokens, table, headline = TOKENS[theme], report.table, report.headline
    figure = blank(theme, x=f"steps ahead ({headline['step']})", y="inside the interval", height=320)
    if headline["asked"] is None:
        title = "No interval was asked for"
        return Chart(figure, title, "Set data.interval to the share that an interval shall hold.", described(["Interval", title]), table)
    names = list(dict.fromkeys(table["target"]))
    for index, name in enumerate(names[:8]):
        rows = table[table["target"] == name]
        figure.add_scatter(
            x=rows["step"], y=rows["inside"], mode="lines+markers", name=short(str(name), 30),
            line={"color": tokens.test if len(names) == 1 else tokens.categorical[index], "width": 2}, marker={"size": 5},
        )  # fmt: skip
    asked, inside = float(headline["asked"]), float(headline["inside"] or 0)
    figure.add_hline(y=asked, line={"color": tokens.muted, "width": 1.5, "dash": "dash"}, annotation_text=f"asked: {percent(asked)}")
    figure.update_layout(showlegend=len(names) > 1)
    figure.update_yaxes(range=[0, 1.05], tickformat=".0%")
    title = f"The true value of {short(str(headline['target']), 40)} lay inside {percent(inside)} of the time; {percent(asked)} was asked"
    first, last = brief(float(headline["first"] or 0)), brief(float(headline["last"] or 0))
    caption = (
        f"Each point is the share of the forecasts so many steps ahead whose interval held the truth. It is {first} wide one step ahead and {last} at the end."
    )
    return Chart(figure, title, caption, described(["Share inside the interval by step", title]), table)


def forecast_fan(past: pd.DataFrame, ahead: pd.DataFrame, *, name: str, asked: float | None = None, theme: Theme = "light") -> Chart:
    """Draw one series, what is forecast of it, and the band in which it shall lie.

    Args:
        past: `when` and `value`, at least one row.
        ahead: `when` and `prediction`; `low` and `high` where there is an interval.
        name: Of what is forecast.
        asked: Share of the truths that shall lie in the band.
        theme: Light or dark.
    """
    import pandas as pd

    tokens = TOKENS[theme]
    figure = blank(theme, y=short(name, 40), height=380)
    last = past.iloc[-1]
    when = [last["when"], *ahead["when"]]
    if "low" in ahead:
        band(figure, when, [last["value"], *ahead["low"]], [last["value"], *ahead["high"]], theme=theme)
    figure.add_scatter(x=past["when"], y=past["value"], mode="lines", name="so far", line={"color": tokens.muted, "width": 2})
    figure.add_scatter(x=when, y=[last["value"], *ahead["prediction"]], mode="lines", name="forecast", line={"color": tokens.test, "width": 2, "dash": "dot"})
    figure.update_layout(showlegend=True, legend={"orientation": "h", "y": 1, "yanchor": "bottom", "x": 0}, margin_t=28)
    end = ahead.iloc[-1]
    title = f"{short(name, 40)} goes from {brief(float(last['value']))} to {brief(float(end['prediction']))} by {end['when']}"
    caption = "Solid is what was, dotted what is forecast."
    if "low" in ahead:
        title += f", most likely between {brief(float(end['low']))} and {brief(float(end['high']))}"
        share = "most" if asked is None else percent(asked)
        caption += f" The band shall hold {share} of the true values; the Results page says how many it held where the truth is known."
    table = pd.concat([past.rename(columns={"value": "so far"}), ahead.rename(columns={"prediction": "forecast"})], ignore_index=True)
    return Chart(figure, title, caption, described(["A series and its forecast", title]), table)


def band(figure: go.Figure, x: Sequence[object], low: Sequence[float], high: Sequence[float], *, theme: Theme, named: bool = True) -> None:
    """Fill between the ends of an interval, under all that is drawn later."""
    colour = rgba(TOKENS[theme].test, 0.18)
    line = {"width": 0, "color": colour}
    figure.add_scatter(x=list(x), y=list(high), mode="lines", line=line, showlegend=False, hoverinfo="skip")
    figure.add_scatter(x=list(x), y=list(low), mode="lines", line=line, fill="tonexty", fillcolor=colour, name="interval", showlegend=named, hoverinfo="skip")
