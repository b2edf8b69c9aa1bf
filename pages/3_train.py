"""Train: watch a run while it learns; stop it when it has learned enough."""

from __future__ import annotations

import streamlit as st

from nnapp.runs.folder import Run
from nnapp.runs.launch import ProcessLauncher
from pages.components.controls import controls
from pages.components.curves import curves
from pages.components.empty import needs_run
from pages.components.errors import explained
from pages.components.flight import flight_recorder, pointer
from pages.components.home import home, run_here
from pages.components.progress import device_box, events, failure, metrics_so_far, numbers_now, progress
from pages.components.run_header import run_header

run = run_here()
if run is None:
    needs_run("Train", "Here you watch a network learn: its loss, its time left, its device. Start one from a sample or a file of your own.")
    st.stop()

drawn = run.status.state
live = not run.status.is_final


@st.fragment(run_every=1.0 if live else None)
def watch(run: Run) -> None:
    """Everything that changes while the run goes on."""
    status = run.status
    if status.state != drawn:
        st.rerun()
    metrics = metrics_so_far(run)
    if live:
        with explained():
            ProcessLauncher(home()).ensure()
        progress(run, status, metrics)
    numbers_now(metrics, live=live)
    chart, side = st.columns([3, 1], gap="large")
    with chart:
        curves(run, metrics, live=live)
    with side:
        pointer(run)
        device_box(status)
        events(run)
    flight_recorder(run, metrics, live=live)


run_header(run)
failure(run)
controls(run)
watch(run)
