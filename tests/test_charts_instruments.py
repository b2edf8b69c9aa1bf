"""The instruments of a run: titles that say what the numbers say, and nothing where nothing was measured."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from nnapp.charts import TOKENS, Chart
from nnapp.charts.instruments import INSTRUMENTS, instrument_chart, instruments_in
from nnapp.training.flight import INSTRUMENTS as TOLD


def told(**values: list[float]) -> pd.DataFrame:
    """Metrics as a run tells them: one value an epoch."""
    rows = [
        {"step": epoch, "epoch": float(epoch), "split": "train", "name": name.replace("__", "/"), "value": value, "seconds": 1.0}
        for name, each in values.items()
        for epoch, value in enumerate(each, 1)
    ]
    return pd.DataFrame(rows)


def drawn(name: str, values: list[float], layer: str = "") -> Chart:
    return instrument_chart(told(**{f"{name}__{layer}" if layer else name: values}), name=name, layer=layer)


@pytest.mark.parametrize(
    ("name", "layer", "values", "title"),
    [
        ("learning_rate", "", [1e-4, 1e-3, 1e-5], "The learning rate peaked at 0.001 and has come down to 0.00001"),
        ("learning_rate", "", [1e-3, 1e-3], "The learning rate is 0.001"),
        ("gradient_norm", "", [2.0, 1.0, 0.5], "The gradient has shrunk from 2 to 0.5"),
        ("gradient_norm", "hidden1", [0.1, 5.0], "The gradient of hidden1 has grown from 0.1 to 5"),
        ("gradient_norm", "", [1.0, 1.5], "The gradient is about as long as at the start: 1.5"),
        ("gradient_norm", "", [1.5], "The gradient was measured once: 1.5"),
        ("dead_units", "hidden1", [0.0, 0.25], "25 % of the units of hidden1 are dead"),
        ("dead_units", "hidden1", [0.25, 0.0], "No unit of hidden1 is dead"),
        ("rows_per_second", "", [10.0, 2000.0, 2010.0], "The network learns from 2,000 rows a second"),
        ("memory", "", [1e9, 2e9], "Memory has grown from 1 to 2 GB"),
        ("memory", "", [1e9, 1.02e9], "The training holds 1.02 GB of memory"),
        ("cpu", "", [1.0, 1.0], "The training keeps 1 core busy"),
        ("cpu", "", [1.5, 1.6], "The training keeps 1.6 cores busy"),
        ("gpu", "", [0.4, 0.6], "The GPU is busy 50 % of the time"),
    ],
)
def test_the_title_says_what_the_instrument_shows(name, layer, values, title):
    chart = drawn(name, values, layer)
    assert chart.title == title
    assert title.rstrip(".") in chart.alt
    assert chart.caption.endswith(".")
    assert len(chart.table) == len(values)


def test_an_instrument_that_was_not_read_says_so():
    chart = instrument_chart(told(loss=[1.0]), name="gpu")
    assert chart.title == "GPU: not measured yet"
    assert len(chart.figure.data) == 0


def test_the_menu_lists_what_was_told_and_the_whole_network_before_its_layers():
    metrics = told(loss=[1.0], cpu=[1.0], gradient_norm=[1.0], gradient_norm__hidden1=[1.0], dead_units__hidden1=[0.0], learning_rate=[0.1])
    assert instruments_in(metrics) == {"learning_rate": [""], "gradient_norm": ["", "hidden1"], "dead_units": ["hidden1"], "cpu": [""]}
    assert instruments_in(told(loss=[1.0])) == {}


def test_gradients_over_powers_of_ten_have_a_logarithmic_axis_and_one_that_is_zero_does_not():
    assert drawn("gradient_norm", [100.0, 1.0, 0.01]).figure.layout.yaxis.type == "log"
    assert drawn("gradient_norm", [1.0, 0.0]).figure.layout.yaxis.type == "linear"


def test_memory_is_drawn_in_gigabytes():
    chart = drawn("memory", [1.5e9])
    assert list(chart.figure.data[0].y) == [1.5]
    assert list(chart.table.columns) == ["epoch", "Memory, GB"]


@pytest.mark.parametrize("theme", TOKENS)
def test_a_long_run_is_thinned_and_takes_its_colours_from_the_theme(theme):
    chart = instrument_chart(told(cpu=np.linspace(1, 2, 5000).tolist()), name="cpu", theme=theme)
    assert len(chart.figure.data[0].x) <= 500
    assert chart.figure.data[0].line.color == TOKENS[theme].train


def test_what_is_drawn_is_what_the_flight_recorder_tells():
    assert set(INSTRUMENTS) - {"learning_rate"} <= set(TOLD)
