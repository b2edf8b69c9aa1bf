"""What is asked of the data, and the data in five numbers."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from nnapp.data.anomaly_question import anomaly_question
from nnapp.data.columns import NUMERIC, ColumnProfile
from nnapp.data.long_table import LongTable
from nnapp.data.pictures import Data, Pictures
from nnapp.data.sounds import Sounds
from nnapp.data.specs import PARTS, DataConfig
from nnapp.data.splits import Assignment
from nnapp.data.table import Table
from nnapp.data.target import Question, propose_target
from nnapp.errors import DataError, NnappError
from pages.components import address
from pages.components.errors import cannot_open
from pages.components.source import data_config, data_store, open_data
from pages.components.spec_form import spec_form
from pages.components.text import count, plain, several, short

WATCHED = ("anomaly_label", "usual_share", "window")
"""What is asked of a watch for anomalies beside the columns that are watched."""


def opened(sha: str) -> tuple[DataConfig, Data]:
    """The data as the settings mean them; where they cannot be read, why, and the way to others."""
    try:
        data_store().upload(sha)  # an address that names none is told in plainer words than its pattern
        config = data_config(sha)
        return config, open_data(config)
    except NnappError as error:
        cannot_open(error)
        st.stop()


def choose_target(table: Table, config: DataConfig, columns: Sequence[ColumnProfile]) -> None:
    """Ask which column is predicted, and whether the answer is a class or a number; of a watch for anomalies, what is watched."""
    watch = _watch(table, config, columns)
    if watch is not None or config.task == "anomaly":
        _choose_watched(config, columns, watch)
        return
    proposed, reason = propose_target(table, columns)
    left, right = st.columns(2, gap="medium")
    key = "data.target"
    st.session_state[key] = config.target or proposed

    def change() -> None:
        chosen = st.session_state[key]
        address.change({"data.target": None if chosen == proposed else chosen, "data.positive": None, "data.task": None})

    several = "Write several columns of yes and no with commas between them to predict any of them."
    options = [*table.columns, *({st.session_state[key]} - set(table.columns))]
    left.selectbox(
        "Target: what to predict",
        options,
        key=key,
        on_change=change,
        accept_new_options=True,
        help=f"Proposed: {plain(short(proposed))}, because {plain(reason)}. {several}",
    )
    with right:
        spec_form(DataConfig, config.model_dump(), address.putting("data"), key="data", leave_out=set(DataConfig.model_fields) - {"task"}, columns=1)


def _watch(table: Table, config: DataConfig, columns: Sequence[ColumnProfile]) -> Question | None:
    """The question of what is unusual, where it is asked or proposed and can be answered; the findings say why where it cannot."""
    try:
        return None if isinstance(table, LongTable) else anomaly_question(table, config, columns)
    except DataError:
        return None


def _choose_watched(config: DataConfig, columns: Sequence[ColumnProfile], watch: Question | None) -> None:
    """Ask which columns are watched, what marks known anomalies, and how much of the series teaches."""
    left, right = st.columns(2, gap="medium")
    key, possible = "data.watched", [column.name for column in columns if column.type in NUMERIC and column.name != config.anomaly_label]
    named = [name.strip() for name in (config.target or "").split(",")]
    st.session_state[key] = [name for name in possible if name in named]

    def change() -> None:
        # A watch is proposed only while no target is named, so it must be asked for from now on.
        address.change({"data.target": ",".join(st.session_state[key]) or None, "data.task": "anomaly"})

    left.multiselect(
        "Columns to watch",
        possible,
        key=key,
        on_change=change,
        placeholder="all columns of numbers",
        help="The network learns how they usually go, and flags the steps where they do not. The column of marks is never one of them.",
    )
    marks = [column.name for column in columns if 1 <= column.unique <= 2]
    names = {"anomaly_label": list(dict.fromkeys([*marks, *([config.anomaly_label] if config.anomaly_label else [])]))}
    with right:
        spec_form(DataConfig, config.model_dump(), address.putting("data"), key="data", leave_out=set(DataConfig.model_fields) - {"task"}, columns=1)
    # The column that is in use stands there, also where nobody has chosen it.
    label = config.anomaly_label or (watch.label if watch is not None and watch.label else None)
    proposed = {} if config.anomaly_label or label is None else {"anomaly_label": label}
    spec_form(
        DataConfig,
        {**config.model_dump(), "anomaly_label": label},
        address.putting("data"),
        key="watch",
        proposed=proposed,
        choices=names,
        leave_out=set(DataConfig.model_fields) - set(WATCHED),
        columns=3,
    )
    if watch is not None:
        scored = f"Known anomalies are marked in **{plain(short(watch.label))}**, which only scores what is found."
        scored = scored if watch.label else "No column marks known anomalies, so what is found is not scored."
        st.caption(f"Watched: {', '.join(f'**{plain(short(name))}**' for name in watch.channels[:6])}{' …' if len(watch.channels) > 6 else ''}. {scored}")


def choose_weights(config: DataConfig, columns: Sequence[ColumnProfile]) -> None:
    """Ask which column says how much each row counts."""
    possible = [column.name for column in columns if column.minimum is not None and column.minimum >= 0 and column.name != config.target]
    names = {"weight_column": list(dict.fromkeys([*possible, *([config.weight_column] if config.weight_column else [])]))}
    leave_out = set(DataConfig.model_fields) - {"weight_column"}
    spec_form(DataConfig, config.model_dump(), address.putting("data"), key="weights", choices=names, leave_out=leave_out)


def choose_positive(asked: Question) -> None:
    """Of two classes, ask which is the one to be found."""
    key = "data.positive"
    st.session_state[key] = asked.positive

    def change() -> None:
        address.change({key: st.session_state[key]})

    st.segmented_control(
        "Class to be found",
        asked.class_names,
        key=key,
        required=True,
        format_func=lambda name: plain(short(name)),
        on_change=change,
        help="Precision and recall are about this class. Proposed: the rarer one.",
    )


def strip(data: Data, asked: Question, divided: Assignment) -> None:
    """Rows, columns, answers and parts, large."""
    counts = divided.counts
    shown = sum(counts.values()) or 1
    with st.container(horizontal=True, gap="large"):
        st.metric("Examples", count(data.rows), width="content")
        if isinstance(data, Table):
            st.metric("Columns", count(len(data.columns)), width="content")
        elif isinstance(data, Sounds):
            st.metric("Length", _seconds(data), help="Shortest and longest sound.", width="content")
            st.metric("Rate", _rates(data), help="How finely they were recorded: pitches up to half of it can be heard.", width="content")
        elif isinstance(data, Pictures):
            st.metric("Pixels", _pixels(data), help="Width and height of the pictures.", width="content")
        st.metric("Answer", asked.answer, width="content")
        st.metric(
            "Train / validation / test",
            " / ".join(f"{100 * counts[part] / shown:.0f}" for part in PARTS) + " %",
            help=f"{several(counts['train'], 'example')} teach, {count(counts['validation'])} choose the best epoch, {count(counts['test'])} judge at the end.",
            width="content",
        )


def _seconds(data: Sounds) -> str:
    """The length all sounds have, or the shortest and the longest."""
    shortest, longest = float(data.seconds.min()), float(data.seconds.max())
    return f"{longest:.1f} s" if longest - shortest < 0.05 else f"{shortest:.1f} – {longest:.1f} s"


def _rates(data: Sounds) -> str:
    """The rate all sounds have, or the lowest and the highest."""
    return " – ".join(f"{rate / 1000:g}" for rate in sorted({int(data.rates.min()), int(data.rates.max())})) + " kHz"


def _pixels(data: Pictures) -> str:
    """The size all pictures have, or the largest."""
    smallest, largest = data.sizes.min(axis=0), data.sizes.max(axis=0)
    return f"{'' if (smallest == largest).all() else 'up to '}{largest[0]}×{largest[1]}"
