"""What has been asked of a run beside training, and how far it is."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from typing import Any

import streamlit as st

from nnapp.runs.folder import Run
from nnapp.runs.jobs import Job
from nnapp.runs.launch import ProcessLauncher
from pages.components.errors import explained, show_error
from pages.components.home import home
from pages.components.text import duration, plain

SHARE = re.compile(r"(\d+) %")
"""Jobs tell the share that is done at the end of their message."""


def ask(run: Run, kind: str, arguments: Mapping[str, Any]) -> None:
    """Put a job into the queue and see that it is begun."""
    with explained():
        ProcessLauncher(home()).launch(run.ask(kind, **arguments))


def newest(run: Run, kind: str, **arguments: Any) -> Job | None:
    """The job of this kind and with these arguments that was asked last."""
    for job in reversed(run.jobs()):
        spec = job.spec
        if spec.kind == kind and all(spec.arguments.get(name) == value for name, value in arguments.items()):
            return job
    return None


def is_open(job: Job | None) -> bool:
    """Whether there is something to wait for."""
    return job is not None and not job.status.is_final


def watch(jobs: list[Job], labels: Mapping[str, str]) -> None:
    """Show the jobs that are under way, looking once a second; when one ends the whole page is drawn anew.

    Args:
        jobs: Those that are open.
        labels: What each does, by its id.
    """

    @st.fragment(run_every=1.0)
    def look() -> None:
        with explained():
            ProcessLauncher(home()).ensure()
        for job in jobs:
            status = job.status
            if status.is_final:
                st.rerun()
            since = duration(time.time() - (status.started or status.created))
            words = "Waiting for its turn" if status.state == "queued" else plain(status.message.capitalize() or "Working")
            told = SHARE.search(status.message)
            left, right = st.columns([5, 1], vertical_alignment="center")
            left.progress(min(100, int(told[1])) if told else 0, text=f"**{plain(labels[job.id])}** · {words} · {since} so far")
            if right.button("Stop", key=f"stop.{job.id}", icon=":material/stop:", width="stretch"):
                with explained():
                    job.request("stop")

    if jobs:
        look()


def show_failure(job: Job | None) -> None:
    """Why the newest job of its kind came to nothing."""
    if job is None or job.status.state != "failed":
        return
    failure = job.failure
    if failure is not None:
        show_error(failure.problem, failure.remedy)
