"""Pages with nothing to show yet say what they will show, and offer the next step."""

from __future__ import annotations

import streamlit as st

from pages.components import address


def needs_data() -> None:
    """A page that begins with data."""
    st.title("Which network?")
    st.markdown("Here you choose a network and its settings. Bring data first: a sample will do.")
    st.page_link("pages/1_data.py", label="Choose data", icon=":material/table_view:", query_params=address.here())


def needs_run(title: str, sentence: str) -> None:
    """A page about a run that does not exist."""
    st.title(title)
    st.markdown(sentence)
    st.page_link("pages/1_data.py", label="Begin with data", icon=":material/table_view:", query_params={})
    st.page_link("pages/8_runs.py", label="Choose a run", icon=":material/list_alt:", query_params={})
