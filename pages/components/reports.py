"""What a run's evaluation found, read once and kept as long as the file is the same."""

from __future__ import annotations

import json
from pathlib import Path

import streamlit as st

from nnapp.charts import CHARTS
from nnapp.metrics import Predictions
from nnapp.reports import Report
from nnapp.runs.folder import Run
from pages.components.charts import show_chart, show_table, theme
from pages.components.text import plain

keep = st.cache_resource(max_entries=16, ttl=3600, show_spinner="Reading the results")


def reports_of(run: Run) -> dict[str, Report]:
    """Every report on the test part, by name."""
    path = run.folder / "evaluation.json"
    return _reports(str(path), path.stat().st_mtime_ns) if path.exists() else {}


def predictions_of(run: Run) -> Predictions | None:
    """The answers to every row, as the run gave them."""
    path = run.folder / "predictions.parquet"
    return _predictions(str(path), path.stat().st_mtime_ns) if path.exists() else None


@keep
def _reports(path: str, changed: int) -> dict[str, Report]:
    found = json.loads(Path(path).read_bytes())
    return {name: Report.from_dict(values) for name, values in found.items()}


@keep
def _predictions(path: str, changed: int) -> Predictions:
    return Predictions.from_parquet(Path(path))


def show_report(report: Report, *, key: str) -> None:
    """A report as its chart, or as its table where it has none; its limits in words below."""
    if report.name in CHARTS:
        show_chart(CHARTS[report.name](report, theme=theme()), key=key)
    else:
        st.markdown(f"**{plain(report.title)}**")
        show_table(report.table, key=key, alt=report.title)
    caveats(report)


def caveats(report: Report) -> None:
    """What a reader must know before trusting a table."""
    for sentence in report.caveats:
        st.caption(f":material/info: {plain(sentence)}")
