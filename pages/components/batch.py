"""A whole file in, a CSV with the answers out."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from nnapp.files import safe_join
from nnapp.runs.answering import predict
from nnapp.runs.folder import Run
from pages.components.charts import show_table
from pages.components.errors import explained
from pages.components.text import count, short
from pages.components.use_picture import TYPES

SHOWN = 200
TABLES = "Bring a table with the columns of the training data. The target may be missing; other columns are left alone."
PICTURES = "Bring pictures; they are answered in the order of their names."


def batch(run: Run) -> None:
    """Answer every row of a table, or every picture that is brought."""
    pictures = (run.preprocessing or {})["kind"] == "pictures"
    brought = st.file_uploader("The pictures" if pictures else "The file", type=TYPES if pictures else None, key="use.batch", accept_multiple_files=pictures)
    st.caption(PICTURES if pictures else TABLES)
    files = brought if isinstance(brought, list) else [brought] if brought is not None else []
    if files:
        with explained(), tempfile.TemporaryDirectory() as folder:
            _answer(run, files, Path(folder), pictures=pictures)


def _answer(run: Run, files: Sequence[UploadedFile], folder: Path, *, pictures: bool) -> None:
    """Answer what was brought, offer the CSV, and show its beginning."""
    inputs, output = folder / "inputs", folder / "answers.csv"
    inputs.mkdir()
    for file in files:
        safe_join(inputs, file.name).write_bytes(file.getbuffer())
    rows = predict(run, inputs if pictures else inputs / files[0].name, output)
    st.download_button(
        f"Download {count(rows)} answers",
        data=output.read_bytes(),
        file_name=f"{short(Path(files[0].name).stem if not pictures else run.name)}.predictions.csv",
        mime="text/csv",
        type="primary",
        icon=":material/download:",
        on_click="ignore",
    )
    show_table(pd.read_csv(output, nrows=SHOWN, dtype="str"), key="use.answers", alt="The first answers")
