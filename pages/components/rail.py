"""The way from data to use: each step done, here or waiting, each a link that keeps the run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import streamlit as st

from nnapp.runs.folder import Run
from pages.components import address
from pages.components.home import run_here
from pages.components.text import plain, short

Need = Literal["nothing", "data", "run", "trained"]
WAITING: dict[Need, str] = {
    "nothing": "",
    "data": "Needs data: choose a sample or upload a file first.",
    "run": "Needs a run: choose a network and train it first.",
    "trained": "Needs a trained run.",
}


@dataclass(frozen=True)
class Step:
    """One step of the way.

    Attributes:
        page: The page's file.
        need: What must be there before it can be opened.
    """

    title: str
    page: str
    need: Need


STEPS = (
    Step("Data", "pages/1_data.py", "nothing"),
    Step("Model", "pages/2_model.py", "data"),
    Step("Train", "pages/3_train.py", "run"),
    Step("Results", "pages/4_results.py", "trained"),
    Step("Explain", "pages/5_explain.py", "trained"),
    Step("Export", "pages/6_export.py", "trained"),
    Step("Use", "pages/7_use.py", "trained"),
)


def met(run: Run | None, data: str | None) -> set[Need]:
    """What is there already."""
    found: set[Need] = {"nothing"}
    if data or run:
        found.add("data")
    if run:
        found.add("run")
        if run.status_file.exists() and run.status.is_final and run.result is not None:
            found.add("trained")
    return found


def rail(current: str) -> None:
    """Draw the steps in the side bar, and what they are about.

    Args:
        current: Title of the page that is open.
    """
    run = run_here()
    there = met(run, address.data_sha())
    for step in STEPS:
        waiting = step.need not in there
        done = not waiting and _done(step, there)
        icon = "radio_button_checked" if step.title == current else "check_circle" if done else "lock" if waiting else "radio_button_unchecked"
        st.page_link(
            step.page,
            label=step.title,
            icon=f":material/{icon}:",
            disabled=waiting,
            help=WAITING[step.need] if waiting else None,
            query_params=address.here(),
            width="stretch",
        )
    st.divider()
    st.page_link("pages/8_runs.py", label="Runs", icon=":material/list_alt:", query_params=address.here(), width="stretch")
    if run is not None:
        st.caption(f"Run: {plain(short(run.name))}")


def _done(step: Step, there: set[Need]) -> bool:
    """A step is done when what it leads to is there."""
    leads_to: dict[str, Need] = {"Data": "run", "Model": "run", "Train": "trained"}
    return leads_to.get(step.title, "nothing") in there and step.title in leads_to
