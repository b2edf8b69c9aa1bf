"""Explain: which columns, pixels, moments or words move the network's answers."""

from __future__ import annotations

import streamlit as st

from nnapp.explanation import EXPLAINERS
from pages.components.empty import needs_run
from pages.components.explaining import ask_for, choose_explainer, explainable, kept, show_explanation
from pages.components.jobs import is_open, newest, show_failure, watch
from pages.components.run_header import run_header, trained_run

run = trained_run()
if run is None:
    needs_run(
        "Explain",
        "Here you ask a network why: which columns, which words of a text, which pixels of a picture, or which moments of a sound or series moved its answers, and by how much.",
    )
    st.stop()

run_header(run)
if not explainable(run):
    st.stop()
name, settings = choose_explainer(run)
job = newest(run, "explain", explainer=name)
found = kept(run, name)
if st.button("Explain again" if found else "Explain", type="secondary" if found else "primary", icon=":material/contact_support:", disabled=is_open(job)):
    ask_for(run, name, settings)
    st.rerun()
watch([job] if job is not None and is_open(job) else [], {} if job is None else {job.id: EXPLAINERS[name].title})
show_failure(job)
if found is not None:
    show_explanation(run, found)
elif not is_open(job):
    st.markdown(
        "Each answer is shared out among what it rests on, so that the shares add up to the answer. It takes seconds for tables and short texts, longer for pictures, sounds and series."
    )
