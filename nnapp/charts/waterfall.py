"""How the answer to one row comes about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from nnapp.charts.chart import CHARTS, Chart, described
from nnapp.charts.text import brief, percent, safe, short, signed
from nnapp.charts.theme import TOKENS, Theme, blank, note
from nnapp.reports import Report


@CHARTS.register("waterfall")
def shap_waterfall(report: Report, *, theme: Theme = "light") -> Chart:
    """Draw the steps from the average answer to the answer for one row, the largest first.

    Args:
        report: Of the explanation `waterfall`.
        theme: Light or dark.
    """
    tokens, table, found = TOKENS[theme], report.table, report.headline
    unit = str(found.get("unit") or "")
    figure = blank(
        theme, x=f"answer for {short(found.get('explained') or '', 24)}{', ' + short(unit, 20) if unit else ''}", height=130 + 32 * max(2, len(table))
    )
    up, down = tokens.diverging[-1], tokens.diverging[0]
    rows = list(range(len(table)))
    moves = [float(move) for move in table["attribution"]]
    colours = [up if move > 0 else down for move in moves]
    figure.add_bar(
        x=moves, y=rows, base=table["start"].tolist(), orientation="h", marker={"color": colours, "line_width": 0}, name="attribution",
        hovertext=[f"{safe(_cell(row, 80))}<br>moves the answer <b>{signed(row['attribution'])}</b>" for row in table.to_dict("records")],
        hovertemplate="%{hovertext}<extra></extra>",
    )  # fmt: skip
    for row, (move, end) in enumerate(zip(moves, table["end"], strict=True)):
        note(figure, signed(move), float(end), row, colours[row], xanchor="left" if move > 0 else "right", xshift=5 if move > 0 else -5)
        if row + 1 < len(table):
            figure.add_shape(type="line", x0=end, x1=end, y0=row - 0.3, y1=row + 1.3, line={"color": tokens.muted, "width": 1, "dash": "dot"}, layer="below")
    base, output = float(found.get("base") or 0.0), float(found.get("output") or 0.0)
    figure.add_vline(x=base, line={"color": tokens.muted, "width": 1}, layer="below")
    figure.add_vline(x=output, line={"color": tokens.muted, "width": 1}, layer="below")
    left, right = _ends([base, output, *table["start"], *table["end"]])
    note(figure, f"on average {_answer(base, found.get('base_probability'))}", base, -0.85, tokens.muted, **_side(base, left, right))
    note(figure, f"this row {_answer(output, found.get('probability'))}", output, len(table) - 0.2, tokens.text, **_side(output, left, right))
    figure.update_layout(bargap=0.3, margin_r=24)
    figure.update_xaxes(range=[left, right], nticks=6)
    ticks = [safe(_cell(row, 24)) for row in table.to_dict("records")]
    figure.update_yaxes(tickvals=rows, ticktext=ticks, range=[len(table) + 0.1, -1.2], showgrid=False, tickfont_color=tokens.text)
    title = _title(report, table)
    caption = "Start at the average answer and add one step a column; the last step ends at the answer for this row."
    return Chart(figure, title, caption, described(["How the answer to one row comes about", title]), table)


def _cell(row: Mapping[Any, Any], longest: int) -> str:
    """`column = value`, both shortened."""
    value = row["value"]
    if value is None or pd.isna(value):
        return short(row["column"], longest)
    return f"{short(row['column'], longest * 3 // 5)} = {short(value, longest * 2 // 5)}"


def _answer(value: float, probability: float | int | str | None) -> str:
    return brief(value) if probability is None else percent(float(probability))


def _ends(values: list[float]) -> tuple[float, float]:
    """The axis, with room for the numbers beside the bars."""
    low, high = min(values), max(values)
    pad = 0.16 * (high - low or 1.0)
    return low - pad, high + pad


def _side(x: float, left: float, right: float) -> dict[str, str | float]:
    """Write towards the middle, so that nothing is cut off."""
    return {"xanchor": "right", "xshift": -4} if x > (left + right) / 2 else {"xanchor": "left", "xshift": 4}


def _title(report: Report, table: pd.DataFrame) -> str:
    found = report.headline
    answer = str(found.get("prediction") or "")
    if not len(table):
        return report.title
    chance = found.get("probability")
    first = _cell(table.to_dict("records")[0], 40)
    way = "up" if float(table["attribution"].iloc[0]) > 0 else "down"
    whose = "" if found.get("explained") == answer else f"{short(found.get('explained') or '', 24)} "
    said = f" ({whose}{percent(float(chance))})" if chance is not None else ""
    return f"The answer is {short(answer, 32)}{said}; {first} moves it {way} most"
