"""The state of the app stands in its address: which data, which run, and the settings changed so far."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import streamlit as st

Settings = dict[str, Any]
Put = Callable[[str, Any], None]
KEPT = "address.settings"
REMEMBERED = 100
"""Addresses of its own that a session recognises."""


def run_id() -> str | None:
    """The run in the address."""
    return st.query_params.get("run") or None


def data_sha() -> str | None:
    """The data in the address."""
    return st.query_params.get("data") or None


def here(**changes: str | None) -> dict[str, str]:
    """What a link to another page carries: the present state with some of it changed (None removes)."""
    state: dict[str, str | None] = {"run": run_id(), "data": data_sha(), "set": as_text(settings()), **changes}
    return {name: value for name, value in state.items() if value}


def settings() -> Settings:
    """The settings that differ from the proposed ones, by dotted path, as the command line's `--set` names them.

    The browser sends its address with every click, and may not have heard of the last change yet: an address that
    this session wrote itself is answered with what the session knows; any other is a link, and is followed.
    """
    text, kept = st.query_params.get("set") or "", st.session_state.get(KEPT)
    if kept is None or kept["data"] != data_sha() or text not in kept["written"]:
        kept = _keep(text, [text])
    return _parsed(kept["text"])


def _keep(text: str, written: list[str]) -> dict[str, Any]:
    kept = {"data": data_sha(), "text": text, "written": written[-REMEMBERED:]}
    st.session_state[KEPT] = kept
    return kept


def _parsed(text: str) -> Settings:
    try:
        values = json.loads(text or "{}")
    except json.JSONDecodeError:
        return {}
    return values if isinstance(values, dict) else {}


def as_text(values: Settings) -> str | None:
    """Settings as the address holds them; None when there are none."""
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"), sort_keys=True) if values else None


def begin(sha: str, values: Settings) -> None:
    """Turn to other data, or to the settings of a run."""
    st.query_params["data"] = sha
    _write(values, [])


def change(values: Settings) -> None:
    """Change settings; a mapping is merged into the one that is there, a value of None goes back to the proposed one."""
    before = settings()
    changed = {**before, **{path: _merged(before.get(path), value) for path, value in values.items()}}
    _write({path: value for path, value in changed.items() if value not in (None, {})}, st.session_state[KEPT]["written"])


def _write(values: Settings, written: list[str]) -> None:
    text = as_text(values) or ""
    _keep(text, [*written, text])
    show()


def show() -> None:
    """Make the browser's address say what the session knows."""
    text = st.session_state.get(KEPT, {}).get("text", "")
    if text == (st.query_params.get("set") or ""):
        return
    if text:
        st.query_params["set"] = text
    else:
        st.query_params.pop("set", None)


def holds(values: Settings) -> bool:
    """Whether the settings say so already."""
    present = settings()
    return all(_merged(present.get(path), value) == present.get(path) for path, value in values.items())


def _merged(before: Any, value: Any) -> Any:
    """The new value; of mappings both, without the entries that are None."""
    if not isinstance(value, dict):
        return value
    both = {**before, **value} if isinstance(before, dict) else value
    return {name: item for name, item in both.items() if item is not None}


def putting(head: str) -> Put:
    """What a form over the spec called `head` does with a changed field."""
    return lambda name, value: change({f"{head}.{name}": value})
