"""What stands on each of a run's pages: its name, where it stands, and its score beside the best baseline's."""

from __future__ import annotations

import streamlit as st

from nnapp.architectures import ARCHITECTURES
from nnapp.errors import NnappError
from nnapp.metrics import METRICS, NO_CONTEST, headline, text_of_metric
from nnapp.runs.folder import Run
from nnapp.runs.status import State
from pages.components.errors import explained
from pages.components.home import run_here
from pages.components.source import data_store
from pages.components.text import duration, plain, short

PILLS: dict[State, tuple[str, str]] = {
    "queued": ("schedule", "gray"),
    "running": ("play_arrow", "blue"),
    "paused": ("pause", "violet"),
    "stopping": ("stop", "orange"),
    "finished": ("check", "green"),
    "stopped": ("stop_circle", "orange"),
    "failed": ("error", "red"),
    "lost": ("link_off", "red"),
}


def status_pill(state: State) -> None:
    """Where a run stands, by colour, icon and word."""
    icon, color = PILLS[state]
    st.badge(state.capitalize(), icon=f":material/{icon}:", color=color)  # type: ignore[arg-type]  # one of Streamlit's colours


def run_header(run: Run) -> None:
    """The head of a run's page."""
    left, right = st.columns([3, 1], vertical_alignment="bottom")
    left.title(plain(short(run.name, 60)))
    with right.container(horizontal=True, horizontal_alignment="right"), st.popover("Rename", icon=":material/edit:"):
        _rename(run)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        status_pill(run.status.state)
        st.caption(" · ".join(facts(run)), width="content")


def _rename(run: Run) -> None:
    name = st.text_input("Name", value=run.name, key=f"rename.{run.id}", max_chars=200)
    if st.button("Save the name", key=f"rename.save.{run.id}"):
        with explained():
            run.rename(name)
            st.rerun()


def facts(run: Run) -> list[str]:
    """Data, network, score, time and device, as far as they are known; escaped."""
    spec, status, result = run.spec, run.status, run.result
    found = [plain(short(data_name(spec.data.sha256))), ARCHITECTURES[spec.architecture].title]
    if result is not None:
        found.append(plain(score_sentence(run)))
        found.append(f"trained in {duration(result.get('seconds'))}")
    if status.device:
        found.append(plain(short(status.device, 48)))
    return [fact for fact in found if fact]


def score_sentence(run: Run) -> str:
    """The headline metric with its interval, beside the best baseline's."""
    task, result = run.task, run.result
    if task is None or result is None:
        return ""
    name = headline(task)
    value = (result.get("test") or {}).get(name)
    low, high = (result.get("intervals") or {}).get(name) or (None, None)
    sentence = f"{METRICS[name].title} {text_of_metric(name, value)}"
    if low is not None:
        sentence += f" ({text_of_metric(name, low)} to {text_of_metric(name, high)})"
    rivals = [scores[name] for scores in (result.get("baselines") or {}).values() if scores and scores.get(name) is not None]
    if rivals and name not in NO_CONTEST:
        best = max(rivals) if METRICS[name].higher_is_better else min(rivals)
        sentence += f", best baseline {text_of_metric(name, best)}"
    return sentence


def data_name(sha: str) -> str:
    """The name an upload came with."""
    try:
        return data_store().name(sha)
    except NnappError:
        return "data no longer there"


def trained_run() -> Run | None:
    """The run in the address, if it has a trained network."""
    run = run_here()
    return run if run is not None and run.status.is_final and run.result is not None else None
