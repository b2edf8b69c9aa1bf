"""The data as they are: the first rows of a table, some pictures of every class."""

from __future__ import annotations

import streamlit as st

from nnapp.data.pictures import Pictures
from nnapp.data.table import Table
from pages.components.text import count, plain, several, short

ROWS = 200
CLASSES_SHOWN = 12
PICTURES_A_CLASS = 6


def preview(data: Table | Pictures) -> None:
    """A look at the data."""
    if isinstance(data, Table):
        st.dataframe(data.frame.head(ROWS), hide_index=False, height=320, alt=f"The first rows of {short(data.name)}")
        if data.rows > ROWS:
            st.caption(f"The first {ROWS} of {count(data.rows)} rows.")
    else:
        some_pictures(data)


def some_pictures(data: Pictures) -> None:
    """The first pictures of each class."""
    names = data.class_names
    for start in range(0, min(len(names), CLASSES_SHOWN), 2):
        for place, name in zip(st.columns(2, gap="medium"), names[start : start + 2], strict=False):
            paths = [path for path, label in zip(data.paths, data.labels, strict=True) if label == name]
            with place:
                st.markdown(f"**{plain(short(name))}** · {several(len(paths), 'picture')}")
                shown = paths[:PICTURES_A_CLASS]
                st.image([data.thumbnail(path, 72) for path in shown], width=72, alt=[f"{short(name)}: {short(path)}" for path in shown])
    if len(names) > CLASSES_SHOWN:
        st.caption(f"The first {CLASSES_SHOWN} of {count(len(names))} classes.")
