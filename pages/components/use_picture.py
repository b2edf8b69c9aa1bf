"""One picture, from a file or from the camera; by itself, or as a cell of a row."""

from __future__ import annotations

import streamlit as st

from nnapp.data.picture_table import PictureTable
from nnapp.data.table import Table

TYPES = ["png", "jpg", "jpeg", "webp", "bmp", "gif", "tif", "tiff"]
KEPT = "use.kept"
"""Bytes of the pictures that cells of the form name, by that name."""
EXAMPLE, FILE, NONE = "The example's", "A file", "None"
WIDTH = 220


def picture_form() -> bytes | None:
    """Ask for a picture and show it; None while there is none."""
    source = st.segmented_control("From", ["A file", "The camera"], default="A file", required=True, key="use.from")
    file = st.camera_input("Take a picture", key="use.camera") if source == "The camera" else st.file_uploader("A picture", type=TYPES, key="use.picture")
    if file is None:
        st.caption("The answer appears beside it.")
        return None
    content: bytes = file.getvalue()
    if source == "A file":
        st.image(content, width=280, alt="The picture you ask about")
    return content


def picture_cell(label: str, key: str) -> str | None:
    """Ask for the picture of a row and show it; the name under which `kept_picture` has its bytes, None where the row has none."""
    example = st.session_state.get(f"{key}.example")
    choices = [*([EXAMPLE] if example is not None else []), FILE, NONE]
    source = st.segmented_control(label, choices, default=NONE if example is None else EXAMPLE, required=True, key=f"{key}.from.{len(choices)}")
    if source == NONE:
        return None
    content = example
    if source == FILE:
        file = st.file_uploader("A picture", type=TYPES, key=f"{key}.file", label_visibility="collapsed")
        content = None if file is None else file.getvalue()
    if content is None:
        return None
    st.image(content, width=WIDTH, alt="The picture of the row you ask about")
    st.session_state[KEPT] = {key: content}
    return key


def kept_picture(name: str) -> bytes:
    """The bytes of a picture that `picture_cell` named."""
    content: bytes = st.session_state[KEPT][name]
    return content


def keep_example(data: Table, row: int, key: str) -> None:
    """Take the picture of a row of the data into the form."""
    path = data.picture_of(row) if isinstance(data, PictureTable) else None
    content = data.pictures.contents([path])[path] if isinstance(data, PictureTable) and path is not None else None
    st.session_state[f"{key}.example"] = content
