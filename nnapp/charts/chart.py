"""Chart: a figure with the words around it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from nnapp.charts.text import wrapped
from nnapp.registry import Registry

if TYPE_CHECKING:
    import plotly.graph_objects as go


@dataclass(frozen=True)
class Chart:
    """A finished chart and everything that stands beside it on a page.

    Attributes:
        figure: Without a title of its own: the page writes `title` above it as text, which wraps on a telephone.
        title: The finding in words. Plain text that may hold names of the user's: escape it as any other.
        caption: One sentence on how to read it.
        alt: The chart in words, for those who cannot see it.
        table: What is drawn, for the tab behind it and the download.
    """

    figure: go.Figure
    title: str
    caption: str
    alt: str
    table: pd.DataFrame

    def standalone(self, width: int = 760) -> go.Figure:
        """The figure with title and caption inside, for a file that travels alone.

        Args:
            width: In pixels; title and caption are broken to fit.
        """
        import plotly.graph_objects as go

        from nnapp.charts.theme import DARK, LIGHT

        figure = go.Figure(self.figure)
        title, caption = wrapped(self.title, int(width / 9)), wrapped(self.caption, int(width / 6.6))
        above = 21 * (title.count("<br>") + 1) + 17 * (caption.count("<br>") + 1) + 26
        tokens = LIGHT if figure.layout.font.color == LIGHT.text else DARK
        corner = {"x": 0, "xref": "container", "xanchor": "left", "y": 1, "yref": "container", "yanchor": "top", "pad": {"l": 16, "t": 14}}
        under = {"text": caption, "font": {"size": 12, "color": tokens.muted}}
        figure.update_layout(
            width=width,
            height=(figure.layout.height or 360) + above,
            title={"text": title, "font": {"size": 16, "weight": 600}, "subtitle": under, **corner},
            margin_t=(figure.layout.margin.t or 12) + above,
            margin_b=(figure.layout.margin.b or 8) + 8,
            paper_bgcolor=tokens.card,
        )
        return figure


Draw = Callable[..., Chart]
CHARTS: Registry[Draw] = Registry("chart", "nnapp.charts")
"""How a report is drawn, by the report's name: `CHARTS[report.name](report, theme="light")`."""


def described(parts: Sequence[str]) -> str:
    """Sentences joined to an alternative text."""
    return " ".join(part.strip().rstrip(".") + "." for part in parts if part.strip())
