"""A network's picture: its layers as columns sized by their weights, with the shapes between them."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from nnapp.anatomy import LayerCost
from nnapp.charts.chart import Chart, described
from nnapp.charts.text import brief, label, percent, safe, short
from nnapp.charts.theme import TOKENS, Theme, blank

NAMED = 10
"""Columns up to which each has its name and shape under it; with more, only the pointer tells."""


def network_chart(layers: Sequence[LayerCost], *, theme: Theme = "light", height: int = 260) -> Chart:
    """Draw a network.

    Args:
        layers: From the input to the answer.
        theme: Light or dark.
        height: In pixels.
    """
    tokens = TOKENS[theme]
    drawn = [layer for layer in layers if layer.parameters] or list(layers)
    figure = blank(theme, x="Layers, from the input to the answer", y="Weights", height=height)
    named = len(drawn) <= NAMED
    figure.add_bar(
        x=list(range(len(drawn))),
        y=[layer.parameters for layer in drawn],
        marker={"color": [tokens.train if layer.trainable else tokens.neutral for layer in drawn], "line": {"width": 0}},
        text=[layer.shape_text for layer in drawn] if named else None,
        textposition="outside",
        textfont={"color": tokens.muted, "size": 12},
        cliponaxis=False,
        hovertext=[_told(layer) for layer in drawn],
        hovertemplate="%{hovertext}<extra></extra>",
    )
    ticks = [label(layer.name, 14) for layer in drawn] if named else []
    figure.update_xaxes(tickmode="array", tickvals=list(range(len(ticks))), ticktext=ticks, showgrid=False)
    figure.update_yaxes(tickformat="~s", nticks=5, rangemode="tozero")
    figure.update_layout(bargap=0.25, margin={"t": 28})
    title, caption = _title(layers), _caption(drawn)
    return Chart(figure, title, caption, described([title, f"{len(layers)} layers"]), layer_table(layers))


def layer_table(layers: Sequence[LayerCost]) -> pd.DataFrame:
    """One row a layer, as people read it."""
    rows = [
        {
            "layer": layer.name,
            "kind": layer.kind if not layer.inside else f"{layer.kind} ({layer.inside})",
            "comes out": layer.shape_text,
            "weights": layer.parameters,
            "learned": layer.trainable,
            "arithmetic": layer.flops,
            "memory, kB": round(4 * layer.held / 1000, 1),
            "what it does": layer.sentence,
        }
        for layer in layers
    ]
    return pd.DataFrame(rows)


def _title(layers: Sequence[LayerCost]) -> str:
    total = sum(layer.parameters for layer in layers)
    if not total:
        return "This network has nothing to learn"
    largest = max(layers, key=lambda layer: layer.parameters)
    whole = brief(total)
    if largest.parameters == total:
        return f"All {whole} weights are in {short(largest.name)}"
    return f"{percent(largest.parameters / total)} of the {whole} weights are in {short(largest.name)}"


def _caption(drawn: Sequence[LayerCost]) -> str:
    shapes = "above it the shape of what comes out" if len(drawn) <= NAMED else "the pointer tells the shape of what comes out"
    frozen = " Violet columns are kept as they are." if any(layer.parameters and not layer.trainable for layer in drawn) else ""
    return f"Each column is a layer with weights, as high as it has weights; {shapes}. Layers without weights are in the table.{frozen}"


def _told(layer: LayerCost) -> str:
    return f"<b>{safe(layer.name)}</b>, {safe(layer.kind)}<br>{layer.shape_text} comes out<br>{layer.parameters:,} weights<br>{layer.flops:,} operations"
