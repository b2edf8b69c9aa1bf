"""Series as lines."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from nnapp.charts.chart import Chart, described
from nnapp.charts.text import short
from nnapp.charts.theme import TOKENS, Theme, blank

MOST_LINES = 8
"""Channels drawn: a ninth colour nobody tells apart."""


def series_lines(channels: Mapping[str, NDArray[np.float64]], *, title: str, theme: Theme = "light") -> Chart:
    """Draw the channels of one series over its steps.

    Args:
        channels: Values by name, all of one length; NaN where there is none.
        title: The finding, or what it is.
        theme: Light or dark.
    """
    tokens = TOKENS[theme]
    figure = blank(theme, x="step", y="value", height=260)
    for index, (name, values) in enumerate(list(channels.items())[:MOST_LINES]):
        steps = list(range(len(values)))
        figure.add_scatter(x=steps, y=values.tolist(), mode="lines", name=short(name, 30), line={"color": tokens.categorical[index], "width": 1.6})
    figure.update_layout(showlegend=len(channels) > 1)
    left_out = len(channels) - MOST_LINES
    caption = "Each line is one channel, step after step." + (f" {left_out} more are in the table." if left_out > 0 else "")
    return Chart(figure, title, caption, described(["A series as lines", title]), pd.DataFrame(dict(channels.items())))
