"""What failed, in the words of the error: the problem, then the remedy."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from nnapp.errors import NnappError
from pages.components.text import plain


def show_error(problem: str, remedy: str) -> None:
    """Draw a problem and its remedy; both may quote what a user typed."""
    st.error(f"**{plain(problem)}**\n\n{plain(remedy)}", icon=":material/error:")


def cannot_open(error: NnappError) -> None:
    """Data that cannot be read still have a head, and a way to other data."""
    st.title("These data cannot be opened")
    show_error(error.problem, error.remedy)
    if st.button("Other data", type="primary", icon=":material/upload_file:"):
        st.query_params.clear()
        st.rerun()


@contextmanager
def explained() -> Iterator[None]:
    """Show what a person can mend instead of raising it; what stands after the block is still drawn."""
    try:
        yield
    except NnappError as error:
        show_error(error.problem, error.remedy)
