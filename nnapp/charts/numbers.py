"""Predicted numbers: beside the truth, and what is left over."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from nnapp.charts.chart import CHARTS, Chart, described
from nnapp.charts.text import brief, percent, safe, short, signed
from nnapp.charts.theme import TOKENS, Theme, blank, note, rgba, scale
from nnapp.reports import Report

if TYPE_CHECKING:
    import plotly.graph_objects as go

_STRIPES = 12


@CHARTS.register("predicted_vs_true")
def predicted_vs_true(report: Report, *, theme: Theme = "light") -> Chart:
    """Draw each prediction against the truth.

    Args:
        report: Of the evaluation `predicted_vs_true`.
        theme: Light or dark.
    """
    tokens, table, target = TOKENS[theme], report.table, str(report.headline.get("target") or "value")
    figure = blank(theme, x=f"true {short(target, 30)}", y=f"predicted {short(target, 30)}", height=420)
    both = np.r_[table["true"].to_numpy(), table["predicted"].to_numpy()]
    low, high = (float(both.min()), float(both.max())) if len(both) else (0.0, 1.0)
    pad = 0.03 * (high - low or 1.0)
    figure.add_scatter(x=[low, high], y=[low, high], mode="lines", line={"color": tokens.muted, "width": 1, "dash": "dot"}, hoverinfo="skip", name="perfect")
    figure.add_scatter(
        x=table["true"], y=table["predicted"], mode="markers", name="test",
        marker={"color": rgba(tokens.test, _opacity(len(table))), "size": 6}, customdata=table["id"].astype(str).tolist(),
        hovertext=[
            f"{_example(row['id'])}<br>true <b>{brief(row['true'])}</b>, predicted <b>{brief(row['predicted'])}</b>"
            for row in table.to_dict("records")
        ],
        hovertemplate="%{hovertext}<extra></extra>",
    )  # fmt: skip
    note(figure, "predicted too high", 0.02, 0.98, tokens.muted, xref="paper", yref="paper", yanchor="top")
    note(figure, "predicted too low", 0.98, 0.02, tokens.muted, xref="paper", yref="paper", yanchor="bottom", xanchor="right")
    figure.update_xaxes(range=[low - pad, high + pad], nticks=6)
    figure.update_yaxes(range=[low - pad, high + pad], nticks=6)
    title = _agreement(report)
    caption = "Each dot is one test example. On the dotted line the prediction is exact; above it is too high, below too low."
    return Chart(figure, title, caption, described(["Predicted against true values", title]), table)


def _agreement(report: Report) -> str:
    r2, mae = report.headline.get("r2"), report.headline.get("mae")
    error = "" if mae is None else f"; it is off by {brief(float(mae))} on average"
    if r2 is None:
        return f"The target is the same in every example{error}"
    if float(r2) <= 0:
        return f"No better than always saying the mean{error}"
    ends = _ends(report.table)
    return f"{percent(float(r2))} of the variation is explained{error}{ends}"


def _ends(table: pd.DataFrame) -> str:
    """A word on the highest true values where they are predicted far too low."""
    if len(table) < 50:
        return ""
    gap = table["predicted"] - table["true"]
    top = table["true"] >= table["true"].quantile(0.9)
    return ". The highest values come out too low" if gap[top].mean() < -0.75 * gap.std() else ""


@CHARTS.register("residuals")
def residuals(report: Report, *, theme: Theme = "light") -> Chart:
    """Draw predicted minus true against the prediction, with the band in which four of five errors lie.

    Args:
        report: Of the evaluation `residuals`.
        theme: Light or dark.
    """
    tokens, table, target = TOKENS[theme], report.table, str(report.headline.get("target") or "value")
    figure = blank(theme, x=f"predicted {short(target, 30)}", y="predicted minus true", height=380)
    predicted, gap = table["predicted"].to_numpy(dtype=np.float64), table["residual"].to_numpy(dtype=np.float64)
    top = float(np.percentile(np.abs(gap), 98)) or 1.0 if len(gap) else 1.0
    _band(figure, predicted, gap, theme)
    figure.add_scatter(
        x=predicted, y=gap, mode="markers", name="test", customdata=table["id"].astype(str).tolist(),
        marker={"color": gap, "colorscale": scale(tokens.diverging), "cmin": -top, "cmax": top, "size": 6, "opacity": max(0.45, _opacity(len(table)))},
        hovertext=[
            f"{_example(row['id'])}<br>off by <b>{signed(row['residual'])}</b>, predicted {brief(row['predicted'])}"
            for row in table.to_dict("records")
        ],
        hovertemplate="%{hovertext}<extra></extra>",
    )  # fmt: skip
    figure.add_hline(y=0, line={"color": tokens.muted, "width": 1})
    note(figure, "too high", 0.99, 0.98, tokens.diverging[-1], xref="paper", yref="paper", yanchor="top", xanchor="right")
    note(figure, "too low", 0.99, 0.02, tokens.diverging[0], xref="paper", yref="paper", yanchor="bottom", xanchor="right")
    title = _leftover(report)
    caption = "Each dot is one test example; a good network leaves a cloud without a shape around zero. Four of five errors lie within the shaded band."
    return Chart(figure, title, caption, described(["Residuals against predictions", title]), table)


def _band(figure: go.Figure, predicted: NDArray[np.float64], gap: NDArray[np.float64], theme: Theme) -> None:
    """The 10th and 90th percentile of the errors along the predictions."""
    if len(predicted) < 10 * _STRIPES:
        return
    stripes = np.array_split(np.argsort(predicted, kind="stable"), _STRIPES)
    x = np.array([float(np.median(predicted[rows])) for rows in stripes])
    low, high = (np.array([float(np.percentile(gap[rows], part)) for rows in stripes]) for part in (10, 90))
    figure.add_scatter(
        x=np.r_[x, x[::-1]], y=np.r_[high, low[::-1]], fill="toself", fillcolor=rgba(TOKENS[theme].muted, 0.14), mode="lines", line_width=0,
        hoverinfo="skip", name="four of five",
    )  # fmt: skip


def _leftover(report: Report) -> str:
    found = report.headline
    title = f"Half of the predictions are within {brief(float(found['median_error'] or 0))}, nine in ten within {brief(float(found['error_90'] or 0))}"
    low, high, ratio = found.get("bias_low"), found.get("bias_high"), found.get("spread_ratio")
    if ratio is not None and float(ratio) > 1.6:
        return f"{title}; errors grow with the prediction"
    if low is not None and high is not None and not float(low) <= 0 <= float(high):
        return f"{title}; on average {brief(abs(float(found['bias'] or 0)))} too {'high' if float(low) > 0 else 'low'}"
    return title


def _example(name: object) -> str:
    """A row as people count it, or the path of a picture."""
    return f"row {name + 1:,}" if isinstance(name, int) else safe(short(name, 60))


def _opacity(points: int) -> float:
    return float(np.clip(30 / np.sqrt(max(points, 1)), 0.3, 0.85))
