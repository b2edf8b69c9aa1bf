"""The colours and lines of every chart, in both themes, and the bare figure that all charts start from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from nnapp.charts.text import safe

if TYPE_CHECKING:
    import plotly.graph_objects as go

Theme = Literal["light", "dark"]
FONT = "Inter, -apple-system, 'Segoe UI', sans-serif"
MONO = "'JetBrains Mono', ui-monospace, monospace"
LINES: dict[str, str] = {"train": "solid", "validation": "dash", "test": "dot"}
"""Line style by part, the same on every chart."""


@dataclass(frozen=True)
class Tokens:
    """Colours by what they mean.

    Attributes:
        categorical: Eight hues that colour-blind people tell apart; never a ninth.
        sequential: One hue in ten steps, from next to nothing to most.
        diverging: Low (blue), the middle (grey, at zero) and high (orange).
    """

    background: str
    card: str
    text: str
    muted: str
    grid: str
    train: str
    validation: str
    test: str
    right: str
    wrong: str
    neutral: str
    categorical: tuple[str, ...]
    sequential: tuple[str, ...]
    diverging: tuple[str, ...]

    def part(self, name: str) -> str:
        """Colour of a part; muted for what is none."""
        return {"train": self.train, "validation": self.validation, "test": self.test}.get(name, self.muted)


LIGHT = Tokens(
    background="#FBFAF7",
    card="#FFFFFF",
    text="#1C2430",
    muted="#5B6675",
    grid="#E9E6DE",
    train="#1F5FBF",
    validation="#B54F08",
    test="#0F7B5F",
    right="#1B7F4B",
    wrong="#B3261E",
    neutral="#7A5AB5",
    categorical=("#1F5FBF", "#B54F08", "#0F7B5F", "#7A5AB5", "#A3365F", "#6B6B1E", "#2B7A94", "#5B6675"),
    sequential=("#EEF3FB", "#D9E5F7", "#BFD3F0", "#A1BDE8", "#7FA3DD", "#5C88D0", "#3F70C4", "#1F5FBF", "#184C99", "#113972"),
    diverging=("#1F5FBF", "#7E9CC9", "#B9BDC4", "#D09A6C", "#B54F08"),
)
DARK = Tokens(
    background="#12161C",
    card="#1A2028",
    text="#E8ECF1",
    muted="#9AA6B5",
    grid="#2A323D",
    train="#6EA8FE",
    validation="#F5A35C",
    test="#4CC9A4",
    right="#6AD49B",
    wrong="#FF8A80",
    neutral="#BBA0F0",
    categorical=("#6EA8FE", "#F5A35C", "#4CC9A4", "#BBA0F0", "#F08FB0", "#C9C36A", "#6CC7E0", "#9AA6B5"),
    sequential=("#16202E", "#1A2B45", "#1F3A61", "#264B80", "#305E9F", "#3E73BD", "#5189D6", "#6EA8FE", "#95C0FF", "#BFDAFF"),
    diverging=("#6EA8FE", "#6485B5", "#5A6472", "#A9815C", "#F5A35C"),
)
TOKENS: dict[Theme, Tokens] = {"light": LIGHT, "dark": DARK}


def scale(colours: tuple[str, ...]) -> list[list[Any]]:
    """Colours as a plotly colour scale from 0 to 1."""
    return [[index / (len(colours) - 1), colour] for index, colour in enumerate(colours)]


def rgba(colour: str, alpha: float) -> str:
    """A `#RRGGBB` colour with transparency.

    >>> rgba("#1F5FBF", 0.2)
    'rgba(31, 95, 191, 0.2)'
    """
    red, green, blue = (int(colour[start : start + 2], 16) for start in (1, 3, 5))
    return f"rgba({red}, {green}, {blue}, {alpha})"


def blank(theme: Theme, *, x: str = "", y: str = "", height: int = 360) -> go.Figure:
    """An empty figure with the theme's type, grid and hover.

    Args:
        theme: Light or dark.
        x: Title of the horizontal axis with its unit; user text in it is escaped here.
        y: Title of the vertical axis with its unit.
        height: In pixels; the width follows the page.
    """
    import plotly.graph_objects as go

    tokens = TOKENS[theme]
    hover = {"bgcolor": tokens.card, "bordercolor": tokens.grid, "font": {"family": FONT, "size": 13, "color": tokens.text}, "align": "left"}
    axis = {
        "gridcolor": tokens.grid,
        "zeroline": False,
        "linecolor": tokens.grid,
        "tickfont": {"color": tokens.muted, "size": 12},
        "title": {"font": {"color": tokens.muted, "size": 13}, "standoff": 8},
        "automargin": True,
        "ticks": "",
    }
    figure = go.Figure()
    figure.update_layout(
        template="none",
        height=height,
        paper_bgcolor="rgba(0, 0, 0, 0)",
        plot_bgcolor="rgba(0, 0, 0, 0)",
        font={"family": FONT, "size": 13, "color": tokens.text},
        margin={"l": 8, "r": 12, "t": 12, "b": 8},
        xaxis=axis,
        yaxis=axis,
        showlegend=False,
        hovermode="closest",
        hoverlabel=hover,
        colorway=list(tokens.categorical),
        modebar={"bgcolor": "rgba(0, 0, 0, 0)", "color": tokens.muted, "activecolor": tokens.text, "orientation": "h"},
        uirevision="keep",
    )
    return figure.update_xaxes(title_text=safe(x)).update_yaxes(title_text=safe(y))


def note(figure: go.Figure, text: str, x: float, y: float, colour: str, **more: Any) -> None:
    """Write a label straight onto the figure, `text` escaped."""
    settings = {"showarrow": False, "xanchor": "left", "yanchor": "middle", "font": {"color": colour, "size": 12}, **more}
    figure.add_annotation(text=safe(text), x=x, y=y, **settings)


def key(figure: go.Figure, entries: Sequence[tuple[str, str]]) -> None:
    """Say above the figure what its marks mean: words and their colour, in one line that ends at the right edge."""
    words = "&nbsp;&nbsp; ".join(f"<span style='color:{colour}'>{safe(text)}</span>" for text, colour in entries)
    settings = {"showarrow": False, "x": 1, "y": 1, "xref": "paper", "yref": "paper", "xanchor": "right", "yanchor": "bottom", "font": {"size": 12}}
    figure.add_annotation(text=words, **settings)
    figure.update_layout(margin_t=28)
