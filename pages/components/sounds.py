"""Sounds on a page: a player and a spectrogram each."""

from __future__ import annotations

import streamlit as st

from nnapp.data.listening import Clip


def show_clip(clip: Clip, *, alt: str, caption: str = "", width: int = 180) -> None:
    """A spectrogram with its player under it; time runs to the right, pitch upwards."""
    with st.container(width=width, gap="xsmall"):
        st.image(clip.picture, width=width, alt=alt)
        st.audio(clip.wav, format="audio/wav")
        if caption:
            st.caption(caption)
