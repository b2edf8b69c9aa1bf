"""Use: ask the network about one row, picture or sound, or about a whole file."""

from __future__ import annotations

import streamlit as st

from nnapp.portable.inputs import file_kind
from pages.components.answering import answerer
from pages.components.batch import batch
from pages.components.empty import needs_run
from pages.components.errors import explained
from pages.components.jobs import ask, is_open, newest, watch
from pages.components.run_header import run_header, trained_run
from pages.components.use_file import FORMS, columns_form
from pages.components.use_forecast import forecast_form
from pages.components.use_form import show_answer, show_truth
from pages.components.use_picture import kept_picture

run = trained_run()
if run is None:
    needs_run("Use", "Here you ask a network about one row, picture or sound of your own, or about a whole file.")
    st.stop()

run_header(run)
network = answerer(run)
if network is None:
    job = newest(run, "export", format="tflite")
    st.markdown("The network answers here as the TFLite file that others would get. That file is not there yet.")
    if st.button("Make the TFLite file", type="primary", icon=":material/download:", disabled=is_open(job)):
        ask(run, "export", {"format": "tflite"})
        st.rerun()
    watch([job] if job is not None and is_open(job) else [], {job.id: "TFLite"} if job is not None else {})
    st.stop()

if run.task is not None and run.task.kind == "forecasting":
    with explained():
        forecast_form(run, network)
    st.stop()

if run.task is not None and run.task.kind == "anomaly":  # one step alone says nothing of what is usual
    batch(run)
    st.stop()

one, many = st.tabs(["One at a time", "A whole file"])
with one, explained():
    asked, answer = st.columns([3, 2], gap="large")
    files = file_kind(run.preprocessing or {})
    with asked:
        content = None if files is None else FORMS[files.noun]()
        cells = columns_form(run) if files is None else None
    with answer:
        if content is not None:
            show_answer(run, network.file(content))
        elif cells is not None:
            show_answer(run, network.columns(cells, kept_picture))
            show_truth(cells)
with many:
    batch(run)
