"""The answer first: does the network beat the best baseline, and by how much; then every score with its interval."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from nnapp.metrics import METRICS, NO_CONTEST, metrics_for, text_of_metric
from nnapp.reports import Report
from nnapp.runs.folder import Run
from pages.components.charts import show_table
from pages.components.reports import show_report
from pages.components.text import plain

STRIP = (
    "event_f1",
    "event_recall",
    "event_precision",
    "range_f1",
    "false_alarms",
    "flagged",
    "accuracy",
    "balanced_accuracy",
    "macro_f1",
    "roc_auc",
    "log_loss",
    "mase",
    "rmse",
    "mae",
    "smape",
    "r2",
)
"""Shown large, as far as the task has them."""
SCORE_WIDTH = 156


def verdict(found: Mapping[str, Report]) -> None:
    """Win, lose or indistinguishable, in the words of the evaluation."""
    report = found.get("verdict")
    if report is None:
        return
    sentence = f"**{plain(report.headline['sentence'])}**"
    outcome = report.headline.get("outcome")
    if outcome == "win":
        st.success(sentence, icon=":material/check_circle:")
    elif outcome == "lose":
        st.warning(sentence, icon=":material/trending_down:")
    else:
        st.info(sentence, icon=":material/balance:")


def scores_strip(run: Run) -> None:
    """The first few metrics of the task, large, with interval and best baseline below."""
    task, result = run.task, run.result or {}
    if task is None:
        return
    test, intervals, baselines = result.get("test") or {}, result.get("intervals") or {}, result.get("baselines") or {}
    names = [name for name in STRIP if name in metrics_for(task) and test.get(name) is not None]
    with st.container(horizontal=True, gap="xsmall"):
        for name in [name for name in names if name != "flagged" or "event_f1" not in names]:
            with st.container(width=SCORE_WIDTH, gap="xsmall"):
                _score(name, test[name], intervals.get(name), [scores[name] for scores in baselines.values() if scores and scores.get(name) is not None])


def _score(name: str, value: float, interval: tuple[float, float] | None, rivals: list[float]) -> None:
    """One metric, its 95 % interval, and the best baseline's."""
    info = METRICS[name]
    st.metric(info.title, text_of_metric(name, value), help=f"{info.sentence} Below it the 95 % interval, and the best of the baselines by this metric.")
    words = [] if interval is None else [f"{text_of_metric(name, interval[0])} to {text_of_metric(name, interval[1])}"]
    if rivals and name not in NO_CONTEST:
        words.append(f"Best baseline {text_of_metric(name, max(rivals) if info.higher_is_better else min(rivals))}")
    st.caption("  \n".join(words))


def score_table(report: Report) -> None:
    """Every metric of the network and of the baselines, in 0 to 1 or the target's units, with intervals."""
    show_report(report, key="chart.scores")
    rows: dict[str, dict[str, str]] = {}
    for row in report.to_dict()["table"]:
        text = text_of_metric(row["metric"], row["value"])
        if row["low"] is not None:
            text += f"  ({text_of_metric(row['metric'], row['low'])} to {text_of_metric(row['metric'], row['high'])})"
        rows.setdefault(METRICS[row["metric"]].title, {})[row["title"]] = text
    table = pd.DataFrame([{"Metric": name, **cells} for name, cells in rows.items()])
    show_table(table, key="scores.table", alt="Every metric of the network and the baselines with 95 % intervals")
