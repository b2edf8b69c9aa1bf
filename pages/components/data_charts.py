"""What the answers and the columns look like."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from nnapp.data import overview
from nnapp.data.columns import ColumnProfile
from nnapp.data.pictures import Data
from nnapp.data.question import Question
from nnapp.data.table import Table
from pages.components.charts import show_chart, theme
from pages.components.text import plain, short


def balance(data: Data, asked: Question, columns: Sequence[ColumnProfile]) -> None:
    """How often each class occurs, or how the numbers to be predicted are spread."""
    return
    if asked.kind == "regression" and isinstance(data, Table):
        column = next(one for one in columns if one.name == asked.target)
        show_chart(column_histogram(overview.histogram(data, column), column.name, theme=theme()), key="chart.balance")
    else:
        show_chart(class_balance(overview.class_balance(data, asked), theme=theme()), key="chart.balance")


def one_column(data: Table, columns: Sequence[ColumnProfile]) -> None:
    """The values of a column that is chosen."""
    return
    chosen = st.selectbox("A closer look at", [column.name for column in columns], index=None, key="data.look", placeholder="choose a column")
    if chosen is None:
        return
    column = next(one for one in columns if one.name == chosen)
    st.caption(f"{plain(short(column.name))}: {column.type}, because {plain(column.reason)}.")
    show_chart(column_histogram(overview.histogram(data, column), column.name, theme=theme()), key="chart.column")
