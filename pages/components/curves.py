"""Learning curves: redrawn in place while the run goes on, and with table and download when it has ended."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from nnapp.charts.curves import learning_curves
from nnapp.runs.folder import Run
from nnapp.runs.marks import marks
from nnapp.training.flight import is_instrument
from pages.components.charts import show_chart, theme
from pages.components.live_chart import live_chart
from pages.components.text import plain

FIRST = ("loss", "accuracy", "mae")
NOT_DRAWN = ("batch_loss", "running_loss", "learning_rate")
"""Within an epoch, and drawn faintly behind the loss; or an instrument of the flight recorder."""


def curves(run: Run, metrics: pd.DataFrame, *, live: bool) -> None:
    """One chart a number, the loss first; how training goes, rather than how well the network answers, is told by the flight recorder."""
    if metrics.empty:
        st.caption("The curves begin with the first epoch.")
        return
    known = set(metrics["name"]) | {"loss"}
    names = [name for name in FIRST if name in known]
    names += sorted(name for name in known - {*FIRST, *NOT_DRAWN} if not is_instrument(name))
    for name in names:
        _curve(run, metrics, name, live=live)


def _curve(run: Run, metrics: pd.DataFrame, name: str, *, live: bool) -> None:
    best = None if live else _best_epoch(run)
    chart = learning_curves(metrics, name=name, best_epoch=best, events=marks(run.events()[0]), live=live, theme=theme())
    if not live:
        show_chart(chart, key=f"curve.{name}")
        return
    st.markdown(f"**{plain(chart.title)}**")
    live_chart(chart.figure, key=f"live.{run.id}.{name}", alt=chart.alt, height=int(chart.figure.layout.height or 320))


def _best_epoch(run: Run) -> int | None:
    """The epoch whose weights were kept."""
    fitted = run.read_json("training.json") or {}
    best = fitted.get("best_epoch")
    return int(best) if best is not None else None
