"""The networks as cards, the recommended one marked with its reason."""

from __future__ import annotations

import streamlit as st

from nnapp.architectures import ARCHITECTURES, recommended, suitable
from nnapp.data.specs import DataKind
from nnapp.tasks import TaskKind
from pages.components import address

PRESETS = {
    "quick": "A first result within a minute.",
    "balanced": "The usual settings: trains until validation no longer improves.",
    "best": "Takes its time: smaller steps, more epochs, more patience.",
}


def architecture_cards(kind: DataKind, task: TaskKind, rows: int, chosen: str) -> None:
    """One card a network that fits; a click makes it the chosen one and forgets the last one's hyperparameters."""
    best = recommended(kind, rows, task)
    names = suitable(kind, task)
    for start in range(0, len(names), 3):
        for place, name in zip(st.columns(3, gap="medium"), names[start : start + 3], strict=False):
            part = ARCHITECTURES[name]
            with place.container(border=True, height="stretch", vertical_alignment="distribute", key=f"card.{name}"):
                with st.container():
                    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                        st.markdown(f"**{part.title}**", width="content")
                        if name == best:
                            st.badge("Recommended", icon=":material/star:", color="green", help=part.because)
                    st.caption(part.sentence)
                st.button(
                    "Chosen" if name == chosen else f"Choose {part.title}",
                    key=f"choose.{name}",
                    icon=":material/check:" if name == chosen else None,
                    disabled=name == chosen,
                    on_click=_choose,
                    args=(name, best),
                )


def _choose(name: str, best: str) -> None:
    forgotten = {path: None for path in address.settings() if path.startswith("model.")}
    address.change({**forgotten, "architecture": None if name == best else name})


def presets() -> str:
    """Where the settings begin."""
    key = "preset"
    st.session_state[key] = present = address.settings().get(key, "balanced")

    def change() -> None:
        address.change({key: None if st.session_state[key] == "balanced" else st.session_state[key]})

    st.segmented_control(
        "Preset",
        list(PRESETS),
        key=key,
        required=True,
        format_func=str.capitalize,
        on_change=change,
        help="Where the settings below begin; change any of them.",
    )
    st.caption(PRESETS[present])
    return str(present)
