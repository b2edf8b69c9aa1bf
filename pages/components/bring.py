"""Bringing data: a file of one's own, a sample, or something uploaded earlier."""

from __future__ import annotations

import tempfile
from datetime import datetime
from pathlib import Path

import streamlit as st

from nnapp.data.samples import SAMPLES
from pages.components import address
from pages.components.errors import explained
from pages.components.source import data_store
from pages.components.text import plain, short, size

EARLIER_SHOWN = 5
FIRST = "iris"
"""The sample a newcomer is led to: the smallest."""
ACCEPTED = "CSV, TSV, Excel, Parquet or JSON lines with one row an example; or a zip with one folder of pictures or sounds a class."


def bring() -> None:
    """The first thing a newcomer sees."""
    uploader("Your data", key="upload")
    st.caption(ACCEPTED + " What you upload stays on this machine, as it came.")
    st.subheader("Or begin with a sample")
    samples = sorted(SAMPLES.values(), key=lambda sample: (sample.name != FIRST, sample.title))
    for start in range(0, len(samples), 3):
        for place, sample in zip(st.columns(3, gap="medium"), samples[start : start + 3], strict=False):
            with place.container(border=True, height="stretch", vertical_alignment="distribute"):
                with st.container():
                    st.markdown(f"**{sample.title}**")
                    st.caption(sample.sentence)
                first = sample is samples[0]
                if st.button(f"Begin with {sample.title}", key=f"sample.{sample.name}", type="primary" if first else "secondary"):
                    with explained(), tempfile.TemporaryDirectory() as folder:
                        _go_on(data_store().add(sample.write(Path(folder))))
    earlier()


def uploader(label: str, *, key: str, help_text: str | None = None, setting: str | None = None) -> None:
    """A drop zone; what is dropped is stored at once, and the browser's copy let go.

    Args:
        label: What to drop.
        key: The widget's name.
        help_text: What it is for.
        setting: Path of the setting that takes the data's SHA-256; None opens the data.
    """
    turn = st.session_state.setdefault(f"{key}.turn", 0)
    file = st.file_uploader(label, key=f"{key}.{turn}", help=help_text)
    if file is None:
        return
    with explained():
        sha = data_store().add_bytes(file.getbuffer(), file.name)
        st.session_state[f"{key}.turn"] = turn + 1
        if setting is None:
            _go_on(sha)
        else:
            address.change({setting: sha})
            st.rerun()


def earlier() -> None:
    """What was uploaded before."""
    uploads = data_store().list()
    if not uploads:
        return
    st.subheader("Or go on with earlier data")
    for upload in uploads[:EARLIER_SHOWN]:
        left, middle, right = st.columns([4, 3, 2], vertical_alignment="center")
        left.text(short(upload.name, 60))
        middle.caption(f"{size(upload.bytes)}, {datetime.fromtimestamp(upload.added):%d %B %Y, %H:%M}")
        if right.button("Open", key=f"open.{upload.sha256}", help=f"Open {plain(short(upload.name))}"):
            _go_on(upload.sha256)


def _go_on(sha: str) -> None:
    """Open the data page on this upload, with nothing of another one's settings."""
    st.query_params.clear()
    address.begin(sha, {})
    st.rerun()
