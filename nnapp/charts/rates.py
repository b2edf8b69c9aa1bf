"""The curve of the learning-rate finder."""

from __future__ import annotations

import numpy as np
import pandas as pd

from nnapp.charts.chart import Chart, described
from nnapp.charts.instruments import text_of_rate
from nnapp.charts.theme import TOKENS, Theme, blank, note, rgba
from nnapp.training.rate_finder import RateCurve

CAPTION = (
    "A network of its own learned for some steps while its rate grew: too low and nothing moves, too high and the loss rises. "
    "Where the line falls most steeply the network learns fastest; a schedule that falls bears this rate as its peak."
)


def rate_curve(curve: RateCurve, *, chosen: float | None = None, theme: Theme = "light", height: int = 300) -> Chart:
    """Draw the loss by the learning rate, which grows by the same factor from step to step.

    Args:
        curve: What was found.
        chosen: The rate that is set now, marked too.
        theme: Light or dark.
        height: In pixels.
    """
    tokens = TOKENS[theme]
    figure = blank(theme, x="learning rate", y="loss", height=height)
    rates = list(curve.rates)
    figure.add_scatter(x=rates, y=list(curve.losses), mode="lines", line={"color": rgba(tokens.train, 0.25), "width": 1}, hoverinfo="skip", name="each step")
    figure.add_scatter(
        x=rates, y=list(curve.smoothed), mode="lines", line={"color": tokens.train, "width": 2.4}, name="smoothed",
        hovertemplate="rate %{x:.2g}: loss <b>%{y:.3g}</b><extra></extra>",
    )  # fmt: skip
    figure.update_xaxes(type="log", exponentformat="power", dtick=1)
    level = np.asarray(curve.smoothed)
    if len(level):
        low, high = float(level.min()), float(level[: int(level.argmin()) + 1].max())
        figure.update_yaxes(range=[low - 0.1 * (high - low), high + 0.35 * max(high - low, 1e-6)])
    for rate, words, colour, top in ((chosen, "set now", tokens.muted, 0.92), (curve.suggestion, "suggested", tokens.validation, 1.0)):
        if rate and rates and rates[0] <= rate <= max(rates[-1], rates[0]) and (words == "suggested" or rate != curve.suggestion):
            figure.add_vline(x=rate, line={"color": colour, "width": 1.5, "dash": "dot"})
            note(figure, f"{words}: {text_of_rate(rate)}", np.log10(rate), top, colour, yref="paper", yanchor="top")
    table = pd.DataFrame({"learning rate": curve.rates, "loss": curve.losses, "smoothed": curve.smoothed})
    return Chart(figure, curve.sentence, CAPTION, described(["Loss by learning rate", curve.sentence]), table)
