"""SHAP values of tables: which columns matter, what each value does, and how one answer comes about."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from nnapp.charts.chart import CHARTS, Chart, described
from nnapp.charts.text import brief, count, label, labels, percent, safe, short, signed
from nnapp.charts.theme import TOKENS, Theme, blank, key, note
from nnapp.reports import Report

if TYPE_CHECKING:
    import plotly.graph_objects as go

_MOST_COLUMNS = 20
_MOST_DOTS = 6_000


@CHARTS.register("importance")
def shap_bar(report: Report, *, theme: Theme = "light") -> Chart:
    """Draw how much each column moves the answers on average.

    Args:
        report: Of the explanation `importance`.
        theme: Light or dark.
    """
    tokens, table = TOKENS[theme], report.table.head(_MOST_COLUMNS).reset_index(drop=True)
    rows = list(range(len(table)))
    unit = str(report.headline.get("unit") or "")
    figure = blank(theme, x=f"average movement{', ' + short(unit, 24) if unit else ''}", height=86 + 28 * max(2, len(table)))
    hover = [
        f"{safe(short(row['column'], 60))}<br><b>{brief(row['importance'])}</b>, {percent(row['share'])} of all movement{_direction(row['direction'])}"
        for row in table.to_dict("records")
    ]
    figure.add_bar(
        x=table["importance"], y=rows, orientation="h", marker={"color": tokens.train, "line_width": 0}, name="importance",
        hovertext=hover, hovertemplate="%{hovertext}<extra></extra>",
    )  # fmt: skip
    for row, (size, share) in enumerate(zip(table["importance"], table["share"], strict=True)):
        note(figure, percent(float(share)), float(size), row, tokens.muted, xshift=6)
    figure.update_layout(bargap=0.4, margin_r=52)
    figure.update_xaxes(range=[0, float(table["importance"].max() or 1.0)] if len(table) else [0, 1], nticks=5)
    figure.update_yaxes(tickvals=rows, ticktext=labels(table["column"], 20), range=[len(table) - 0.4, -0.6], showgrid=False, tickfont_color=tokens.text)
    title = f"{short(table['column'][0], 32)} moves the answers most: {percent(float(table['share'][0]))} of all movement" if len(table) else report.title
    caption = "A bar is how far a column moves an answer on average, up or down; percentages are its part of all movement."
    if (hidden := len(report.table) - len(table)) > 0:
        caption += f" {count(hidden, 'less important column')} not drawn."
    return Chart(figure, title, caption, described(["Importance of the columns", title]), report.table)


def _direction(correlation: float) -> str:
    if np.isnan(correlation) or abs(correlation) < 0.3:
        return ""
    return "<br>larger values " + ("push up" if correlation > 0 else "push down")


@CHARTS.register("beeswarm")
def shap_beeswarm(report: Report, *, theme: Theme = "light") -> Chart:
    """Draw every attribution: a dot a row and column, coloured by the column's own value.

    Args:
        report: Of the explanation `beeswarm`.
        theme: Light or dark.
    """
    tokens, table = TOKENS[theme], report.table
    names = list(dict.fromkeys(table["column"]))
    unit = str(report.headline.get("unit") or "")
    figure = blank(theme, x=f"movement{', ' + short(unit, 24) if unit else ''}", height=110 + 40 * max(2, len(names)))
    span = float(np.nanmax(np.abs(table["attribution"].to_numpy(dtype=np.float64)), initial=0.0)) or 1.0
    ticks = []
    for place, name in enumerate(names):
        own = table[table["column"] == name]
        _swarm(figure, own, place, span, many=len(table) > _MOST_DOTS, theme=theme)
        ticks.append(_range_label(name, own, tokens.muted))
    figure.add_vline(x=0, line={"color": tokens.muted, "width": 1})
    figure.update_yaxes(tickvals=list(range(len(names))), ticktext=ticks, range=[len(names) - 0.4, -0.6], showgrid=False, tickfont_color=tokens.text)
    figure.update_xaxes(nticks=7)
    key(figure, [("● low value", tokens.diverging[0]), ("● high value", tokens.diverging[-1]), ("● category", tokens.neutral)])
    title = _swarm_title(table, names) or report.title
    caption = (
        "Each dot is one row: to the right the column's value pushed its answer up, to the left down. Blue is a low value of the column, orange a high one."
    )
    return Chart(figure, title, caption, described(["What each value does to the answer", title]), table)


def _swarm(figure: go.Figure, own: pd.DataFrame, place: int, span: float, *, many: bool, theme: Theme) -> None:
    """The dots of one column, those of about the same attribution stacked; very many are drawn by the graphics card."""
    tokens = TOKENS[theme]
    moves, level = own["attribution"].to_numpy(dtype=np.float64), own["level"].to_numpy(dtype=np.float64)
    numeric = bool(np.isfinite(level).any())
    marker = {"size": 5.5, "opacity": 0.85, "color": tokens.neutral}
    if numeric:
        marker |= {"color": np.nan_to_num(level, nan=0.5), "colorscale": [[0, tokens.diverging[0]], [0.5, tokens.diverging[2]], [1, tokens.diverging[-1]]]}
        marker |= {"cmin": 0, "cmax": 1}
    hover = [
        f"{safe(short(row['column'], 50))} = <b>{safe(_value(row['value']))}</b><br>moves the answer {signed(row['attribution'])}"
        f"{', to ' + safe(short(row['output'], 30)) if row.get('output') else ''}"
        for row in own.to_dict("records")
    ]
    add = figure.add_scattergl if many else figure.add_scatter
    add(
        x=moves, y=place + swarm_offsets(moves, span), mode="markers", marker=marker, name=label(own["column"].iloc[0], 40),
        hovertext=hover, hovertemplate="%{hovertext}<extra></extra>", customdata=own["row"].tolist(),
    )  # fmt: skip


def swarm_offsets(values: NDArray[np.float64], span: float, bins: int = 160) -> NDArray[np.float64]:
    """Heights between -0.38 and 0.38 at which dots of about the same value do not hide each other, shape `(n,)`.

    Args:
        values: Shape `(n,)`.
        span: Largest absolute value on the axis.
        bins: Dots that fit side by side.
    """
    place = np.round(values / span * bins / 2).astype(np.int64)
    order = np.argsort(place, kind="stable")
    _, starts, counts = np.unique(place[order], return_index=True, return_counts=True)
    within = np.arange(len(values)) - np.repeat(starts, counts)
    # 0, +1, -1, +2, -2 … from the middle outwards.
    steps = np.where(within % 2 == 1, (within + 1) // 2, -(within // 2)).astype(np.float64)
    offsets = np.empty(len(values))
    offsets[order] = steps
    most = float(np.abs(steps).max(initial=0.0))
    return offsets * min(0.06, 0.38 / most if most else 0.06)


def _range_label(name: str, own: pd.DataFrame, muted: str) -> str:
    """The column's name, and below it the values it takes."""
    numbers = own["number"].dropna()
    ends = [brief(float(end)) for end in (numbers.min(), numbers.max())] if len(numbers) else []
    below = " to ".join(ends) or count(own["value"].nunique(), "value")
    return f"{labels([name], 18)[0]}<br><span style='font-size:10px;color:{muted}'>{safe(below)}</span>"


