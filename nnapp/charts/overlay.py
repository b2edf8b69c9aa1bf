"""The attribution of a picture over the picture."""

from __future__ import annotations

import base64
import io

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from nnapp.charts.chart import Chart, described
from nnapp.charts.text import percent, safe, short
from nnapp.charts.theme import TOKENS, Theme, blank, key, note

Places = tuple[tuple[str, str, str], tuple[str, str, str], tuple[str, str, str]]
"""Words for the ninths of a picture, row by row."""
PICTURE_PLACES: Places = (
    ("in the upper left", "in the upper middle", "in the upper right"),
    ("in the left", "in the middle", "in the right"),
    ("in the lower left", "in the lower middle", "in the lower right"),
)
SOUND_PLACES: Places = (
    ("early, in the high pitches", "half-way, in the high pitches", "late, in the high pitches"),
    ("early, in the middle pitches", "half-way, in the middle pitches", "late, in the middle pitches"),
    ("early, in the low pitches", "half-way, in the low pitches", "late, in the low pitches"),
)
"""Of a spectrogram, time to the right and pitch upwards."""


def attribution_overlay(
    picture: NDArray[np.uint8],
    attribution: NDArray[np.float64] | NDArray[np.float32],
    *,
    explained: str,
    title: str = "",
    theme: Theme = "light",
    places: Places = PICTURE_PLACES,
) -> Chart:
    """Draw a picture, and beside it the same in grey with what speaks for and against the class in colour.

    Args:
        picture: As the network saw it, uint8 `(height, width, channels)`, one or three channels.
        attribution: Shape `(height, width)`.
        explained: The class that the attributions push towards.
        title: The finding; where the attribution lies when empty.
        theme: Light or dark.
        places: Words for where something lies.
    """
    tokens = TOKENS[theme]
    height, width = attribution.shape
    figure = blank(theme, height=300)
    overlay = blended(picture, attribution, tokens.diverging[-1], tokens.diverging[0])
    for place, shown in enumerate((_rgb(picture), overlay)):
        axis = "" if place == 0 else "2"
        more = {"hovertext": _pixels(attribution), "hovertemplate": "%{hovertext}<extra></extra>"} if place else {"hoverinfo": "skip"}
        figure.add_image(source=_png(shown), xaxis=f"x{axis}", yaxis=f"y{axis}", **more)
        domain = [0.0, 0.485] if place == 0 else [0.515, 1.0]
        bare = {"visible": False, "automargin": False}
        figure.update_layout({f"xaxis{axis}": {**bare, "domain": domain, "anchor": f"y{axis}", "constrain": "domain", "range": [-0.5, width - 0.5]}})
        scale = {"scaleanchor": f"x{axis}", "anchor": f"x{axis}", "constrain": "domain", "constraintoward": "top", "range": [height - 0.5, -0.5]}
        figure.update_layout({f"yaxis{axis}": {**bare, **scale}})
    figure.update_layout(margin={"t": 26, "l": 4, "r": 4, "b": 26}, hovermode="closest")
    note(figure, "what the network saw", 0.0, 1.0, tokens.muted, xref="paper", yref="paper", yanchor="bottom")
    key(figure, [("● for", tokens.diverging[-1]), ("● against", tokens.diverging[0])])
    where, share = _strongest(attribution, places)
    found = title or f"What speaks for {short(explained, 32)} lies mostly {where}: {percent(share)} of it"
    caption = f"Orange pixels speak for {short(explained, 40)}, blue ones against it; uncoloured pixels did not matter."
    table = pd.DataFrame(
        {
            "part": [name.removeprefix("in the ") for row in places for name in row],
            "for": _shares(np.maximum(attribution, 0)),
            "against": _shares(-np.minimum(attribution, 0)),
        }
    )
    return Chart(figure, found, caption, described(["A picture and the attribution of each pixel", found]), table)


def blended(picture: NDArray[np.uint8], attribution: NDArray[np.float64] | NDArray[np.float32], up: str, down: str) -> NDArray[np.uint8]:
    """The picture in faint grey, coloured by the attribution: uint8 `(height, width, 3)`.

    Args:
        picture: uint8 `(height, width, channels)`.
        attribution: Shape `(height, width)`; its largest hundredth has full colour.
        up: Colour of what is above 0.
        down: Colour of what is below.
    """
    grey = picture.astype(np.float64).mean(axis=2, keepdims=True) * 0.45 + 70.0
    top = float(np.percentile(np.abs(attribution), 99)) or float(np.abs(attribution).max()) or 1.0
    strength = np.clip(np.abs(attribution) / top, 0, 1)[..., None] ** 0.8
    colour = np.where(attribution[..., None] > 0, _channels(up), _channels(down))
    mixed: NDArray[np.uint8] = np.clip(grey * (1 - strength) + colour * strength, 0, 255).astype(np.uint8)
    return mixed


def _channels(colour: str) -> NDArray[np.float64]:
    return np.array([int(colour[start : start + 2], 16) for start in (1, 3, 5)], dtype=np.float64)


def _rgb(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.repeat(picture, 3, axis=2) if picture.shape[2] == 1 else picture[..., :3]


def _png(picture: NDArray[np.uint8]) -> str:
    """A data URI."""
    from PIL import Image

    stream = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(picture)).save(stream, format="PNG")
    return "data:image/png;base64," + base64.b64encode(stream.getvalue()).decode()


def _pixels(attribution: NDArray[np.float64] | NDArray[np.float32]) -> list[list[str]]:
    return [[safe(f"{value:+.3g}") for value in row] for row in attribution]


def _shares(size: NDArray[np.float64] | NDArray[np.float32]) -> list[float]:
    """Share of each ninth of the picture, row by row."""
    whole = float(size.sum()) or 1.0
    return [float(cell.sum()) / whole for band in np.array_split(size, 3, axis=0) for cell in np.array_split(band, 3, axis=1)]


def _strongest(attribution: NDArray[np.float64] | NDArray[np.float32], places: Places) -> tuple[str, float]:
    shares = _shares(np.maximum(attribution, 0))
    best = int(np.argmax(shares))
    return places[best // 3][best % 3], shares[best]
