"""Learning curves: a number by epoch, for training and validation."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from nnapp.charts.chart import Chart, described
from nnapp.charts.finding import Curve, finding
from nnapp.charts.text import safe, short
from nnapp.charts.theme import LINES, TOKENS, Theme, blank, note, rgba
from nnapp.metrics import METRICS, text_of_metric
from nnapp.metrics.scoring import text_of_number

if TYPE_CHECKING:
    import plotly.graph_objects as go

MOST_POINTS = 400
_TITLES = {"loss": "Loss", "learning_rate": "Learning rate", "gradient_norm": "Gradient norm"}
_SPLITS = ("train", "validation")
_WITHIN = ("running_loss", "batch_loss")
"""The loss within an epoch."""
CAPTION = "Each line is one number by epoch; the gap between training (solid) and validation (dashed) is what the network knows by heart."


@dataclass(frozen=True)
class _Named:
    """How a number is called and written."""

    name: str

    @property
    def title(self) -> str:
        known = METRICS[self.name].title if self.name in METRICS else self.name.replace("_", " ").capitalize()
        return _TITLES.get(self.name, known)

    @property
    def higher_is_better(self) -> bool:
        return METRICS[self.name].higher_is_better if self.name in METRICS else False

    @property
    def is_share(self) -> bool:
        return self.name in METRICS and METRICS[self.name].unit == "share"

    def text(self, value: float) -> str:
        return text_of_metric(self.name, value) if self.name in METRICS else text_of_number(value)


def learning_curves(
    metrics: pd.DataFrame,
    *,
    name: str = "loss",
    best_epoch: int | None = None,
    events: Sequence[tuple[float, str]] = (),
    smoothing: float = 0.0,
    live: bool = False,
    theme: Theme = "light",
    height: int = 320,
) -> Chart:
    """Draw one number by epoch.

    Args:
        metrics: One row a number: `epoch` (fractional within an epoch), `split`, `name`, `value`; other columns are ignored.
        name: Which number. `loss` also shows `running_loss` and `batch_loss`, faint.
        best_epoch: The epoch whose weights are kept; found from the validation values when None.
        events: Epoch and a few words, drawn as labelled lines: a rate that was changed, a resumption.
        smoothing: 0 draws the numbers as they are, towards 1 their moving average, with the raw line faint.
        live: Whether the run is still going on: the words then speak of what is happening.
        theme: Light or dark.
        height: In pixels.
    """
    named = _Named(name)
    lines = {split: line for split in _SPLITS if len((line := _line(metrics, name, split)).epochs)}
    figure = blank(theme, x="epoch", y=named.title, height=height)
    if name == "loss":
        for within in _WITHIN:
            _faint(figure, _line(metrics, within, "train"), theme)
    for split, line in lines.items():
        _draw(figure, split, line, named, smoothing=smoothing, theme=theme)
    judged = lines.get("validation")
    best = _best_epoch(judged, named.higher_is_better) if best_epoch is None else best_epoch
    if judged is not None and best is not None and len(judged.epochs) > 1:
        _mark_best(figure, judged, best, named, theme)
    _mark_events(figure, events, max((float(line.epochs[-1]) for line in lines.values()), default=1.0), theme)
    _scale(figure, lines, named)
    title = finding(named.title.lower() if not named.title.isupper() else named.title, lines, named.higher_is_better, named.text, best, live=live)
    table = metrics[metrics["name"] == name][["epoch", "split", "value"]].reset_index(drop=True)
    caption = CAPTION if len(lines) > 1 else f"{named.title} by epoch."
    return Chart(figure, title, caption, described([f"{named.title} by epoch", title, *_ends(lines, named)]), table)


def _ends(lines: dict[str, Curve], named: _Named) -> list[str]:
    """Where each line ends, in words."""
    return [f"{split}: {named.text(float(line.values[-1]))} at epoch {line.epochs[-1]:g}" for split, line in lines.items()]


def thinned(x: NDArray[np.float64], y: NDArray[np.float64], most: int = MOST_POINTS) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """At most `most` points of a line, the smallest and the largest of each stretch among them, so that spikes survive."""
    if len(x) <= most:
        return x, y
    edges = np.linspace(0, len(x), most // 2 + 1).astype(np.int64)
    kept = {0, len(x) - 1}
    for low, high in itertools.pairwise(edges.tolist()):
        kept |= {int(low + y[low:high].argmin()), int(low + y[low:high].argmax())}
    rows = np.array(sorted(kept))
    return x[rows], y[rows]


def smoothed(y: NDArray[np.float64], smoothing: float) -> NDArray[np.float64]:
    """Exponential moving average, without the pull towards the first value."""
    if smoothing <= 0 or not len(y):
        return y
    return pd.Series(y).ewm(alpha=1 - min(smoothing, 0.99), adjust=True).mean().to_numpy(dtype=np.float64)


def _line(metrics: pd.DataFrame, name: str, split: str) -> Curve:
    rows = metrics[(metrics["name"] == name) & (metrics["split"] == split)]
    epochs, values = rows["epoch"].to_numpy(dtype=np.float64), rows["value"].to_numpy(dtype=np.float64)
    exist = np.isfinite(values)
    order = np.argsort(epochs[exist], kind="stable")
    return Curve(epochs[exist][order], values[exist][order])


def _best_epoch(line: Curve | None, higher_is_better: bool) -> float | None:
    if line is None:
        return None
    return float(line.epochs[line.values.argmax() if higher_is_better else line.values.argmin()])


def _faint(figure: go.Figure, line: Curve, theme: Theme) -> None:
    x, y = thinned(line.epochs, line.values)
    figure.add_scatter(x=x, y=y, mode="lines", line={"color": rgba(TOKENS[theme].train, 0.22), "width": 1}, hoverinfo="skip", name="each batch")


def _draw(figure: go.Figure, split: str, line: Curve, named: _Named, *, smoothing: float, theme: Theme) -> None:
    colour = TOKENS[theme].part(split)
    x, y = thinned(line.epochs, smoothed(line.values, smoothing))
    if smoothing > 0:
        raw_x, raw_y = thinned(line.epochs, line.values)
        figure.add_scatter(x=raw_x, y=raw_y, mode="lines", line={"color": rgba(colour, 0.25), "width": 1}, hoverinfo="skip", name=f"{split}, raw")
    figure.add_scatter(
        x=x,
        y=y,
        mode="lines" if len(x) > 1 else "markers",
        name=split,
        line={"color": colour, "width": 2.4, "dash": LINES[split]},
        marker={"color": colour, "size": 8},
        text=[named.text(float(value)) for value in y],
        hovertemplate=f"{split}, epoch %{{x:.3g}}<br><b>%{{text}}</b><extra></extra>",
    )


def _mark_best(figure: go.Figure, line: Curve, best: float, named: _Named, theme: Theme) -> None:
    tokens = TOKENS[theme]
    at = int(np.abs(line.epochs - best).argmin())
    x, y = float(line.epochs[at]), float(line.values[at])
    figure.add_vline(x=x, line={"color": tokens.muted, "width": 1, "dash": "dot"})
    figure.add_scatter(
        x=[x], y=[y], mode="markers", cliponaxis=False, marker={"color": tokens.card, "size": 10, "line": {"color": tokens.validation, "width": 2.4}}, name="best epoch",
        hovertemplate=f"kept: epoch {x:g}<br><b>{safe(named.text(y))}</b><extra></extra>",
    )  # fmt: skip
    right = x > (line.epochs[0] + line.epochs[-1]) / 2
    note(figure, f"best: epoch {x:g}", x, 1.0, tokens.muted, yref="paper", yanchor="bottom", xanchor="right" if right else "left", xshift=6 if right else -6)


def _mark_events(figure: go.Figure, events: Sequence[tuple[float, str]], last: float, theme: Theme) -> None:
    tokens = TOKENS[theme]
    for place, (epoch, words) in enumerate(events):
        figure.add_vline(x=epoch, line={"color": tokens.neutral, "width": 1})
        side = {"xanchor": "right", "xshift": -4} if epoch > last / 2 else {"xanchor": "left", "xshift": 4}
        note(figure, short(words, 28), epoch, 1.0, tokens.neutral, yref="paper", yanchor="top", yshift=-15 * (place % 3), font_size=11, **side)


def _scale(figure: go.Figure, lines: dict[str, Curve], named: _Named) -> None:
    """Direct labels at the line ends, room for them, percent where it is a share, logarithms where the first epochs dwarf the rest."""
    figure.update_layout(margin={"r": 96, "t": 26})
    if not lines:
        figure.update_xaxes(range=[0, 1])
        return
    values = np.concatenate([line.values for line in lines.values()])
    logarithmic = not named.is_share and len(values) > 4 and values.min() > 0 and values.max() / values.min() > 30
    figure.update_yaxes(type="log" if logarithmic else "linear", **({"tickformat": ".0%"} if named.is_share else {}), nticks=6)
    last = max(float(line.epochs[-1]) for line in lines.values())
    low, high = (0.0, 1.01 * last) if last > 1 else (0.5 * last, 1.5 * last)
    # Not a fixed range: plotly forgets a person's zoom when a range that the figure fixes has changed.
    figure.update_xaxes(tickformat="~g", nticks=8, autorangeoptions={"include": [low, high], "clipmin": low, "clipmax": high})
    ends = {split: float(line.values[-1]) for split, line in lines.items()}
    for split, line in lines.items():
        lift = 0 if len(ends) < 2 else 8 if ends[split] == max(ends.values()) else -8
        colour = figure_colour(figure, split)
        y = float(np.log10(ends[split])) if logarithmic else ends[split]
        note(figure, f"{split}", float(line.epochs[-1]), y, colour, xshift=8, yshift=lift + 7, font_size=12)
        note(figure, named.text(ends[split]), float(line.epochs[-1]), y, colour, xshift=8, yshift=lift - 7, font_size=12)


def figure_colour(figure: go.Figure, name: str) -> str:
    """Colour of the line called `name`."""
    return str(next(trace.line.color for trace in figure.data if trace.name == name))
