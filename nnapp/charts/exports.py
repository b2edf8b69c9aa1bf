"""Exported files side by side: how large, how faithful, how fast."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import pandas as pd

from nnapp.charts.chart import CHARTS, Chart, described
from nnapp.charts.text import brief, count, label, safe, short
from nnapp.charts.theme import TOKENS, Theme, blank, note
from nnapp.metrics import METRICS, text_of_metric

_HEADLINES = ("accuracy", "rmse")


class Passport(Protocol):
    """What is drawn of an export."""

    @property
    def bytes(self) -> int:
        """Size of the file."""

    @property
    def test(self) -> Mapping[str, float | None]:
        """Metrics on the test part."""

    @property
    def agreement(self) -> float | None:
        """Share of rows with the network's answer."""

    @property
    def flipped(self) -> int:
        """Rows with another answer."""

    @property
    def latency_ms(self) -> float | None:
        """Median for one row."""


@CHARTS.register("exports")
def export_table(exports: Mapping[str, Passport], *, theme: Theme = "light") -> Chart:
    """Draw the size of each file, with its score and its flipped answers beside its name.

    Args:
        exports: By format.
        theme: Light or dark.
    """
    tokens = TOKENS[theme]
    table = passports(exports)
    rows = list(range(len(table)))
    figure = blank(theme, x="size of the file, kB", height=90 + 46 * max(2, len(table)))
    lines = table.to_dict("records")
    figure.add_bar(
        x=table["bytes"] / 1000, y=rows, orientation="h", marker={"color": tokens.train, "line_width": 0}, name="size",
        hovertext=[f"{safe(row['format'])}<br><b>{size_text(row['bytes'])}</b><br>{safe(_details(row))}" for row in lines],
        hovertemplate="%{hovertext}<extra></extra>",
    )  # fmt: skip
    for row, each in enumerate(lines):
        note(figure, size_text(each["bytes"]), each["bytes"] / 1000, row, tokens.muted, xshift=6)
    ticks = [f"{label(row['format'], 24)}<br><span style='font-size:11px;color:{tokens.muted}'>{safe(_brief(row))}</span>" for row in lines]
    figure.update_layout(bargap=0.5, margin_r=66)
    figure.update_yaxes(tickvals=rows, ticktext=ticks, range=[len(table) - 0.4, -0.6], showgrid=False, tickfont_color=tokens.text)
    figure.update_xaxes(range=[0, float(table["bytes"].max()) / 1000] if len(table) else [0, 1], nticks=5, tickformat="~s")
    title = _title(table)
    caption = "Every file was run on the whole test part: flipped answers are those that differ from the network's."
    return Chart(figure, title, caption, described(["Exported files", title, *(f"{row['format']}: {_details(row)}" for row in lines)]), table)


def passports(exports: Mapping[str, Passport]) -> pd.DataFrame:
    """One row a file, the smallest first: `format`, `bytes`, `metric`, `value`, `agreement`, `flipped`, `latency_ms`."""
    rows = []
    for name, export in exports.items():
        metric = next((each for each in _HEADLINES if each in export.test), None)
        value = export.test.get(metric) if metric else None
        rows.append((name, export.bytes, metric, value, export.agreement, export.flipped, export.latency_ms))
    table = pd.DataFrame(rows, columns=["format", "bytes", "metric", "value", "agreement", "flipped", "latency_ms"])
    return table.astype({"value": "float64", "agreement": "float64", "latency_ms": "float64"}).sort_values("bytes", kind="stable", ignore_index=True)


def size_text(size: float) -> str:
    """A file size for people.

    >>> size_text(24_310), size_text(1_800_000), size_text(512)
    ('24.3 kB', '1.8 MB', '512 bytes')
    """
    if size < 1000:
        return f"{size:.0f} bytes"
    return f"{brief(size / 1e6)} MB" if size >= 1e6 else f"{brief(size / 1e3)} kB"


def _brief(row: Mapping[Any, Any]) -> str:
    value = "" if row["metric"] is None or pd.isna(row["value"]) else text_of_metric(row["metric"], float(row["value"]))
    flipped = int(row["flipped"])
    return " · ".join(filter(None, [value, f"{flipped:,} flipped" if flipped else "✓ none flipped"]))


def _details(row: Mapping[Any, Any]) -> str:
    metric, latency = row["metric"], float(row["latency_ms"])
    score = f"{METRICS[metric].title} {text_of_metric(metric, float(str(row['value'])))}" if metric and not pd.isna(row["value"]) else ""
    speed = "" if latency != latency else f"{brief(latency)} ms a row"  # noqa: PLR0124  # NaN differs from itself
    return ", ".join(filter(None, [size_text(float(row["bytes"])), score, count(int(row["flipped"]), "flipped answer"), speed]))


def _title(table: pd.DataFrame) -> str:
    if not len(table):
        return "No file has been made yet"
    small, large = table.iloc[0], table.iloc[-1]
    flips = int(small["flipped"])
    faith = "and gives every answer as the network does" if not flips else f"and flips {count(flips, 'answer')}"
    ratio = float(large["bytes"]) / max(1.0, float(small["bytes"]))
    if len(table) == 1:
        return f"{small['format']} takes {size_text(float(small['bytes']))} {faith}"
    return f"{short(small['format'], 24)} is {brief(float(f'{ratio:.2g}'))} times smaller than {short(large['format'], 24)}, {faith}"
