"""Scores with their intervals: the network beside the baselines, and runs beside each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from nnapp.charts.chart import CHARTS, Chart, described
from nnapp.charts.text import labels, safe, short
from nnapp.charts.theme import TOKENS, Theme, blank, key
from nnapp.metrics import METRICS, text_of_metric
from nnapp.reports import Report

if TYPE_CHECKING:
    import plotly.graph_objects as go

_HEADLINES = ("accuracy", "rmse")
NETWORK = "network"


@CHARTS.register("scores")
def scores_with_intervals(report: Report, *, metric: str | None = None, best: str | None = None, theme: Theme = "light") -> Chart:
    """Draw one metric of the network and of every baseline, each with its 95 % interval.

    Args:
        report: Of the evaluation `scores`, with the baselines.
        metric: Which one; the task's headline when None.
        best: Title of the baseline that the network is told against; the best one by this metric when None.
        theme: Light or dark.
    """
    known = list(dict.fromkeys(report.table["metric"]))
    name = metric or next((each for each in _HEADLINES if each in known), known[0])
    table = report.table[report.table["metric"] == name].dropna(subset=["value"]).reset_index(drop=True)
    tokens = TOKENS[theme]
    colours = [tokens.train if model == NETWORK else tokens.neutral for model in table["model"]]
    figure = _dots(table, "title", name, colours, theme)
    title = _against(table, name, best)
    caption = "Dots are scores on the test part"
    caption += ", bars their 95 % intervals: where bars overlap much, the order may be chance." if _has_bars(table) else "."
    if METRICS[name].higher_is_better is False:
        caption += " Less is better."
    return Chart(figure, title, caption, described([METRICS[name].title, title, _listed(table, "title", name)]), report.table)


@CHARTS.register("runs")
def runs_comparison(table: pd.DataFrame, *, metric: str, theme: Theme = "light") -> Chart:
    """Draw one metric of several runs, the best first.

    Args:
        table: One row a run: `name`, `value`, `low`, `high` (the interval; may be missing), `baseline` (its best baseline's value; may be missing).
        metric: Which metric `value` is.
        theme: Light or dark.
    """
    info, tokens = METRICS[metric], TOKENS[theme]
    numeric = table.astype({name: "float64" for name in ("value", "low", "high", "baseline") if name in table})
    shown = numeric.dropna(subset=["value"]).sort_values("value", ascending=not info.higher_is_better, kind="stable").reset_index(drop=True)
    figure = _dots(shown, "name", metric, [tokens.train] * len(shown), theme)
    if "baseline" in shown and shown["baseline"].notna().any():
        figure.add_scatter(
            x=shown["baseline"], y=list(range(len(shown))), mode="markers", name="best baseline",
            marker={"symbol": "line-ns", "size": 16, "line": {"color": tokens.neutral, "width": 2.5}}, hovertemplate="best baseline<extra></extra>",
        )  # fmt: skip
        key(figure, [("┃ best baseline", tokens.neutral)])
    title = _best_run(shown, metric)
    bars = ", bars their 95 % intervals" if _has_bars(shown) else ""
    caption = f"Dots are scores on each run's own test part{bars}. Runs on differing data or splits cannot be compared."
    return Chart(figure, title, caption, described([f"{info.title} by run", title, _listed(shown, "name", metric)]), table)


def _has_bars(table: pd.DataFrame) -> bool:
    """Whether some score has an interval of any width."""
    return bool((table["high"] > table["low"]).any())


def _dots(table: pd.DataFrame, names: str, metric: str, colours: list[str], theme: Theme) -> go.Figure:
    """Horizontal dots with intervals and their values beside them, the first row on top."""
    info, tokens = METRICS[metric], TOKENS[theme]
    rows = list(range(len(table)))
    figure = blank(theme, x=f"{info.title}{_unit(metric)}", height=96 + 42 * max(2, len(table)))
    for row, colour in zip(table.itertuples(), colours, strict=True):
        figure.add_scatter(
            x=[row.low, row.high], y=[row.Index, row.Index], mode="lines", line={"color": colour, "width": 5}, opacity=0.35, hoverinfo="skip", name="interval"
        )
    texts = [text_of_metric(metric, float(value)) for value in table["value"]]
    hover = [
        f"{safe(short(row[names], 60))}<br><b>{text}</b>{_range(metric, row['low'], row['high'])}"
        for row, text in zip(table.to_dict("records"), texts, strict=True)
    ]
    figure.add_scatter(
        x=table["value"], y=rows, mode="markers+text", text=texts, textposition="top center", textfont={"color": colours, "size": 12},
        marker={"color": colours, "size": 12, "line": {"color": tokens.card, "width": 1.5}},
        hovertext=hover, hovertemplate="%{hovertext}<extra></extra>", name="score",
    )  # fmt: skip
    figure.update_yaxes(tickvals=rows, ticktext=labels(table[names], 24), range=[len(table) - 0.4, -0.7], showgrid=False, tickfont_color=tokens.text)
    figure.update_xaxes(range=_room(table), nticks=5, **({"tickformat": "~%"} if info.unit == "share" else {}))
    return figure


def _room(table: pd.DataFrame) -> list[float] | None:
    """The axis from the lowest to the highest end, with room for the texts."""
    ends = table[["value", "low", "high"]].to_numpy(dtype=np.float64)
    ends = ends[np.isfinite(ends)]
    if not len(ends):
        return None
    pad = 0.1 * float(np.ptp(ends)) or 0.05 * abs(float(ends[0])) or 1.0
    return [float(ends.min()) - pad, float(ends.max()) + pad]


def _unit(metric: str) -> str:
    return {"share": "", "nats": ", nats", "target": ", in the target's units", "target squared": ", in the target's units squared"}.get(
        METRICS[metric].unit, ""
    )


def _range(metric: str, low: float, high: float) -> str:
    return "" if pd.isna(low) or pd.isna(high) else f"<br>95 % interval {text_of_metric(metric, low)} to {text_of_metric(metric, high)}"


def _against(table: pd.DataFrame, metric: str, named: str | None) -> str:
    """Network and best baseline in one sentence."""
    title = METRICS[metric].title
    ours = table.loc[table["model"] == NETWORK, "value"]
    theirs = table[table["model"] != NETWORK].reset_index(drop=True)
    if not len(ours):
        return f"{title} does not exist here"
    value = text_of_metric(metric, float(ours.iloc[0]))
    if not len(theirs):
        return f"{title} of the network: {value}"
    values = theirs["value"].to_numpy(dtype=np.float64)
    best = int(values.argmax() if METRICS[metric].higher_is_better else values.argmin())
    best = next((row for row, title_of in enumerate(theirs["title"]) if title_of == named), best)
    theirs_text = text_of_metric(metric, float(values[best]))
    return f"{title} {value} for the network, {theirs_text} for the best baseline, {str(theirs['title'][best]).lower()}"


def _best_run(shown: pd.DataFrame, metric: str) -> str:
    title = METRICS[metric].title
    if not len(shown):
        return "No run has a score yet"
    first = shown.iloc[0]
    said = f"{title} {text_of_metric(metric, float(first['value']))}"
    if len(shown) == 1 or shown[["low", "high"]].iloc[0].isna().any():
        return f"{short(first['name'], 32)} is {'the only run' if len(shown) == 1 else 'best'}: {said}"
    within = int(((shown["low"] <= first["high"]) & (shown["high"] >= first["low"])).iloc[1:].sum())
    tail = f"; {within} of the others may be as good" if within else ", clearly ahead of the others"
    return f"{short(first['name'], 32)} is best: {said}{tail}"


def _listed(table: pd.DataFrame, names: str, metric: str) -> str:
    rows = zip(table[names].head(8), table["value"].head(8), strict=True)
    return ", ".join(f"{short(name, 40)} {text_of_metric(metric, float(value))}" for name, value in rows)
