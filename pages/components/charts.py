"""A chart with its finding as a title, a sentence on how to read it, its table behind a tab and a download."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from nnapp.charts import Chart, Theme
from pages.components.text import plain

CONFIG = {"displaylogo": False, "responsive": True, "modeBarButtonsToRemove": ["select2d", "lasso2d", "autoScale2d"]}


def theme() -> Theme:
    """`light` or `dark`, whichever the visitor sees."""
    return "dark" if st.context.theme.type == "dark" else "light"


def show_chart(chart: Chart, *, key: str, select: bool = False) -> list[dict[str, Any]]:
    """Draw a finished chart.

    Args:
        chart: With its words and its table.
        key: Its identity on the page.
        select: Whether a click on a mark is wanted.

    Returns:
        The marks that were clicked, as plotly tells them; none where `select` is off.
    """
    st.markdown(f"**{plain(chart.title)}**")
    picture, table = st.tabs(["Chart", "Table"], key=f"{key}.tabs")
    with picture:
        more: dict[str, Any] = {"on_select": "rerun", "selection_mode": "points"} if select else {}
        state = st.plotly_chart(chart.figure, key=key, theme=None, config=CONFIG, alt=chart.alt, **more)
    with table:
        show_table(chart.table, key=f"{key}.table", alt=f"The numbers behind: {chart.title}")
    st.caption(plain(chart.caption))
    return list(state["selection"]["points"]) if select else []


def show_table(table: pd.DataFrame, *, key: str, alt: str, **more: Any) -> None:
    """A table of results; its tool bar searches, enlarges and downloads it."""
    st.dataframe(table, hide_index=True, key=key, alt=alt, **more)
