"""Steer: change the settings of a run that is under way, from here on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from nnapp.data.augmentation import Augmentation
from nnapp.runs.folder import Run
from nnapp.runs.steer import asked, has_pictures, in_force
from nnapp.specs import Spec
from nnapp.training import TrainingConfig
from nnapp.training.steering import STEERABLE, Steering, in_short
from pages.components.errors import explained
from pages.components.spec_form import spec_form
from pages.components.text import plain

Changes = dict[str, dict[str, Any]]
ELSEWHERE = frozenset(TrainingConfig.model_fields) - frozenset(STEERABLE)


def steering(run: Run) -> None:
    """The fields that may be changed, with what is in force now, and the button that changes them."""
    changes: Changes = st.session_state.setdefault(f"steer.{run.id}", {"training": {}, "augmentation": {}})
    with st.popover("Steer", icon=":material/tune:", key=f"steer.open.{run.id}"):
        waits = run.status.state in {"queued", "paused", "failed"}
        when = "when the run goes on" if waits else "within a second or two"
        st.caption(f"What you change here holds from then on. It takes effect {when} and is marked on the curves.")
        now = in_force(run)
        _form(run, TrainingConfig, "training", now.training, changes)
        st.caption("The learning rate is the peak of its schedule, whose position stays. More epochs stretch the schedule.")
        if has_pictures(run):
            with st.expander("Augmentation", icon=":material/photo_library:"):
                _form(run, Augmentation, "augmentation", now.augmentation, changes)
        if st.button("Apply", type="primary", key=f"steer.apply.{run.id}", disabled=not any(changes.values()), icon=":material/check:"):
            with explained():
                run.steer(Steering.parse(changes))
                del st.session_state[f"steer.{run.id}"]
                st.rerun()


def tell_steering(run: Run) -> None:
    """What has been asked and has not taken effect yet."""
    waiting = asked(run)
    if waiting is not None:
        st.caption(f"Asked: {plain(in_short(waiting))}. It takes effect as soon as the run looks.")


def _form(run: Run, spec_type: type[Spec], section: str, now: Spec, changes: Changes) -> None:
    """One section; what is set back to what is in force is no change."""
    values = now.model_dump()
    leave_out = ELSEWHERE if section == "training" else ()
    spec_form(
        spec_type,
        values | changes[section],
        _putter(changes[section]),
        key=f"steer.{run.id}.{section}",
        proposed=values,
        leave_out=leave_out,
        columns=1,
    )


def _putter(changes: dict[str, Any]) -> Callable[[str, Any], None]:
    def put(name: str, value: Any) -> None:
        changes.pop(name, None)
        if value is not None:
            changes[name] = value

    return put
