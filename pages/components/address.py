"""The state of the app stands in its address: which data, which run, and the settings changed so far."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import streamlit as st

Settings = dict[str, Any]
Put = Callable[[str, Any], None]
CARRIED = ("run", "data", "set")
"""What every link keeps."""


def run_id() -> str | None:
    """The run in the address."""
    return st.query_params.get("run") or None


def data_sha() -> str | None:
    """The data in the address."""
    return st.query_params.get("data") or None


def here(**changes: str | None) -> dict[str, str]:
    """What a link to another page carries: the present state with some of it changed (None removes)."""
    state: dict[str, str | None] = {name: st.query_params.get(name) for name in CARRIED}
    state.update(changes)
    return {name: value for name, value in state.items() if value}


def settings() -> Settings:
    """The settings that differ from the proposed ones, by dotted path, as the command line's `--set` names them."""
    try:
        values = json.loads(st.query_params.get("set") or "{}")
    except json.JSONDecodeError:
        return {}
    return values if isinstance(values, dict) else {}


def as_text(values: Settings) -> str | None:
    """Settings as the address holds them; None when there are none."""
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"), sort_keys=True) if values else None


def change(values: Settings) -> None:
    """Change settings; a mapping is merged into the one that is there, a value of None goes back to the proposed one."""
    before = settings()
    changed = {**before, **{path: _merged(before.get(path), value) for path, value in values.items()}}
    text = as_text({path: value for path, value in changed.items() if value not in (None, {})})
    if text is None:
        st.query_params.pop("set", None)
    else:
        st.query_params["set"] = text


def _merged(before: Any, value: Any) -> Any:
    """The new value; of mappings both, without the entries that are None."""
    if not isinstance(value, dict):
        return value
    both = {**before, **value} if isinstance(before, dict) else value
    return {name: item for name, item in both.items() if item is not None}


def putting(head: str) -> Put:
    """What a form over the spec called `head` does with a changed field."""
    return lambda name, value: change({f"{head}.{name}": value})
