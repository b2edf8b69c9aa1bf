"""What the answers and the columns look like."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from nnapp.charts import Chart
from nnapp.charts.data import category_bars, class_balance, column_histogram
from nnapp.data import overview
from nnapp.data.columns import NUMERIC, ColumnProfile
from nnapp.data.pictures import Data
from nnapp.data.question import Question
from nnapp.data.table import Table
from nnapp.portable.cells import money, numbers
from pages.components.charts import show_chart, theme
from pages.components.text import plain, short


def balance(data: Data, asked: Question, columns: Sequence[ColumnProfile]) -> None:
    """How often each class occurs, or how the numbers to be predicted are spread."""
    if asked.is_number and isinstance(data, Table):
        show_chart(_spread(data, next(one for one in columns if one.name == asked.target)), key="chart.balance")
    else:
        table = overview.class_balance(data, asked).rename(columns={"rows": "count"})
        show_chart(class_balance(table, theme=theme()), key="chart.balance")


def one_column(data: Table, columns: Sequence[ColumnProfile]) -> None:
    """The values of a column that is chosen."""
    chosen = st.selectbox("A closer look at", [column.name for column in columns], index=None, key="data.look", placeholder="choose a column")
    if chosen is None:
        return
    column = next(one for one in columns if one.name == chosen)
    st.caption(f"{plain(short(column.name))}: {column.type}, because {plain(column.reason)}.")
    show_chart(_spread(data, column), key="chart.column")


def _spread(data: Table, column: ColumnProfile) -> Chart:
    """The numbers of a column, or its commonest values."""
    if column.type in NUMERIC or column.minimum is not None:
        parse = money if column.type == "money" else numbers
        return column_histogram(parse(data.cells(column.name), column.decimal), name=column.name, theme=theme())
    return category_bars(data.frame[column.name], name=column.name, theme=theme())
