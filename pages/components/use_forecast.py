"""A forecast that goes on from the end of the data, or from steps that a person changes."""

from __future__ import annotations

import tempfile
from pathlib import Path

import streamlit as st

from nnapp.charts.forecasts import forecast_fan
from nnapp.errors import DataError
from nnapp.files import safe_join
from nnapp.portable.errors import PortableError
from nnapp.runs.answering import predict
from nnapp.runs.folder import Run
from nnapp.runs.history import Cells, History, history
from nnapp.runs.outlook import outlook
from pages.components.answering import Answerer
from pages.components.charts import show_chart, theme
from pages.components.text import plain, several, short


def forecast_form(run: Run, network: Answerer) -> None:
    """The last steps, which may be changed, and what comes after them."""
    forecast = None if run.task is None else run.task.output.forecast
    if forecast is None:
        return
    known = _source(run)
    if known is None:
        return
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        name = (
            st.selectbox("Series", known.names, format_func=lambda one: plain(short(one)), key=f"use.series.{run.id}")
            if len(known.names) > 1
            else known.names[0]
        )
        targets = forecast.targets
        target = st.selectbox("Show", targets, format_func=lambda one: plain(short(one)), key=f"use.target.{run.id}") if len(targets) > 1 else targets[0]
    place = st.container()
    with st.expander(f"Change the last {known.about['window']} steps, from which it goes on", icon=":material/edit:"):
        cells = _editor(run, known, name)
    try:
        past, ahead = outlook(cells, network.columns(cells), known.about, forecast, target)
    except PortableError as error:
        raise DataError(error.problem, remedy=error.remedy) from error
    with place:
        show_chart(forecast_fan(past, ahead, name=target, asked=forecast.interval, theme=theme()), key="use.forecast")
        with st.container(horizontal=True, gap="small"):
            _download("Download this forecast", ahead.to_csv(index=False).encode(), run, "primary")
            if len(known.names) > 1 or len(targets) > 1:
                _download(f"Download all {several(len(known.names) * len(targets), 'forecast')}", lambda: _all(run, known), run, "secondary")
    if known.short:
        st.caption(
            f"{several(len(known.short), 'series is', 'series are')} left out: shorter than the {known.about['window']} steps that a forecast looks back over."
        )


def _source(run: Run) -> History | None:
    """The end of the training data, or of a table that is brought; None while there is none."""
    ends, own = "the data it was trained on", "a newer file"
    where = st.segmented_control("Go on from the end of", [ends, own], default=ends, required=True, key=f"use.source.{run.id}")
    if where == ends:
        return _history(str(run.folder))
    steps = (run.preprocessing or {})["window"]
    brought = st.file_uploader(
        "The file", key="use.newer", help=f"A table with the columns of the training data and at least the last {steps} steps of every series."
    )
    if brought is None:
        st.caption(
            f"Bring a table with the columns of the training data and at least the last {steps} steps of every series. What comes after its end is forecast."
        )
        return None
    with tempfile.TemporaryDirectory() as folder:
        path = safe_join(Path(folder), brought.name)
        path.write_bytes(brought.getbuffer())
        return history(run, path)


def _editor(run: Run, known: History, name: str) -> Cells:
    """The last window as a table that can be changed, longer and shorter; gives the cells of the series up to its end."""
    turn, last = st.session_state.setdefault("use.edit.turn", 0), known.last(name)
    st.caption("Correct a value, add the newest steps below, or play through what would happen. The chart above follows.")
    edited = st.data_editor(last, num_rows="dynamic", hide_index=True, height=280, key=f"use.edit.{run.id}.{name}.{turn}", alt="The last steps, to be changed")
    if st.button("As it was", icon=":material/undo:", disabled=edited.equals(last)):
        st.session_state["use.edit.turn"] = turn + 1
        st.rerun()
    return known.changed(name, edited)


def _download(label: str, data: object, run: Run, kind: str) -> None:
    st.download_button(
        label, data=data, file_name=f"{short(run.name)}.forecast.csv", mime="text/csv", type=kind, icon=":material/download:", on_click="ignore", key=f"use.{kind}"
    )  # fmt: skip


def _all(run: Run, known: History) -> bytes:
    """The forecast of every series and target, as `predict` writes it."""
    with tempfile.TemporaryDirectory() as folder:
        predict(run, known.cells(), Path(folder) / "all.csv")
        return (Path(folder) / "all.csv").read_bytes()


@st.cache_resource(max_entries=6, ttl=3600, show_spinner="Reading the data")
def _history(folder: str) -> History:
    return history(Run(Path(folder)))
