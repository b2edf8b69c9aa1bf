"""The instruments of a run by epoch: how large its steps and gradients are, how fast it learns, what it uses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from nnapp.charts.chart import Chart, described
from nnapp.charts.curves import thinned
from nnapp.charts.text import brief, percent, safe, short
from nnapp.charts.theme import TOKENS, Theme, blank, note

MANIFOLD = 3.0
"""Factor between the first value and the last from which a change is worth a word."""
Values = NDArray[np.float64]


@dataclass(frozen=True)
class Instrument:
    """How one number is drawn and read.

    Attributes:
        title: Its name in a menu.
        axis: Its name with its unit.
        finding: From its values, and the layer it is of, to what they say.
        caption: How to read it.
        text: How a value is written.
        unit: What a value is divided by.
        logarithmic: Whether its values span powers of ten.
        top: Where its axis ends at least.
    """

    title: str
    axis: str
    finding: Callable[[Values, str], str]
    caption: str
    text: Callable[[float], str] = brief
    unit: float = 1.0
    logarithmic: bool = False
    top: float | None = None


def text_of_rate(rate: float) -> str:
    """A small number written out.

    >>> text_of_rate(0.00012345), text_of_rate(0.5)
    ('0.000123', '0.5')
    """
    return str(np.format_float_positional(float(f"{rate:.3g}"), trim="-"))


def _rate(values: Values, _: str) -> str:
    peak, end = float(values.max()), float(values[-1])
    if end > 0.99 * peak:
        return f"The learning rate is {text_of_rate(end)}"
    return f"The learning rate peaked at {text_of_rate(peak)} and has come down to {text_of_rate(end)}"


def _gradient(values: Values, layer: str) -> str:
    what = f"The gradient of {layer}" if layer else "The gradient"
    first, end = float(values[0]), float(values[-1])
    if len(values) == 1:
        return f"{what} was measured once: {brief(end)}"
    if first and end and max(first / end, end / first) >= MANIFOLD:
        return f"{what} has {'shrunk' if end < first else 'grown'} from {brief(first)} to {brief(end)}"
    return f"{what} is about as long as at the start: {brief(end)}"


def _dead(values: Values, layer: str) -> str:
    end = float(values[-1])
    return f"{percent(end)} of the units of {layer} are dead" if end > 0 else f"No unit of {layer} is dead"


def _speed(values: Values, _: str) -> str:
    return f"The network learns from {brief(median(values.tolist()))} rows a second"


def _memory(values: Values, _: str) -> str:
    first, end = float(values[0]), float(values[-1])
    return f"Memory has grown from {brief(first)} to {brief(end)} GB" if end > 1.1 * first else f"The training holds {brief(end)} GB of memory"


def _cpu(values: Values, _: str) -> str:
    middle = round(median(values.tolist()), 1)
    return f"The training keeps {brief(middle)} {'core' if middle == 1 else 'cores'} busy"


def _gpu(values: Values, _: str) -> str:
    return f"The GPU is busy {percent(median(values.tolist()))} of the time"


INSTRUMENTS: dict[str, Instrument] = {
    "learning_rate": Instrument(
        "Learning rate", "Learning rate", _rate, "The learning rate is the size of a step: large first, to get on, then small, to settle.", text=text_of_rate
    ),
    "gradient_norm": Instrument(
        "Gradient",
        "Length of the gradient",
        _gradient,
        "The gradient says how strongly the loss pulls at the weights: it shrinks as the network settles, a jump upwards unsettles it, and "
        "a layer whose gradient is next to nothing does not learn. It is measured now and then, since that takes time from the training.",
        logarithmic=True,
    ),
    "dead_units": Instrument(
        "Dead units",
        "Share of units",
        _dead,
        "A dead unit is zero for every row, so it learns no more: a few do no harm, half a layer does.",
        text=percent,
        top=1.0,
    ),
    "rows_per_second": Instrument(
        "Rows a second",
        "Training rows a second",
        _speed,
        "The first epoch is slower, because it prepares what later ones use; a fall later on means that something else needs the machine.",
        top=0.0,
    ),
    "memory": Instrument("Memory", "Memory, GB", _memory, "Memory that the training holds: it grows at first and should then stay.", unit=1e9, top=0.0),
    "cpu": Instrument(
        "CPU",
        "Cores busy",
        _cpu,
        "Cores that the training keeps busy: far fewer than there are means that small steps, not arithmetic, take the time.",
        top=1.0,
    ),
    "gpu": Instrument(
        "GPU", "Share of the time", _gpu, "A GPU that is often idle waits for its rows, or its steps are too small to fill it.", text=percent, top=1.0
    ),
    "gpu_memory": Instrument(
        "GPU memory", "GPU memory, GB", _memory, "Memory of the GPU in use, by this training and whatever else runs on it.", unit=1e9, top=0.0
    ),
}
"""What can be drawn, by the name under which a run tells it."""


def instruments_in(metrics: pd.DataFrame) -> dict[str, list[str]]:
    """The instruments that a run has told, each with the layers that it is known of; the network as a whole is the layer ''."""
    told = list(dict.fromkeys(metrics["name"]))
    layers = {name: [whole.partition("/")[2] for whole in told if whole.partition("/")[0] == name] for name in INSTRUMENTS}
    return {name: of for name, of in layers.items() if of}


def instrument_chart(metrics: pd.DataFrame, *, name: str, layer: str = "", theme: Theme = "light", height: int = 280) -> Chart:
    """Draw one instrument by epoch.

    Args:
        metrics: One row a number, with `epoch`, `name` and `value`; other columns are ignored.
        name: One of `INSTRUMENTS`.
        layer: The layer it is of, where it is told by layer.
        theme: Light or dark.
        height: In pixels.
    """
    shown, tokens = INSTRUMENTS[name], TOKENS[theme]
    rows = metrics[metrics["name"] == (f"{name}/{layer}" if layer else name)].dropna(subset=["value"])
    epochs, values = rows["epoch"].to_numpy(np.float64), rows["value"].to_numpy(np.float64) / shown.unit
    figure = blank(theme, x="epoch", y=shown.axis, height=height)
    table = pd.DataFrame({"epoch": epochs, shown.axis: values})
    if not len(values):
        return Chart(figure, f"{shown.title}: not measured yet", shown.caption, f"{shown.title} has not been measured yet.", table)
    x, y = thinned(epochs, values)
    figure.add_scatter(
        x=x,
        y=y,
        mode="lines+markers" if len(x) < 25 else "lines",
        line={"color": tokens.train, "width": 2.4},
        marker={"color": tokens.train, "size": 6},
        text=[shown.text(float(value)) for value in y],
        hovertemplate=f"{safe(shown.title)}, epoch %{{x:.3g}}<br><b>%{{text}}</b><extra></extra>",
    )
    logarithmic = shown.logarithmic and values.min() > 0 and values.max() > 10 * values.min()
    figure.update_yaxes(type="log" if logarithmic else "linear", nticks=6, tickformat="~%" if shown.text is percent else "~g")
    if shown.top is not None or len(values) == 1:
        figure.update_yaxes(autorangeoptions={"include": [0, 1.05 * max(shown.top or 0.0, float(values.max()))]})
    figure.update_xaxes(tickformat="~g", nticks=8)
    end = float(values[-1])
    note(figure, shown.text(end), float(x[-1]), float(np.log10(end)) if logarithmic else end, tokens.train, xshift=8)
    figure.update_layout(margin={"r": 72, "t": 12})
    title = shown.finding(values, short(layer, 40))
    return Chart(figure, title, shown.caption, described([f"{shown.title} by epoch", title]), table)
