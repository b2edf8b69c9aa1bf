"""A whole file in, a CSV with the answers out."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from nnapp.charts.anomalies import answered_rows
from nnapp.files import safe_join
from nnapp.portable.beside import picture_column
from nnapp.portable.inputs import file_kind
from nnapp.runs.answering import channel_values, predict
from nnapp.runs.folder import Run
from pages.components.charts import show_chart, show_table, theme
from pages.components.errors import explained
from pages.components.text import count, short

SHOWN = 200
ROWS = "Bring a table with the columns of the training data. The target may be missing; other columns are left alone."

WITH_PICTURES = (
    "Bring a table with the columns of the training data together with the pictures it names, or one zip with both. A row without a name has no picture."
)


def batch(run: Run) -> None:
    """Answer every row of a table, or every file that is brought."""
    kind, named = file_kind(run.preprocessing or {}), picture_column(run.preprocessing or {})
    types = None if kind is None else sorted(suffix.removeprefix(".") for suffix in kind.suffixes)
    label = f"The {kind.noun}s" if kind is not None else "The file" if named is None else "The table and its pictures"
    several = kind is not None or named is not None
    brought = st.file_uploader(label, type=types, key="use.batch", accept_multiple_files=several)
    if (run.preprocessing or {}).get("form") == "watched":
        _watched_words(run)
    else:
        st.caption(f"Bring {kind.noun}s; they are answered in the order of their names." if kind is not None else ROWS if named is None else WITH_PICTURES)
    files = brought if isinstance(brought, list) else [brought] if brought is not None else []
    packed = named is not None and len(files) == 1  # a zip of both, or a table whose rows have no pictures
    if files:
        with explained(), tempfile.TemporaryDirectory() as folder:
            _answer(run, files, Path(folder), several=several and not packed)


def _watched_words(run: Run) -> None:
    """What a table must have to be watched, and what comes back."""
    about = run.preprocessing or {}
    least = about["window"] + (0 if about["rebuild"] else about["horizon"])
    st.caption(
        f"Bring a table with the columns of the training data and at least **{count(least)} rows**: so many steps the network looks at together. "
        "Every row comes back with its score, where 1 is the threshold, and with 1 or 0 for unusual or not. A column of marks may be missing."
    )


def _answer(run: Run, files: Sequence[UploadedFile], folder: Path, *, several: bool) -> None:
    """Answer what was brought, offer the CSV, and show its beginning."""
    inputs, output = folder / "inputs", folder / "answers.csv"
    inputs.mkdir()
    for file in files:
        safe_join(inputs, file.name).write_bytes(file.getbuffer())
    rows = predict(run, inputs if several else inputs / files[0].name, output)
    st.download_button(
        f"Download {count(rows)} answers",
        data=output.read_bytes(),
        file_name=f"{short(Path(files[0].name).stem if not several else run.name)}.predictions.csv",
        mime="text/csv",
        type="primary",
        icon=":material/download:",
        on_click="ignore",
    )
    about = run.preprocessing or {}
    if about.get("form") == "watched" and not about["id"]:
        answers = pd.read_csv(output, dtype="str")
        came = channel_values(inputs / files[0].name, about["channels"][0])
        chart = answered_rows(
            answers, stamp=about["date"] or "step", came=came if len(came) == len(answers) else None, channel=about["channels"][0], theme=theme()
        )
        show_chart(chart, key="use.watched")
    show_table(pd.read_csv(output, nrows=SHOWN, dtype="str"), key="use.answers", alt="The first answers")
