"""The data as they are: the first rows of a table, some pictures or sounds of every class."""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st

from nnapp.data import overview
from nnapp.data.listening import some_of_each
from nnapp.data.picture_table import PictureTable
from nnapp.data.pictures import Data, Pictures
from nnapp.data.sounds import Sounds
from nnapp.data.table import Table
from pages.components.sounds import show_clip
from pages.components.text import count, plain, several, short

ROWS = 200
CLASSES = 12
PICTURES_A_CLASS = 6
SOUNDS_A_CLASS = 2
PICTURES_OF_ROWS = 24
THUMBNAIL = 60


def preview(data: Data) -> None:
    """A look at the data."""
    if isinstance(data, Table):
        st.dataframe(overview.preview(data, ROWS), hide_index=True, height=320, alt=f"The first rows of {short(data.name)}")
        if data.rows > ROWS:
            st.caption(f"The first {ROWS} of {count(data.rows)} rows.")
        if isinstance(data, PictureTable):
            row_pictures(data, range(PICTURES_OF_ROWS))
    elif isinstance(data, Sounds):
        _some_sounds(data)
    elif isinstance(data, Pictures):
        _some_pictures(data)


def row_pictures(data: PictureTable, rows: Iterable[int]) -> None:
    """The pictures of some rows of a table, each with the number of its row; rows without one are passed over."""
    named = {row: path for row in rows if row < data.rows and (path := data.picture_of(row)) is not None}
    made = data.pictures.thumbnails(list(dict.fromkeys(named.values())), 2 * THUMBNAIL)
    with st.container(horizontal=True, gap="small"):
        for row, path in named.items():
            st.image(made[path], width=THUMBNAIL, caption=f"row {row + 1}", alt=f"The picture of row {row + 1}, {short(path)}")


def _some_sounds(data: Sounds) -> None:
    """The first sounds of each class, to be heard and seen."""
    st.caption("Each picture is a spectrogram: time runs to the right, pitch upwards, and what is bright is loud. This is what the network sees.")
    shown = list(some_of_each(data, SOUNDS_A_CLASS, CLASSES).items())
    for start in range(0, len(shown), 2):
        for place, (name, clips) in zip(st.columns(2, gap="medium"), shown[start : start + 2], strict=False):
            with place:
                st.markdown(f"**{plain(short(name))}** · {several(data.labels.count(name), 'sound')}")
                with st.container(horizontal=True, gap="small"):
                    for clip in clips:
                        show_clip(clip, alt=f"Spectrogram of {short(clip.path)}", caption=f"{clip.seconds:.2f} s")
    if len(data.class_names) > CLASSES:
        st.caption(f"The first {CLASSES} of {several(len(data.class_names), 'class', 'classes')}.")


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
