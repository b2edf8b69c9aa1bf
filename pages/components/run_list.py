"""Every run in a table, and what can be done with those that are chosen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pandas as pd
import streamlit as st

from nnapp.architectures import ARCHITECTURES
from nnapp.errors import NnappError
from nnapp.metrics import METRICS, headline, text_of_metric
from nnapp.runs.folder import Run
from pages.components.errors import explained
from pages.components.home import run_store
from pages.components.run_header import data_name
from pages.components.text import duration, plain, several, short

SHOWN = 200
COLUMNS = ("Run", "Score", "Best baseline", "State", "Begun", "Time", "Network", "Data", "Epochs")
"""What runs are compared by stands first, where it is seen without scrolling."""
MARKS = {"finished": "✓ finished", "failed": "✗ failed", "lost": "✗ lost"}


def run_table(runs: Sequence[Run]) -> list[Run]:
    """The newest runs; gives those whose rows are chosen."""
    table = pd.DataFrame([line(run) for run in runs[:SHOWN]])
    state = st.dataframe(
        table,
        hide_index=True,
        column_order=COLUMNS,
        on_select="rerun",
        selection_mode="multi-row",
        key="runs.table",
        column_config={
            "Run": st.column_config.TextColumn(pinned=True, width=230),
            "Score": st.column_config.TextColumn(width=160),
            "Best baseline": st.column_config.TextColumn(width=110),
            "State": st.column_config.TextColumn(width=90),
            "Begun": st.column_config.DatetimeColumn(format="D MMM YY, HH:mm", width=125),
            "Time": st.column_config.TextColumn(width=70),
            "Epochs": st.column_config.NumberColumn(width=70),
        },
        alt="Every run with its data, network, state and score",
    )
    if len(runs) > SHOWN:
        st.caption(f"The newest {SHOWN} of {several(len(runs), 'run')}.")
    return [runs[row] for row in state["selection"]["rows"] if row < len(runs)]


def line(run: Run) -> dict[str, Any]:
    """One run in one line; a run whose folder is damaged says so."""
    try:
        spec, status, result, task = run.spec, run.status, run.result or {}, run.task
    except NnappError as error:
        return {"Run": run.id, "State": f"✗ {error.problem}"}
    name = headline(task) if task else ""
    test = (result.get("test") or {}).get(name)
    rivals = [scores[name] for scores in (result.get("baselines") or {}).values() if scores and scores.get(name) is not None]
    best = None if not rivals else max(rivals) if METRICS[name].higher_is_better else min(rivals)
    return {
        "Run": run.name,
        "Score": "" if test is None else f"{METRICS[name].title} {text_of_metric(name, test)}",
        "Best baseline": "" if best is None else text_of_metric(name, best),
        "State": MARKS.get(status.state, status.state),
        "Begun": datetime.fromtimestamp(status.created),
        "Time": duration(result.get("seconds")) if result else "",
        "Network": ARCHITECTURES[spec.architecture].title,
        "Data": data_name(spec.data.sha256),
        "Epochs": result.get("epochs"),
    }


def delete_button(runs: Sequence[Run]) -> None:
    """Delete, after a second question."""
    if st.button("Delete", icon=":material/delete:", disabled=not runs, key="runs.delete"):
        _ask_again(tuple(run.id for run in runs))


@st.dialog("Delete for good?")
def _ask_again(ids: tuple[str, ...]) -> None:
    runs = [run_store().get(name) for name in ids]
    st.markdown(
        f"{several(len(runs), 'run')} and all that came of {'it' if len(runs) == 1 else 'them'} will be gone: networks, results, exports. The data stay."
    )
    for run in runs[:10]:
        st.text(short(run.name, 80))
    left, right = st.columns(2)
    if left.button("Keep", key="delete.keep", width="stretch"):
        st.rerun()
    if right.button("Delete for good", key="delete.sure", icon=":material/delete_forever:", width="stretch"):
        with explained():
            for run in runs:
                run_store().delete(run)
            st.query_params.pop("run", None)
            st.rerun()


def differences(runs: Sequence[Run]) -> pd.DataFrame:
    """The settings in which the runs differ, a row a setting, a column a run."""
    values = [_flat(run.spec.model_dump(mode="json")) for run in runs]
    paths = list(dict.fromkeys(path for one in values for path in one))
    names = [f"{place + 1}. {run.name}" for place, run in enumerate(runs)]
    rows = [{"Setting": path, **{name: one.get(path, "") for name, one in zip(names, values, strict=True)}} for path in paths]
    return pd.DataFrame([row for row in rows if len({str(row[name]) for name in names}) > 1], columns=["Setting", *names], dtype="str")


def _flat(values: dict[str, Any], head: str = "") -> dict[str, str]:
    """Nested settings by path, versions and names left out."""
    found: dict[str, str] = {}
    for name, value in values.items():
        if head == "" and name in {"versions", "name"}:
            continue
        if isinstance(value, dict):
            found |= _flat(value, f"{head}{name}.")
        else:
            found[head + name] = plain(value) if isinstance(value, list) else str(value)
    return found
