"""How far a run is: what it is doing, the epoch, the time left, its place in the queue."""

from __future__ import annotations

import time

import pandas as pd
import streamlit as st

from nnapp.metrics import METRICS, text_of_metric
from nnapp.runs.devices import Device, devices, slots
from nnapp.runs.folder import Run
from nnapp.runs.remarks import other_events
from nnapp.runs.status import Status
from nnapp.runs.turns import waiting_words, why_so_many
from pages.components.errors import show_error
from pages.components.home import run_store
from pages.components.text import duration, number, percent, plain, several

EVENTS_SHOWN = 12


def metrics_so_far(run: Run) -> pd.DataFrame:
    """Every metric line, the new ones read since the last look; columns as `Metric` has them."""
    key = f"metrics.{run.id}"
    offset, rows = st.session_state.get(key, (0, []))
    values, end = run.metrics(offset)
    if end < offset:
        rows = []
    rows = [*rows, *(value.model_dump() for value in values)]
    st.session_state[key] = (end, rows)
    return pd.DataFrame(rows, columns=["step", "epoch", "split", "name", "value", "seconds"])


def progress(run: Run, status: Status, metrics: pd.DataFrame) -> None:
    """One line in words, and the bar where there is something to measure."""
    if status.state == "queued":
        _waiting(run, status)
        return
    if status.state == "lost":
        st.markdown("**The worker was lost.** The run goes on from its last checkpoint as soon as a worker is free.")
        return
    epoch = float(metrics["epoch"].max()) if len(metrics) else float(status.epoch)
    share = min(1.0, epoch / status.epochs) if status.epochs else 0.0
    if status.state == "paused":
        st.progress(share, text=f"Paused after epoch {status.epoch} of {status.epochs}.")
    elif status.message == "training" and status.epochs:
        st.progress(share, text=f"**Epoch {min(int(epoch) + 1, status.epochs)} of at most {status.epochs}**{_left(metrics, share)}")
    else:
        since = duration(time.time() - status.started) if status.started else ""
        st.progress(1.0 if status.epoch else 0.0, text=f"**{plain(status.message.capitalize() or 'Starting')}** · {since} so far")


def _waiting(run: Run, status: Status) -> None:
    if status.message == "starting":
        st.markdown("**Starting.** The first run waits some seconds for TensorFlow; those after it begin at once.")
        return
    places = slots()
    words = waiting_words((run_store().position(run) or 1) - 1, places)
    st.markdown(f"**Waiting for its turn:** {words}. You may close this tab: the run goes on without it.", help=why_so_many(places))


def _left(metrics: pd.DataFrame, share: float) -> str:
    """How long it may still take, from the time it has taken."""
    if not len(metrics) or share <= 0.01:
        return ""
    seconds = float(metrics["seconds"].max())
    return f" · {duration(seconds)} so far, at most {duration(seconds / share - seconds)} more"


def numbers_now(metrics: pd.DataFrame, *, live: bool) -> None:
    """The best epoch, and the numbers of the validation part: the newest while it runs, those of the best epoch at the end."""
    judged = metrics[metrics["split"] == "validation"]
    losses = judged[judged["name"] == "loss"]
    if losses.empty:
        return
    best = float(losses["epoch"].to_numpy()[losses["value"].to_numpy().argmin()])
    shown = (judged if live else judged[judged["epoch"] == best]).groupby("name", sort=False)["value"].last()
    with st.container(horizontal=True, gap="large"):
        st.metric(
            "Best epoch so far" if live else "Best epoch",
            f"{best:.0f}",
            help="The epoch with the lowest validation loss. Its weights are kept.",
            width="content",
        )
        for name, value in list(shown.items())[:3]:
            label = f"Validation {str(name).replace('_', ' ')}"
            st.metric(label, text_of_metric(str(name), value) if name in METRICS else number(value), width="content")


def device_box(status: Status) -> None:
    """What it runs on, with memory and use."""
    with st.container(border=True):
        st.markdown("**Device**" if status.is_under_way else "**This machine now**")
        if status.is_under_way and len(status.gpus) > 1:
            st.caption(f"{len(status.gpus)} GPUs work on this run: they share every batch.")
        for device in devices():
            _device(device)


def _device(device: Device) -> None:
    of = f", {several(device.cores, 'core')}" if device.cores else ""
    st.caption(f"{device.kind.upper()}: {plain(device.name)}{of}")
    st.progress(min(1.0, device.memory_used / max(1, device.memory)), text=f"Memory {device.memory_used / 1e9:.1f} of {device.memory / 1e9:.1f} GB")
    if device.use is not None:
        st.progress(min(1.0, device.use), text=f"{percent(round(device.use, 2))} busy")


def events(run: Run) -> None:
    """What happened, newest first, in words."""
    found = other_events(run.events()[0])
    if not found:
        return
    st.markdown("**What happened**")
    for event in reversed(found[-EVENTS_SHOWN:]):
        st.caption(f"{time.strftime('%H:%M:%S', time.localtime(event.time))} · {plain(event.text)}")


def failure(run: Run) -> None:
    """Why a run ended without a result."""
    found = run.failure
    if found is None:
        return
    show_error(found.problem, found.remedy)
    if found.detail:
        with st.expander("For who wants to know", icon=":material/terminal:"):
            st.code(found.detail[-6000:], language=None)
