"""Runs: every one, compared, opened, deleted."""

from __future__ import annotations

import streamlit as st

from pages.components.charts import show_table
from pages.components.comparison import curves_side_by_side, scores_side_by_side
from pages.components.home import run_store
from pages.components.run_list import delete_button, differences, run_table

st.title("Runs")
runs = run_store().list()
if not runs:
    st.markdown("Every network you train is kept here with its settings, its curves and its scores. There is none yet.")
    if st.button("Begin with data", type="primary", icon=":material/table_view:"):
        st.switch_page("pages/1_data.py", query_params={})
    st.stop()

st.markdown("Choose a row to open a run, several to compare them.")
chosen = run_table(runs)
with st.container(horizontal=True):
    if st.button("Open", type="primary", icon=":material/arrow_forward:", disabled=len(chosen) != 1):
        trained = chosen[0].result is not None
        st.switch_page("pages/4_results.py" if trained else "pages/3_train.py", query_params={"run": chosen[0].id})
    delete_button(chosen)

if len(chosen) > 1:
    scores, curves, settings = st.tabs(["Scores", "Curves", "Settings that differ"])
    with scores:
        scores_side_by_side(chosen)
    with curves:
        curves_side_by_side(chosen)
    with settings:
        show_table(differences(chosen), key="runs.differences", alt="Settings in which the chosen runs differ")
