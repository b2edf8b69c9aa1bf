"""The confusion matrix, and what is right and wrong class by class."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from nnapp.charts.chart import CHARTS, Chart, described
from nnapp.charts.order import block_order
from nnapp.charts.text import count, labels, one_in, percent, safe, short
from nnapp.charts.theme import TOKENS, Theme, Tokens, blank, key, rgba, scale
from nnapp.reports import Report

if TYPE_CHECKING:
    import plotly.graph_objects as go

_WITH_SHARES, _WITH_COUNTS, _WITH_NAMES = 5, 16, 40
_MOST_ROWS = 30


@CHARTS.register("confusion_matrix")
def confusion_matrix(report: Report, *, theme: Theme = "light") -> Chart:
    """Draw counts by true class (rows) and predicted class (columns), the right ones muted so that the mistakes stand out.

    The heat map's `customdata` holds true and predicted class as they are called, for whoever listens to clicks.

    Args:
        report: Of the evaluation `confusion_matrix`.
        theme: Light or dark.
    """
    names = list(dict.fromkeys([*report.table["true"], *report.table["predicted"]]))
    counts = _square(report.table, names)
    order = block_order(counts, names)
    names, counts = [names[place] for place in order], counts[np.ix_(order, order)]
    share = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    figure = blank(theme, x="predicted class", y="true class", height=_height(len(names)))
    _cells(figure, names, counts, share, TOKENS[theme])
    _axes(figure, names)
    title = _title(report)
    caption = "Each row is a true class. The diagonal is right; every coloured cell is a mistake, the darker the more common in its row."
    if theme == "dark":
        caption = caption.replace("darker", "brighter")
    errors = int(counts.sum() - np.trace(counts))
    alt = described([f"Confusion matrix of {count(len(names), 'class', 'classes')}", title, f"{errors} of {int(counts.sum())} answers are wrong"])
    return Chart(figure, title, caption, alt, report.table)


def _square(table: pd.DataFrame, names: list[str]) -> NDArray[np.float64]:
    place = {name: index for index, name in enumerate(names)}
    counts = np.zeros((len(names), len(names)))
    np.add.at(counts, (table["true"].map(place).to_numpy(), table["predicted"].map(place).to_numpy()), table["count"].to_numpy(dtype=np.float64))
    return counts


def _height(k: int) -> int:
    return int(np.clip(44 * k + 150, 300, 640))


def _cells(figure: go.Figure, names: list[str], counts: NDArray[np.float64], share: NDArray[np.float64], tokens: Tokens) -> None:
    k = len(names)
    errors = np.where(np.eye(k, dtype=np.bool_) | (counts == 0), np.nan, share)
    top = max(0.1, 1.2 * float(np.nanmax(errors, initial=0.0)))
    hover = [[_hover(names[row], names[column], counts[row, column], share[row, column]) for column in range(k)] for row in range(k)]
    whose = [[[names[row], names[column]] for column in range(k)] for row in range(k)]
    figure.add_heatmap(
        z=errors, x=list(range(k)), y=list(range(k)), zmin=0, zmax=top, colorscale=scale(tokens.sequential), showscale=False, xgap=2, ygap=2,
        customdata=whose, hovertext=hover, hovertemplate="%{hovertext}<extra></extra>", name="cells",
    )  # fmt: skip
    for place in range(k) if k <= _WITH_NAMES else ():
        figure.add_shape(
            type="rect", x0=place - 0.48, x1=place + 0.48, y0=place - 0.48, y1=place + 0.48, layer="below", line_width=0, fillcolor=rgba(tokens.muted, 0.13)
        )
    if k > _WITH_COUNTS:
        return
    rows, columns = np.nonzero((counts > 0) | np.eye(k, dtype=np.bool_))
    dark = np.nan_to_num(errors)[rows, columns] > 0.5 * top
    colours = [tokens.muted if row == column else tokens.card if deep else tokens.text for row, column, deep in zip(rows, columns, dark, strict=True)]
    texts = [_cell_text(counts[row, column], share[row, column], k) for row, column in zip(rows, columns, strict=True)]
    size = 13 if k <= 6 else 12 if k <= 10 else 10
    figure.add_scatter(x=columns, y=rows, mode="text", text=texts, textfont={"color": colours, "size": size}, hoverinfo="skip", name="counts")


def _cell_text(number: float, share: float, k: int) -> str:
    return f"{number:,.0f}<br>{percent(share)}" if k <= _WITH_SHARES else f"{number:,.0f}"


def _hover(true: str, predicted: str, number: float, share: float) -> str:
    what = "right" if true == predicted else f"taken for {safe(short(predicted, 60))}"
    return f"{safe(short(true, 60))}, {what}<br><b>{number:,.0f}</b>, {percent(share)} of its row"


def _axes(figure: go.Figure, names: list[str]) -> None:
    k = len(names)
    shown = k <= _WITH_NAMES
    longest = 14 if k > 6 else 18
    ticks = {"tickvals": list(range(k)), "ticktext": labels(names, longest), "showgrid": False, "showline": False, "range": [-0.5, k - 0.5]}
    crowded = max(len(short(name, longest)) for name in names) * k > 34
    figure.update_xaxes(**ticks, showticklabels=shown, tickangle=-45 if crowded else 0)
    figure.update_yaxes(**{**ticks, "range": [k - 0.5, -0.5]}, showticklabels=shown)


def _title(report: Report) -> str:
    found = report.headline
    if not found.get("errors"):
        return "Every answer is right"
    true, predicted, share = short(found["true"], 32), short(found["predicted"], 32), float(found["share"] or 0.0)
    if share < 0.02:
        return f"{percent(float(found['accuracy'] or 0))} are right; the commonest mistake is {true} taken for {predicted}, {count(int(found['count'] or 0), 'time')}"
    return f"{true} is taken for {predicted} {one_in(share)}"


@CHARTS.register("per_class")
def per_class(report: Report, *, theme: Theme = "light") -> Chart:
    """Draw precision and recall of each class, the weakest first.

    Args:
        report: Of the evaluation `per_class`.
        theme: Light or dark.
    """
    tokens = TOKENS[theme]
    table = report.table.sort_values("f1", kind="stable", na_position="last").head(_MOST_ROWS).reset_index(drop=True)
    rows = list(range(len(table)))
    figure = blank(theme, x="share of the examples", height=90 + 30 * max(2, len(table)))
    for row in table.itertuples():
        figure.add_shape(type="line", x0=row.precision, x1=row.recall, y0=row.Index, y1=row.Index, line={"color": tokens.grid, "width": 4}, layer="below")
    for name, colour, symbol, words in (
        ("recall", tokens.train, "circle-open", "found: {share} of its examples"),
        ("precision", tokens.neutral, "diamond", "right {share} of the times it is claimed"),
    ):
        hover = [
            f"{safe(short(row['class'], 60))}<br>{words.format(share=percent(row[name]))}<br>{count(int(row['examples']), 'example')}"
            for row in table.fillna(0.0).to_dict("records")
        ]
        figure.add_scatter(
            x=table[name], y=rows, mode="markers", name=name, marker={"color": colour, "symbol": symbol, "size": 14 if name == "recall" else 8, "line": {"color": colour, "width": 2.5}},
            hovertext=hover, hovertemplate="%{hovertext}<extra></extra>",
        )  # fmt: skip
    figure.update_yaxes(tickvals=rows, ticktext=labels(table["class"]), range=[len(table) - 0.5, -0.5], showgrid=False)
    lowest = float(np.nanmin(table[["precision", "recall"]].to_numpy(), initial=1.0))
    figure.update_xaxes(range=[max(-0.02, np.floor(10 * lowest - 1) / 10), 1.02], tickformat=".0%", nticks=6)
    key(figure, [("○ recall", tokens.train), ("◆ precision", tokens.neutral)])
    title = _weakest(table)
    caption = "Recall is the share of a class that is found; precision is how often the network is right when it says that class."
    more = f" The {_MOST_ROWS} weakest of {len(report.table)} classes are drawn." if len(report.table) > len(table) else ""
    return Chart(figure, title, caption + more, described(["Precision and recall by class", title]), report.table)


def _weakest(table: pd.DataFrame) -> str:
    known = table.dropna(subset=["recall", "f1"])
    if not len(known):
        return "No class can be judged"
    if known["f1"].min() == 1.0:
        return "Every class is found, and never claimed wrongly"
    row = known.iloc[0]
    # A class that is never claimed has no precision.
    claimed = "never claimed" if np.isnan(row["precision"]) else f"right {percent(float(row['precision']))} of the times it is claimed"
    return f"{label_plain(row['class'])} is the weakest class: {percent(float(row['recall']))} of it is found, and it is {claimed}"


def label_plain(name: object) -> str:
    """A name for a title: shortened, not escaped, since a title is plain text."""
    return short(name, 32)
