"""Results: how well the network answers what it has never seen, beside simple baselines."""

from __future__ import annotations

import streamlit as st

from pages.components import address
from pages.components.empty import needs_run
from pages.components.reports import predictions_of, reports_of, show_report
from pages.components.run_header import run_header, trained_run
from pages.components.text import plain
from pages.components.verdict import score_table, scores_strip, verdict
from pages.components.worst import behind_a_cell, worst

run = trained_run()
if run is None:
    needs_run("Results", "Here you see how well a network answers examples it has never seen, with an interval on every number and simple baselines beside it.")
    st.stop()

run_header(run)
found, answers = reports_of(run), predictions_of(run)
verdict(found)
scores_strip(run, found)
watches = run.task is not None and run.task.kind == "anomaly"  # whose answers stand beside what was expected, right below
icon = ":material/play_circle:" if watches else ":material/contact_support:"
if st.button("Watch other data" if watches else "Ask it why", type="primary", icon=icon):
    st.switch_page("pages/7_use.py" if watches else "pages/5_explain.py", query_params=address.here())

TITLES = {
    "watch": "Along time",
    "flagged_stretches": "Flagged",
    "marked_stretches": "Known anomalies",
    "confusion_matrix": "Confusion",
    "per_class": "Class by class",
    "labels": "Label by label",
    "roc": "ROC",
    "precision_recall": "Precision and recall",
    "calibration": "Calibration",
    "predicted_vs_true": "Predicted and true",
    "residuals": "Residuals",
    "forecast_and_truth": "Forecasts",
    "error_by_step": "Step by step",
    "interval": "Interval",
}
ELSEWHERE = {"verdict", "scores", "worst_samples"}
shown = [*[name for name in TITLES if name in found], *[name for name in found if name not in TITLES and name not in ELSEWHERE]]
last = [*(["Worst answers"] if "worst_samples" in found else []), "All scores"]
tabs = st.tabs([*[TITLES.get(name, plain(found[name].title)) for name in shown], *last], key="results", on_change="rerun")
for name, tab in zip(shown, tabs, strict=False):
    if tab.open:
        with tab:
            if name == "confusion_matrix" and answers is not None:
                behind_a_cell(run, found[name], answers)
            else:
                show_report(found[name], key=f"chart.{name}")
if "worst_samples" in found and tabs[-2].open and answers is not None:
    with tabs[-2]:
        worst(run, found["worst_samples"])
if tabs[-1].open:
    with tabs[-1]:
        score_table(run, found)
