"""Find the learning rate of the settings that are on the page."""

from __future__ import annotations

import streamlit as st

from nnapp.charts import rate_curve
from nnapp.runs.desk import Desk
from nnapp.runs.launch import ProcessLauncher
from nnapp.runs.spec import RunSpec
from nnapp.training.rate_finder import RateCurve
from pages.components import address
from pages.components.charts import show_chart, theme
from pages.components.errors import explained
from pages.components.home import home, person
from pages.components.jobs import is_open, show_failure, watch


def rate_finder(spec: RunSpec) -> None:
    """The button, what it found for these very settings, and the click that takes the rate over."""
    desk = Desk(home())
    job, known = desk.newest("find_rate", spec), desk.known("find_rate", spec)
    with st.expander("Find the learning rate", icon=":material/speed:", expanded=job is not None or known is not None):
        st.caption("Trains a network of its own for some seconds with a rate that grows, and shows where the loss falls fastest. No run is made.")
        if job is not None and is_open(job):
            watch([job], {job.id: "Learning rate"})
            return
        show_failure(job)
        if st.button("Find it" if known is None else "Find it again", key="rate.find", icon=":material/search:"):
            with explained():
                ProcessLauncher(home()).launch(desk.ask("find_rate", spec, owner=person()))
                st.rerun()
        if known is not None:
            _found(RateCurve.parse(known), spec.training.learning_rate)


def _found(curve: RateCurve, chosen: float) -> None:
    """The curve, and its rate to be taken."""
    show_chart(rate_curve(curve, chosen=chosen, theme=theme()), key="rate.curve")
    rate = curve.suggestion
    if rate is None:
        return
    if rate == chosen:
        st.caption(f"The learning rate is set to {rate:g}.")
        return
    st.button(f"Take {rate:g}", key="rate.take", icon=":material/check:", on_click=address.putting("training"), args=("learning_rate", rate))
