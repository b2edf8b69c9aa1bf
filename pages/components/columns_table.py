"""The columns of a table, their types correctable in place."""

from __future__ import annotations

import typing
from collections.abc import Sequence

import pandas as pd
import streamlit as st

from nnapp.data.columns import ColumnProfile
from nnapp.data.overview import role_of, values_of
from nnapp.data.question import Question
from nnapp.data.specs import ColumnType, DataConfig, DataKind
from pages.components import address

TYPES: tuple[str, ...] = typing.get_args(ColumnType)


def columns_table(
    columns: Sequence[ColumnProfile],
    proposed: Sequence[ColumnProfile],
    config: DataConfig,
    target: str,
    kind: DataKind = "tabular",
    *,
    asked: Question | None = None,
) -> None:
    """One row a column; a changed type becomes a setting, the proposed one takes it away again."""
    types = [column.type for column in columns]
    table = pd.DataFrame(
        {
            "Column": [column.name for column in columns],
            "Type": types,
            "Role": [role_of(column, target, kind, asked=asked) for column in columns],
            "Missing": [column.missing + column.unreadable for column in columns],
            "Different": [column.unique for column in columns],
            "Values": [values_of(column) for column in columns],
            "Why": [column.reason for column in columns],
        }
    )
    key = f"columns.{config.sha256[:8]}.{hash(tuple(types)) & 0xFFFFFF}"

    def change() -> None:
        edited: dict[int, dict[str, str]] = st.session_state[key]["edited_rows"]
        wanted = {proposed[int(row)].name: (cells["Type"], proposed[int(row)].type) for row, cells in edited.items() if "Type" in cells}
        address.change({"data.types": {name: None if new == proposed else new for name, (new, proposed) in wanted.items()}})

    st.data_editor(
        table,
        key=key,
        on_change=change,
        hide_index=True,
        disabled=[name for name in table.columns if name != "Type"],
        column_config={
            "Column": st.column_config.TextColumn(pinned=True),
            "Type": st.column_config.SelectboxColumn(
                options=[name for name in TYPES if name != "picture" or name in types],
                required=True,
                help="Click twice to correct. Identifiers and ignored columns are left out.",
            ),
            "Missing": st.column_config.NumberColumn(format="localized"),
            "Different": st.column_config.NumberColumn(format="localized", help="Values that occur, each counted once."),
        },
        alt="The columns of the data with their types, missing cells and values",
    )
