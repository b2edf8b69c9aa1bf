"""The answer first: does the network beat the best baseline, and by how much; then every score with its interval."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from nnapp.charts.scores import scores_with_intervals
from nnapp.metrics import METRICS, NO_CONTEST, headline, metrics_for, text_of_metric
from nnapp.reports import Report
from nnapp.runs.folder import Run
from pages.components.charts import show_chart, show_table, theme
from pages.components.reports import caveats
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
    if "watch" in found:  # so few stretches are judged that nobody should read on without knowing it
        caveats(report)


def best_baseline(found: Mapping[str, Report]) -> tuple[str, str] | None:
    """Name and title of the one baseline that the verdict compares with; None where it names none."""
    report = found.get("verdict")
    if report is None or report.headline.get("baseline") is None:
        return None
    row = report.table[report.table["title"] == report.headline["baseline"]].iloc[0]
    return str(row["baseline"]), str(row["title"])


def scores_strip(run: Run, found: Mapping[str, Report]) -> None:
    """The first few metrics of the task, large, below each its interval and the score of the baseline that the verdict names."""
    task, result = run.task, run.result or {}
    if task is None:
        return
    test, intervals, baselines = result.get("test") or {}, result.get("intervals") or {}, result.get("baselines") or {}
    names = [name for name in STRIP if name in metrics_for(task) and test.get(name) is not None]
    best = best_baseline(found)
    rival = (baselines.get(best[0]) or {}) if best else {}
    with st.container(horizontal=True, gap="xsmall"):
        for name in [name for name in names if name != "flagged" or "event_f1" not in names]:
            with st.container(width=SCORE_WIDTH, gap="xsmall"):
                _score(name, test[name], intervals.get(name), rival.get(name), best[1] if best else "", drawn=bool(intervals))


def _score(name: str, value: float, interval: tuple[float, float] | None, rival: float | None, best: str, *, drawn: bool) -> None:
    """One metric, its 95 % interval where there are any, and what the best baseline has."""
    info, words, below = METRICS[name], [], []
    if interval is not None and interval[0] < interval[1]:
        words.append(f"{text_of_metric(name, interval[0])} to {text_of_metric(name, interval[1])}")
        below.append("Below it stands the 95 % interval.")
    elif drawn:
        words.append("Range not known")
        below.append("Every sample drawn anew from these examples gives the same number, so how far it may be off cannot be told.")
    if rival is not None and name not in NO_CONTEST:
        words.append(f"Best baseline {text_of_metric(name, rival)}")
        below.append(f"The best baseline is the one named above: {plain(best)}.")
    st.metric(info.title, text_of_metric(name, value), help=" ".join([info.sentence, *below]))
    st.caption("  \n".join(words))


def score_table(run: Run, found: Mapping[str, Report]) -> None:
    """Every metric of the network and of the baselines, in 0 to 1 or the target's units, with intervals where there are any."""
    report, best = found["scores"], best_baseline(found)
    metric = headline(run.task) if run.task is not None else None
    show_chart(scores_with_intervals(report, metric=metric, best=best[1] if best else None, theme=theme()), key="chart.scores")
    caveats(report)
    rows: dict[str, dict[str, str]] = {}
    for row in report.to_dict()["table"]:
        text = text_of_metric(row["metric"], row["value"])
        if row["low"] is not None and row["low"] < row["high"]:
            text += f"  ({text_of_metric(row['metric'], row['low'])} to {text_of_metric(row['metric'], row['high'])})"
        rows.setdefault(METRICS[row["metric"]].title, {})[row["title"]] = text
    table = pd.DataFrame([{"Metric": name, **cells} for name, cells in rows.items()])
    show_table(table, key="scores.table", alt="Every metric of the network and the baselines")
