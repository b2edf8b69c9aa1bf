"""The state of the app stands in its address: which data, which run, and the settings changed so far."""

from __future__ import annotations

import json
from typing import Any

import streamlit as st

Settings = dict[str, Any]
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
    """Change settings; a value of None goes back to the proposed one."""
    changed = {**settings(), **values}
    text = as_text({path: value for path, value in changed.items() if value is not None})
    if text is None:
        if "set" in st.query_params:
            del st.query_params["set"]
    else:
        st.query_params["set"] = text
