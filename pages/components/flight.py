"""Flight recorder: what went wrong in a run, in words, each with its remedy; and the instruments behind it."""

from __future__ import annotations

import time

import pandas as pd
import streamlit as st

from nnapp.charts.instruments import INSTRUMENTS, instrument_chart, instruments_in
from nnapp.runs.folder import Run
from nnapp.runs.remarks import Remark, newest_of_each, remarks
from nnapp.training.diagnoses import Fix
from nnapp.training.steering import Steering
from pages.components import address
from pages.components.charts import show_chart, theme
from pages.components.errors import explained
from pages.components.live_chart import live_chart
from pages.components.plan import settings_of
from pages.components.text import plain, several

EARLIER_SHOWN = 12
WHOLE = "Whole network"


def flight_recorder(run: Run, metrics: pd.DataFrame, *, live: bool) -> None:
    """What was noticed, the newest of each kind first; then what it has overtaken and the instruments, folded."""
    found = remarks(run.events()[0])
    st.subheader("Flight recorder")
    if not found:
        st.caption(f"Every epoch is checked for what commonly goes wrong. {'Nothing has been noticed so far.' if live else 'Nothing was noticed.'}")
    newest, earlier = newest_of_each(found)
    for remark in newest:
        _show(run, remark, f"remark.{len(found) - found.index(remark)}", live=live)
    if earlier:
        with st.expander("Earlier remarks", icon=":material/history:"):
            for remark in earlier[:EARLIER_SHOWN]:
                _show(run, remark, f"remark.{len(found) - found.index(remark)}", live=live)
    _instruments(run, metrics, live=live)


def pointer(run: Run) -> None:
    """A line beside the curves, so that remarks below them are not missed."""
    warnings = sum(remark.warning for remark in newest_of_each(remarks(run.events()[0]))[0])
    if warnings:
        st.markdown(f":orange[:material/warning:] The flight recorder, below the curves, has **{several(warnings, 'warning')}** with what to do.")


def _show(run: Run, remark: Remark, key: str, *, live: bool) -> None:
    icon, color = ("warning", "orange") if remark.warning else ("info", "blue")
    with st.container(border=True, key=f"box.{key}"):
        st.markdown(f":{color}[:material/{icon}:] {plain(remark.text)}")
        st.caption(f"Epoch {remark.epoch} · {time.strftime('%H:%M:%S', time.localtime(remark.time))}")
        fixes = remark.fixes_for(under_way=live)
        for applies, words in (("same run", "From here on:"), ("new run", "In a new run:")):
            offered = [fix for fix in fixes if fix.applies == applies]
            if offered:
                with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                    st.caption(words, width="content")
                    for place, fix in enumerate(offered):
                        _button(run, fix, f"fix.{key}.{applies}.{place}")


def _button(run: Run, fix: Fix, key: str) -> None:
    again = fix.applies == "new run"
    words = "Opens the Model page with this run's settings and this one changed." if again else "Changes the setting while the run goes on."
    if not st.button(plain(fix.words), key=key, icon=":material/restart_alt:" if again else ":material/tune:", help=words):
        return
    with explained():
        if again:
            spec = run.spec
            address.begin(spec.data.sha256, settings_of(spec) | dict(fix.changes))
            st.switch_page("pages/2_model.py", query_params=address.here())
        run.steer(Steering.of(fix.changes))
        st.toast(f"{plain(fix.words)}: it takes effect within a second or two.", icon=":material/tune:")


def _instruments(run: Run, metrics: pd.DataFrame, *, live: bool) -> None:
    """One chart at a time."""
    known = instruments_in(metrics)
    if not known:
        return
    with st.expander("Instruments", icon=":material/speed:", key=f"instruments.{run.id}"):
        name = st.pills(
            "Instrument", list(known), key=f"instrument.{run.id}", default=next(iter(known)), required=True, format_func=lambda name: INSTRUMENTS[name].title
        )
        layers = known[name]
        layer = layers[0]
        if len(layers) > 1:
            layer = st.selectbox("Layer", layers, key=f"layer.{run.id}.{name}", format_func=lambda layer: layer or WHOLE, width=320)
        chart = instrument_chart(metrics, name=name, layer=layer, theme=theme())
        if not live:
            show_chart(chart, key=f"instrument.{name}.{layer}")
            return
        st.markdown(f"**{plain(chart.title)}**")
        live_chart(chart.figure, key=f"live.{run.id}.{name}.{layer}", alt=chart.alt, height=int(chart.figure.layout.height))
        st.caption(plain(chart.caption))