def _swarm_title(table: pd.DataFrame, names: list[str]) -> str:
    """What the most important column does."""
    if not names:
        return ""
    own = table[table["column"] == names[0]].dropna(subset=["level"])
    who = short(names[0], 32)
    if len(own) > 2 and own["level"].nunique() > 1 and own["attribution"].nunique() > 1:
        correlation = float(own["level"].rank().corr(own["attribution"].rank()))
        if abs(correlation) > 0.5:
            return f"{who} moves the answers most: high values push {'up' if correlation > 0 else 'down'}"
        return f"{who} moves the answers most, but not in one direction"
    categories = table[table["column"] == names[0]].dropna(subset=["value"]).groupby("value")["attribution"].mean()
    if len(categories) < 2:
        return f"{who} moves the answers most"
    return f"{who} moves the answers most: {short(categories.idxmax(), 20)} pushes up, {short(categories.idxmin(), 20)} down"


@CHARTS.register("dependence")
def dependence(report: Report, *, theme: Theme = "light") -> Chart:
    """Draw the values of one column against what they do to the answer.

    Args:
        report: Of the explanation `dependence`.
        theme: Light or dark.
    """
    tokens, table = TOKENS[theme], report.table
    name, unit = str(report.headline.get("column") or "value"), str(report.headline.get("unit") or "")
    figure = blank(theme, x=short(name, 40), y=f"movement of the answer{', ' + short(unit, 24) if unit else ''}", height=340)
    numeric = bool(report.headline.get("numeric"))
    names = [] if numeric else list(table.groupby("value", dropna=False)["attribution"].mean().sort_values().index)
    places = {value: place for place, value in enumerate(names)}
    x = table["number"].to_numpy(dtype=np.float64) if numeric else np.array([places[value] for value in table["value"]], dtype=np.float64)
    if not numeric:
        x = x + np.random.default_rng(0).uniform(-0.25, 0.25, len(x))
        figure.update_xaxes(tickvals=list(range(len(names))), ticktext=labels([_value(value) for value in names], 14), showgrid=False)
    hover = [
        f"{safe(short(name, 40))} = <b>{safe(_value(row['value']))}</b><br>moves the answer {signed(row['attribution'])}" for row in table.to_dict("records")
    ]
    figure.add_scatter(
        x=x, y=table["attribution"], mode="markers", marker={"color": tokens.train, "size": 6, "opacity": 0.6}, name=label(name, 40),
        hovertext=hover, hovertemplate="%{hovertext}<extra></extra>", customdata=table["row"].tolist(),
    )  # fmt: skip
    figure.add_hline(y=0, line={"color": tokens.muted, "width": 1})
    direction = report.headline.get("direction")
    title = f"What {short(name, 40)} does to the answer"
    if direction is not None and abs(float(direction)) > 0.5:
        title = f"High values of {short(name, 40)} push the answer {'up' if float(direction) > 0 else 'down'}"
    elif not numeric and len(names) > 1:
        title = f"{short(_value(names[-1]), 24)} pushes the answer up most, {short(_value(names[0]), 24)} down"
    caption = "Each dot is one row: its value across, what that value did to its answer upwards."
    return Chart(figure, title, caption, described([report.title, title]), table)


def _value(value: object) -> str:
    return "missing" if value is None or value != value or value is pd.NA else short(value, 40)  # noqa: PLR0124  # NaN differs from itself
