"""The home folder, and the stores in it."""

from __future__ import annotations

import os
from pathlib import Path

import streamlit as st

from nnapp.errors import NnappError
from nnapp.runs.folder import Run
from nnapp.runs.store import RunStore
from nnapp.runs.turns import this_person
from pages.components import address

PROJECT = Path(__file__).resolve().parents[2]


def home() -> Path:
    """`NNAPP_HOME`, else `models/` beside the app."""
    return Path(os.environ.get("NNAPP_HOME") or PROJECT / "models").resolve()


def run_store() -> RunStore:
    """The runs of the home."""
    return RunStore(home())


def run_here() -> Run | None:
    """The run in the address; None where there is none, or none that exists."""
    name = address.run_id()
    if name is None:
        return None
    try:
        return run_store().get(name)
    except NnappError:
        return None


def person() -> str:
    """Who sits at the browser, so that people take turns: the e-mail where the app asks for one, else the address they come from."""
    email = st.user.get("email")
    return str(email or st.context.ip_address or this_person())
