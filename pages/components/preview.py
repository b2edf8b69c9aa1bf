"""The data as they are: the first rows of a table, some pictures of every class."""

from __future__ import annotations

import streamlit as st

from nnapp.data import overview
from nnapp.data.pictures import Pictures
from nnapp.data.table import Table
from pages.components.text import count, plain, several, short

ROWS = 200
CLASSES = 12
PICTURES_A_CLASS = 6
THUMBNAIL = 60


def preview(data: Table | Pictures) -> None:
    """A look at the data."""
    if isinstance(data, Table):
        st.dataframe(overview.preview(data, ROWS), hide_index=True, height=320, alt=f"The first rows of {short(data.name)}")
        if data.rows > ROWS:
            st.caption(f"The first {ROWS} of {count(data.rows)} rows.")
    else:
        _some_pictures(data)


def _some_pictures(data: Pictures) -> None:
    """The first pictures of each class."""
    shown = list(overview.thumbnails(data, PICTURES_A_CLASS, 2 * THUMBNAIL, CLASSES).items())
    for start in range(0, len(shown), 2):
        for place, (name, pictures) in zip(st.columns(2, gap="medium"), shown[start : start + 2], strict=False):
            with place:
                st.markdown(f"**{plain(short(name))}** · {several(data.labels.count(name), 'picture')}")
                st.image([content for _, content in pictures], width=THUMBNAIL, alt=[f"{short(name)}: {short(path)}" for path, _ in pictures])
    if len(data.class_names) > CLASSES:
        st.caption(f"The first {CLASSES} of {several(len(data.class_names), 'class', 'classes')}.")
