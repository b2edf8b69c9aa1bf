"""What the data look like before anything is trained."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from nnapp.charts.chart import Chart, described
from nnapp.charts.text import brief, count, label, labels, percent, safe, short
from nnapp.charts.theme import TOKENS, Theme, blank, key, note

_MOST_CLASSES, _MOST_VALUES, _BARS = 25, 12, 30
_PARTS = ("train", "validation", "test")


def class_balance(table: pd.DataFrame, *, theme: Theme = "light") -> Chart:
    """Draw how many examples each class has, the parts in their colours.

    Args:
        table: `class`, `count`, and `part` (`train`, `validation`, `test`) where the data are divided already.
        theme: Light or dark.
    """
    tokens = TOKENS[theme]
    totals = table.groupby("class", sort=False)["count"].sum().sort_values(ascending=False, kind="stable")
    shown = totals.head(_MOST_CLASSES)
    rows = list(range(len(shown)))
    figure = blank(theme, x="examples", height=80 + 28 * max(2, len(shown)))
    parts = [part for part in _PARTS if "part" in table and (table["part"] == part).any()]
    for part in parts or [""]:
        own = table[table["part"] == part] if part else table
        counts = own.groupby("class")["count"].sum().reindex(shown.index, fill_value=0)
        figure.add_bar(
            x=counts, y=rows, orientation="h", name=part or "examples", marker={"color": tokens.part(part) if part else tokens.train, "line_width": 0},
            hovertext=[f"{safe(short(name, 60))}{', ' + part if part else ''}<br><b>{number:,}</b>" for name, number in counts.items()],
            hovertemplate="%{hovertext}<extra></extra>",
        )  # fmt: skip
    whole = int(totals.sum()) or 1
    for row, total in zip(rows, shown, strict=True):
        note(figure, f"{total:,}, {percent(total / whole)}", float(total), row, tokens.muted, xshift=6)
    figure.update_layout(barmode="stack", bargap=0.35, margin_r=92)
    figure.update_xaxes(range=[0, float(shown.max() if len(shown) else 1)], nticks=5, tickformat="~s")
    figure.update_yaxes(tickvals=rows, ticktext=labels(shown.index, 20), range=[len(shown) - 0.4, -0.6], showgrid=False, tickfont_color=tokens.text)
    if parts:
        key(figure, [(f"■ {part}", tokens.part(part)) for part in parts])
    title = _balance(totals)
    caption = "One bar a class. A class with few examples is learned late and judged roughly."
    if len(totals) > len(shown):
        caption += f" The {_MOST_CLASSES} commonest of {len(totals)} classes are drawn."
    return Chart(figure, title, caption, described(["Examples by class", title]), table)


def _balance(totals: pd.Series) -> str:
    if len(totals) < 2:
        return "There is only one class" if len(totals) else "There are no examples"
    most, least = int(totals.iloc[0]), int(totals.iloc[-1])
    if most <= 1.5 * max(least, 1):
        return f"The {len(totals)} classes are about equally common"
    rare, share = totals.index[-1], least / int(totals.sum())
    if len(totals) == 2:
        return f"{short(rare, 32)} is the rarer class: {percent(share)} of the examples"
    return f"The classes are uneven: {count(most, 'example')} of {short(totals.index[0], 28)}, {least:,} of {short(rare, 28)}"


def number_bins(numbers: NDArray[np.float64]) -> pd.DataFrame:
    """Counts of numbers in about 30 stretches of round width: `low`, `high`, `count`; what is not finite is left out.

    Whole numbers of small range get a stretch each.
    """
    finite = numbers[np.isfinite(numbers)]
    if not len(finite):
        return pd.DataFrame({"low": [], "high": [], "count": []}, dtype="float64")
    low, high = float(finite.min()), float(finite.max())
    if high - low < _BARS and bool((finite == np.round(finite)).all()):
        edges = np.arange(low - 0.5, high + 1.0)
    elif low == high:
        edges = np.array([low - 0.5, high + 0.5])
    else:
        width = _round_width((high - low) / _BARS)
        edges = np.arange(np.floor(low / width), np.ceil(high / width) + 1) * width
        edges = edges if edges[-1] > high else np.r_[edges, edges[-1] + width]
    counts, edges = np.histogram(finite, bins=edges)
    return pd.DataFrame({"low": edges[:-1], "high": edges[1:], "count": counts})


def _round_width(width: float) -> float:
    """The next of 1, 2, 2.5, 5 times a power of ten."""
    power = 10.0 ** np.floor(np.log10(width))
    return float(next((step * power for step in (1, 2, 2.5, 5) if step * power >= width), 10 * power))


def column_histogram(numbers: NDArray[np.float64], *, name: str, unit: str = "", theme: Theme = "light") -> Chart:
    """Draw how the numbers of a column are spread.

    Args:
        numbers: The column, NaN where a cell is missing.
        name: Of the column.
        unit: For the axis; empty where it is not known.
        theme: Light or dark.
    """
    tokens, table = TOKENS[theme], number_bins(numbers)
    figure = blank(theme, x=f"{short(name, 40)}{', ' + unit if unit else ''}", y="rows", height=260)
    figure.add_bar(
        x=(table["low"] + table["high"]) / 2, y=table["count"], width=table["high"] - table["low"], name=label(name, 40),
        marker={"color": tokens.train, "line": {"color": tokens.card, "width": 1}},
        hovertext=[f"{row['low']:.6g} to {row['high']:.6g}<br><b>{int(row['count']):,}</b> rows" for row in table.to_dict("records")],
        hovertemplate="%{hovertext}<extra></extra>",
    )  # fmt: skip
    figure.update_layout(bargap=0)
    figure.update_xaxes(nticks=7, showgrid=False)
    finite = numbers[np.isfinite(numbers)]
    missing = 1 - len(finite) / max(1, len(numbers))
    title = f"{short(name, 40)} holds no number" if not len(finite) else _spread(short(name, 40), finite)
    if missing and len(finite):
        title += f"; {percent(missing)} are missing"
        middle = float(np.median(finite))
        figure.add_vline(x=middle, line={"color": tokens.validation, "width": 1.5, "dash": "dash"})
        note(figure, f"filled with the median, {brief(middle)}", middle, 1.0, tokens.validation, yref="paper", yanchor="top", xshift=5)
    return Chart(figure, title, "One bar a stretch of values; its height is the number of rows.", described([f"Histogram of {short(name)}", title]), table)


def _spread(name: str, finite: NDArray[np.float64]) -> str:
    low, middle, high = (float(value) for value in np.percentile(finite, [25, 50, 75]))
    if low == high:
        same = float((finite == middle).mean())
        return f"{name} is {brief(middle)} in {percent(same)} of the rows"
    return f"Half of the values of {name} lie between {brief(low)} and {brief(high)}"


def category_bars(cells: pd.Series, *, name: str, theme: Theme = "light") -> Chart:
    """Draw the commonest values of a column.

    Args:
        cells: The column as text, missing where a cell is.
        name: Of the column.
        theme: Light or dark.
    """
    tokens = TOKENS[theme]
    counts = cells.value_counts()
    table = pd.DataFrame({"value": [str(value) for value in counts.index], "count": counts.to_numpy()})
    shown = table.head(_MOST_VALUES)
    names, numbers = labels(shown["value"], 20), shown["count"].tolist()
    if (others := int(table["count"].iloc[_MOST_VALUES:].sum())) > 0:
        names, numbers = [*names, label(f"{len(table) - len(shown):,} others", 24)], [*numbers, others]
    if (missing := int(cells.isna().sum())) > 0:
        names, numbers = [*names, "missing"], [*numbers, missing]
    rows = list(range(len(names)))
    figure = blank(theme, x="rows", height=70 + 26 * max(2, len(rows)))
    figure.add_bar(
        x=numbers, y=rows, orientation="h", marker={"color": [tokens.train] * len(shown) + [tokens.muted] * (len(rows) - len(shown))}, name=label(name, 40),
        hovertext=[*(safe(short(value, 80)) for value in shown["value"]), *names[len(shown) :]], hovertemplate="%{hovertext}<br><b>%{x:,}</b><extra></extra>",
    )  # fmt: skip
    figure.update_layout(bargap=0.35)
    figure.update_xaxes(nticks=5, tickformat="~s")
    figure.update_yaxes(tickvals=rows, ticktext=names, range=[len(rows) - 0.4, -0.6], showgrid=False)
    whole = max(1, len(cells))
    title = f"{short(name, 40)} is empty"
    if len(table):
        title = f"{short(table['value'][0], 32)} is the commonest of {count(len(table), 'value')} of {short(name, 32)}: {percent(table['count'][0] / whole)}"
    return Chart(figure, title, "One bar a value, the commonest first.", described([f"Values of {short(name)}", title]), table)
