"""One sound, from a file or from the microphone."""

from __future__ import annotations

import streamlit as st

from nnapp.data.listening import clip
from nnapp.portable.errors import PortableError
from nnapp.portable.sounds import SOUND_SUFFIXES, open_sound
from pages.components.errors import show_error
from pages.components.sounds import show_clip

TYPES = sorted(suffix.removeprefix(".") for suffix in SOUND_SUFFIXES)


def sound_form() -> bytes | None:
    """Ask for a sound and show it; None while there is none that opens."""
    source = st.segmented_control("From", ["A file", "The microphone"], default="A file", required=True, key="use.from")
    file = st.audio_input("Record a sound", key="use.microphone") if source == "The microphone" else st.file_uploader("A sound", type=TYPES, key="use.sound")
    if file is None:
        st.caption("The answer appears beside it.")
        return None
    content: bytes = file.getvalue()
    try:
        shown = clip(open_sound(content))
    except PortableError as error:
        show_error(error.problem, error.remedy)
        return None
    show_clip(
        shown, alt="The spectrogram of the sound you ask about", caption=f"{shown.seconds:.2f} seconds. Time runs to the right, pitch upwards.", width=320
    )
    return content
