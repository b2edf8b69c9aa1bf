"""Steer: change the settings of a run that is under way, from here on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from nnapp.data.augmentation import Augmentation
from nnapp.runs.folder import Run
from nnapp.runs.steer import asked, has_augmentation, idle_augmentation, in_force
from nnapp.specs import Spec
from nnapp.training import TrainingConfig
from nnapp.training.steering import STEERABLE, Steering, in_short
from pages.components.errors import explained
from pages.components.spec_form import spec_form
from pages.components.text import plain

Changes = dict[str, dict[str, Any]]
WAITING = frozenset({"queued", "paused", "failed"})
FIRST = frozenset({"learning_rate", "epochs", "early_stopping", "patience"})
ELSEWHERE = frozenset(TrainingConfig.model_fields) - frozenset(STEERABLE)


def steering(run: Run) -> None:
    """The fields that may be changed, with what is in force now, and the button that changes them."""
    changes: Changes = st.session_state.setdefault(f"steer.{run.id}", {"training": {}, "augmentation": {}})
    applied = st.session_state.setdefault(f"steer.applied.{run.id}", 0)
    with st.popover("Steer", icon=":material/tune:", key=f"steer.open.{run.id}.{applied}"):  # another key: it closes when applied
        when = "when the run goes on" if run.status.state in WAITING else "within a second or two"
        st.caption(f"What you change here takes effect {when}, holds from then on, and is marked on the curves.")
        now = in_force(run)
        _form(run, TrainingConfig, "training", now.training, changes)
        st.caption("The learning rate is the peak of its schedule, which goes on where it is. More epochs stretch it.")
        if has_augmentation(run):
            with st.expander("Augmentation", icon=":material/photo_library:"):
                _form(run, Augmentation, "augmentation", now.augmentation, changes)
        if st.button("Apply", key=f"steer.apply.{run.id}", disabled=not any(changes.values()), icon=":material/check:"):
            with explained():
                run.steer(Steering.parse(changes))
                del st.session_state[f"steer.{run.id}"]
                st.session_state[f"steer.applied.{run.id}"] = applied + 1
                st.rerun()


def tell_steering(run: Run) -> None:
    """What has been asked, until it has taken effect."""
    if asked(run) is not None:
        _waiting(run)


@st.fragment(run_every=1.0)
def _waiting(run: Run) -> None:
    waiting = asked(run)
    if waiting is not None:
        when = "when the run goes on" if run.status.state in WAITING else "within a second or two"
        st.caption(f"You asked for {plain(in_short(waiting))}. It takes effect {when}.")


def _form(run: Run, spec_type: type[Spec], section: str, now: Spec, changes: Changes) -> None:
    """One section; what is set back to what is in force is no change."""
    values = now.model_dump()
    leave_out = ELSEWHERE if section == "training" else idle_augmentation(run)
    spec_form(
        spec_type,
        values | changes[section],
        _putter(changes[section]),
        key=f"steer.{run.id}.{section}",
        proposed=values,
        basic=FIRST if section == "training" else None,
        leave_out=leave_out,
        advanced_label="More",
    )


def _putter(changes: dict[str, Any]) -> Callable[[str, Any], None]:
    def put(name: str, value: Any) -> None:
        changes.pop(name, None)
        if value is not None:
            changes[name] = value

    return put
