"""The network before it is trained: its layers, what they hold and what they cost. A worker measures them; this process only shows."""

from __future__ import annotations

import streamlit as st

from nnapp.anatomy import Anatomy
from nnapp.architectures.layer_specs import Shape
from nnapp.charts.network import network_chart
from nnapp.errors import NnappError
from nnapp.runs.desk import Desk
from nnapp.runs.launch import ProcessLauncher
from nnapp.runs.spec import RunSpec
from pages.components.charts import show_chart, theme
from pages.components.errors import explained, show_error
from pages.components.home import home
from pages.components.text import number, size

ASKED = "anatomy.asked"


def network_section(spec: RunSpec, entry: Shape) -> None:
    """Layers, shapes, weights, arithmetic and memory of the network that the settings describe.

    Args:
        spec: What the settings say.
        entry: The shape of one example, as far as it is known: what does not fit it has been said above.
    """
    try:
        spec.model.check_entry(entry)
    except NnappError:
        return
    st.subheader("What it is made of")
    desk = Desk(home())
    if (found := desk.known("describe", spec)) is None:
        if (failure := desk.failure("describe", spec)) is not None:
            show_error(failure.problem, failure.remedy)
            return
        _wait(desk, spec)
        return
    show_anatomy(Anatomy.parse(found), spec)


def show_anatomy(found: Anatomy, spec: RunSpec) -> None:
    """Four totals, each with its sentence, then the layers."""
    batch_size = spec.training.batch_size_for(max(1, found.rows))
    totals = {
        "Weights": (number(found.parameters), "Numbers that the network holds. More can learn more, and need more rows."),
        "Arithmetic": (f"{number(found.flops)} FLOPs", "Additions and multiplications for one answer. Halving them about halves the waiting."),
        "File": (size(found.file_bytes), "The weights in a float32 file; an 8-bit export is about a quarter of it."),
        "Memory": (
            size(found.training_bytes(batch_size, spec.training.optimizer)),
            f"About what a step of training over {batch_size} rows takes, beside TensorFlow's own half gigabyte. A smaller batch lowers it.",
        ),
    }
    with st.container(horizontal=True, gap="large"):
        for label, (value, sentence) in totals.items():
            st.metric(label, value, help=sentence, width="content")
    if found.trainable < found.parameters:
        st.caption(f"{number(found.trainable)} of the weights are learned by steps; the others are kept, or follow from the data (running means).")
    show_chart(network_chart(found.layers, theme=theme()), key="chart.network")


def _ask(desk: Desk, spec: RunSpec) -> None:
    """Put the question into the queue, and take back this person's last one, which no longer matters."""
    job = desk.ask("describe", spec)
    before = st.session_state.get(ASKED)
    if before is not None and before != job.id:
        for other in desk.run.jobs():
            if other.id == before and other.status.state == "queued":
                other.request("stop")
    st.session_state[ASKED] = job.id
    ProcessLauncher(home()).launch(job)


def _wait(desk: Desk, spec: RunSpec) -> None:
    """Look twice a second; when it is known the page is drawn anew. Asked at the second look only: a slider that moves asks nothing."""
    seen = 0

    @st.fragment(run_every=0.5)
    def look() -> None:
        nonlocal seen
        seen += 1
        if desk.known("describe", spec) is not None or desk.failure("describe", spec) is not None:
            st.rerun()
        if seen == 2:
            with explained():
                _ask(desk, spec)
        st.caption("A worker builds the network and measures it. The first time this takes some seconds, then about one.")

    look()
