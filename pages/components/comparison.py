"""Runs beside each other: their scores with intervals, and their validation curves."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from nnapp.charts import TOKENS, Chart
from nnapp.charts.curves import thinned
from nnapp.charts.scores import runs_comparison
from nnapp.charts.text import label, safe
from nnapp.charts.theme import blank, note
from nnapp.metrics import METRICS, headline
from nnapp.runs.folder import Run
from pages.components.charts import show_chart, theme
from pages.components.text import number, several, short


def scores_side_by_side(runs: Sequence[Run]) -> None:
    """The headline metric of each trained run; runs that answer another kind of question are left out, and counted."""
    trained = [run for run in runs if run.result is not None and run.task is not None]
    metrics = [headline(run.task) for run in trained if run.task is not None]
    if not metrics:
        st.markdown("None of these runs has a score yet.")
        return
    metric = max(dict.fromkeys(metrics), key=metrics.count)
    shown = [run for run, own in zip(trained, metrics, strict=True) if own == metric]
    show_chart(runs_comparison(pd.DataFrame([_line(run, metric) for run in shown]), metric=metric, theme=theme()), key="chart.runs")
    if len(shown) < len(runs):
        st.caption(f"{several(len(runs) - len(shown), 'run')} without {METRICS[metric].title} left out.")


def _line(run: Run, metric: str) -> dict[str, object]:
    result = run.result or {}
    low, high = (result.get("intervals") or {}).get(metric) or (None, None)
    rivals = [scores[metric] for scores in (result.get("baselines") or {}).values() if scores and scores.get(metric) is not None]
    best = None if not rivals else max(rivals) if METRICS[metric].higher_is_better else min(rivals)
    return {"name": run.name, "value": (result.get("test") or {}).get(metric), "low": low, "high": high, "baseline": best}


def curves_side_by_side(runs: Sequence[Run]) -> None:
    """The validation loss of each run by epoch."""
    lines = {f"{place + 1}. {run.name}": _validation_loss(run) for place, run in enumerate(runs[: len(TOKENS["light"].categorical)])}
    lines = {name: line for name, line in lines.items() if len(line)}
    if not lines:
        st.markdown("None of these runs has finished an epoch yet.")
        return
    show_chart(_loss_chart(lines), key="chart.curves")


def _validation_loss(run: Run) -> pd.DataFrame:
    values = [(metric.epoch, metric.value) for metric in run.metrics()[0] if metric.split == "validation" and metric.name == "loss"]
    return pd.DataFrame(values, columns=["epoch", "value"])


def _loss_chart(lines: dict[str, pd.DataFrame]) -> Chart:
    """One line a run, labelled at its end."""
    tokens = TOKENS[theme()]
    figure = blank(theme(), x="epoch", y="Validation loss", height=380)
    for (name, line), colour in zip(lines.items(), tokens.categorical, strict=False):
        x, y = thinned(line["epoch"].to_numpy(), line["value"].to_numpy())
        figure.add_scatter(
            x=x,
            y=y,
            mode="lines",
            line={"color": colour, "width": 2.2},
            name=label(name, 40),
            hovertemplate=f"{safe(short(name))}<br>%{{y:.4g}}<extra></extra>",
        )
        note(figure, short(name, 24), float(x[-1]), float(y[-1]), colour, xshift=6)
    figure.update_layout(margin_r=170)
    lowest = {name: float(line["value"].min()) for name, line in lines.items()}
    best = min(lowest, key=lambda name: lowest[name])
    title = f"{short(best)} reaches the lowest validation loss, {number(lowest[best])}"
    table = pd.concat([line.assign(run=name) for name, line in lines.items()], ignore_index=True)[["run", "epoch", "value"]]
    return Chart(
        figure,
        title,
        "Lower is better, as long as the runs answer the same question on the same data.",
        f"Validation loss by epoch of {len(lines)} runs. {title}.",
        table,
    )
