"""Forecasts: how the error grows, and single ones beside the truth."""

from __future__ import annotations

from nnapp.charts.chart import CHARTS, Chart, described
from nnapp.charts.text import brief, short
from nnapp.charts.theme import TOKENS, Theme, blank
from nnapp.reports import Report


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
    first, last = float(headline["first"] or 0), float(headline["last"] or 0)
    growth = "grows" if last > 1.1 * first else "falls" if last < 0.9 * first else "hardly changes"
    title = f"The error of {short(str(headline['target']), 40)} {growth}: {brief(first)} one step ahead, {brief(last)} at the end of the horizon"
    caption = "Each point is the mean error of all forecasts so many steps ahead. A steep line says that the far end is guesswork."
    return Chart(figure, title, caption, described(["Error by step", title]), table)


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
        figure.add_scatter(x=x, y=rows["true"], mode="lines", name="truth", showlegend=bool(first), line={"color": tokens.muted, "width": 2})
        figure.add_scatter(
            x=x, y=rows["predicted"], mode="lines", name="forecast", showlegend=bool(first), line={"color": tokens.test, "width": 2, "dash": "dot"}
        )
        at += len(rows) + 2
    off = (table["predicted"] - table["true"]).abs().groupby(table["origin"]).mean()
    title = f"Forecasts are off by {brief(float(off.min()))} at the best origin shown and {brief(float(off.max()))} at the worst"
    caption = "Solid is what came, dotted what was forecast; the pieces stand side by side, each from an origin of its own."
    return Chart(figure, title, caption, described(["Forecasts beside the truth", title]), table)
