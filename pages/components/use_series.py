"""One series, pasted or filled in from the test part."""

from __future__ import annotations

import numpy as np
import streamlit as st

from nnapp.charts.series import series_lines
from nnapp.portable.cells import numbers
from nnapp.portable.series import series_cells, series_texts
from nnapp.runs.folder import Run
from pages.components.charts import show_chart, theme
from pages.components.text import plain, short
from pages.components.use_row import another_row

Cells = dict[str, list[str | None]]


def series_form(run: Run) -> Cells | None:
    """A text field a channel; gives the cells as a table would have them, None while there is no value."""
    about = run.preprocessing or {}
    if st.session_state.get("use.run") != run.id:
        st.session_state["use.run"] = run.id
        _fill_in(run)
    st.button("Fill in another example", icon=":material/casino:", on_click=_fill_in, args=(run,), help="A series of the test part, which training never saw.")
    texts = [
        st.text_area(plain(short(name)), key=f"use.channel.{index}", height=110, help="The values in their order, with blanks, commas or lines between them.")
        for index, name in enumerate(about["channels"])
    ]
    cells = series_cells(texts, about)
    if cells is None:
        st.caption("The answer appears beside it.")
        return None
    drawn = {name: numbers(text.replace(",", " ").split()) for name, text in zip(about["channels"], texts, strict=True)}
    longest = max(len(values) for values in drawn.values())
    padded = {name: np.pad(values, (0, longest - len(values)), constant_values=np.nan) for name, values in drawn.items()}
    show_chart(series_lines(padded, title="What you ask about", theme=theme()), key="use.series")
    return cells


def _fill_in(run: Run) -> None:
    """Put a series of the test part into the form, another one at each call."""
    found = another_row(run)
    if found is None:
        return
    data, row = found
    frame = data.rows_of(np.array([row]))
    cells = {str(name): [cell if isinstance(cell, str) else None for cell in frame[name]] for name in frame}
    for index, text in enumerate(series_texts(cells, run.preprocessing or {})):
        st.session_state[f"use.channel.{index}"] = text
