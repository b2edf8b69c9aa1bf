"""What can be done with a run, whatever its state: one primary button, the others beside it."""

from __future__ import annotations

from typing import Literal

import streamlit as st

from nnapp.runs.folder import Run
from pages.components import address
from pages.components.errors import explained
from pages.components.steering import steering, tell_steering

Command = Literal["stop", "pause", "resume"]


def controls(run: Run) -> None:
    """The way on from here."""
    status = run.status
    if status.is_final:
        _ended(run)
        return
    with st.container(horizontal=True):
        if status.state == "paused":
            _request(run, "resume", "Resume", "play_arrow", primary=True)
        stopping = status.state == "stopping"
        _request(run, "stop", "Stop and keep the best", "stop", primary=status.state != "paused", disabled=stopping)
        if status.state in {"queued", "running"}:
            _request(run, "pause", "Pause", "pause", disabled=run.command == "pause")
        if not stopping:
            steering(run)
    if run.command == "pause":
        st.caption("It pauses as soon as its state is written down.")
    tell_steering(run)


def _ended(run: Run) -> None:
    if run.result is not None:
        if st.button("See the results", type="primary", icon=":material/grading:"):
            st.switch_page("pages/4_results.py", query_params=address.here())
        return
    resumable = run.can_resume(run.status)
    with st.container(horizontal=True):
        if resumable:
            _request(run, "resume", "Resume from the checkpoint" if run.has_progress else "Try again", "play_arrow", primary=True)
        if st.button("Change the settings and train again", type="secondary" if resumable else "primary", icon=":material/tune:"):
            st.switch_page("pages/2_model.py", query_params=address.here())
        if resumable:
            steering(run)
    tell_steering(run)


def _request(run: Run, command: Command, label: str, icon: str, *, primary: bool = False, disabled: bool = False) -> None:
    if st.button(label, type="primary" if primary else "secondary", icon=f":material/{icon}:", disabled=disabled, key=f"run.{command}"):
        with explained():
            run.request(command)
            st.rerun()
