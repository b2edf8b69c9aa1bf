"""One picture, from a file or from the camera."""

from __future__ import annotations

import streamlit as st

TYPES = ["png", "jpg", "jpeg", "webp", "bmp", "gif", "tif", "tiff"]


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
