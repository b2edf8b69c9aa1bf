"""Series as lines on the Data page, and what is asked of a forecast."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from nnapp.charts.panels import by_class, over_time
from nnapp.data import series_overview
from nnapp.data.specs import DataConfig, SplitSpec
from nnapp.data.table import Table
from nnapp.data.target import Question
from pages.components import address
from pages.components.charts import show_chart, theme
from pages.components.source import keep, open_data, profiles, question
from pages.components.spec_form import spec_form
from pages.components.text import plain, short

ASKED = ("horizon", "window", "interval")
SELDOM = ("all_channels", "series_id")


def forecast_settings(config: DataConfig, asked: Question) -> None:
    """How far ahead, from how far back, and how sure."""
    if asked.kind != "forecasting":
        return
    shown = {*ASKED, *SELDOM}
    names = {"series_id": [one.name for one in profiles(config) if one.type in {"category", "identifier", "text"}]}
    spec_form(
        DataConfig, config.model_dump(), address.putting("data"), key="forecast", basic=ASKED, choices=names, leave_out=set(DataConfig.model_fields) - shown, columns=3,
        advanced_label="Several series or targets",
    )  # fmt: skip


def series_look(data: Table, config: DataConfig, split: SplitSpec, asked: Question) -> None:
    """The series as lines: over time where they are forecast or watched, else a few of every class."""
    if asked.data != "series":
        return
    if asked.kind not in {"forecasting", "anomaly"}:
        show_chart(by_class(_examples(config.to_json()), theme=theme()), key="look.classes")
        return
    every = "all series"
    found = _over_time(config.to_json(), split.to_json(), None)
    if len(found.names) > 1:
        chosen = st.selectbox("Show", [every, *found.names], format_func=lambda name: plain(short(name)), key="look.series")
        if chosen != every:
            found = _over_time(config.to_json(), split.to_json(), chosen)
    chart = over_time(found.table, panels=found.panels, title=found.said(asked.target), missing=found.missing, marked=found.marked, theme=theme())
    show_chart(chart, key="look.series.chart")


@keep
def _over_time(config_json: str, split_json: str, series: str | None) -> series_overview.OverTime:
    config = DataConfig.from_json(config_json)
    data = open_data(config)
    assert isinstance(data, Table)
    return series_overview.over_time(data, question(config), profiles(config), config, SplitSpec.from_json(split_json), series=series)


@keep
def _examples(config_json: str) -> pd.DataFrame:
    config = DataConfig.from_json(config_json)
    data = open_data(config)
    assert isinstance(data, Table)
    return series_overview.by_class(data, question(config))
