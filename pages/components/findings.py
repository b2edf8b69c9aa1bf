"""Findings, each with what to do about it, done by one click where that is possible."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from nnapp.data.findings import Finding
from pages.components import address
from pages.components.text import plain, several

LOOKS = {"error": ("error", "red"), "warning": ("warning", "orange"), "info": ("info", "blue")}
NAMES = {"error": "Must be mended", "warning": "Worth a look", "info": "Noted"}


def show_findings(found: Sequence[Finding]) -> None:
    """Errors and warnings at once, the rest folded."""
    urgent = [finding for finding in found if finding.severity != "info"]
    notes = [finding for finding in found if finding.severity == "info"]
    for place, finding in enumerate(urgent):
        _show(finding, f"finding.{place}.{finding.code}")
    if notes:
        with st.expander(several(len(notes), "note") + " on how the data were read", icon=":material/info:"):
            for place, finding in enumerate(notes):
                _show(finding, f"note.{place}.{finding.code}")


def _show(finding: Finding, key: str) -> None:
    icon, color = LOOKS[finding.severity]
    with st.container(border=finding.severity != "info", key=f"box.{key}"):
        words, action = st.columns([5, 2], vertical_alignment="center") if finding.fix else (st.container(), None)
        with words:
            st.markdown(f":{color}[:material/{icon}:] **{plain(finding.problem)}**")
            st.caption(plain(finding.remedy))
        if action is not None:
            done = address.holds(finding.fix)
            label = ":material/check: Done" if done else plain(finding.fix_label or "Apply")
            action.button(label, key=key, disabled=done, on_click=address.change, args=(finding.fix,), width="stretch")
