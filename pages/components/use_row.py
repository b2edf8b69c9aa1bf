"""An example of the test part, to ask about."""

from __future__ import annotations

import streamlit as st

from nnapp.data.table import Table
from nnapp.runs.folder import Run
from pages.components.reports import predictions_of
from pages.components.worst import source_of

STRIDE = 7919
"""A prime: neighbours of the file do not follow each other."""


def another_row(run: Run) -> tuple[Table, int] | None:
    """The table and the position of a test row, another one at each call, with its truth kept for `show_truth`; None where there is none."""
    turn = st.session_state["use.turn"] = st.session_state.get("use.turn", -1) + 1
    answers, data = predictions_of(run), source_of(run)
    if answers is None or not isinstance(data, Table):
        return None
    test = answers.of("test")
    place = turn * STRIDE % len(test)
    row = int(test.ids[place])
    st.session_state["use.truth"] = test.truth_text(place)
    st.session_state["use.row"] = row + 1
    st.session_state["use.new"] = True
    return data, row
