"""A whole file in, a CSV with the answers out."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pandas as pd
import streamlit as st

from nnapp.runs.folder import Run
from pages.components.bring import SUFFIXES
from pages.components.charts import show_table
from pages.components.errors import explained
from pages.components.text import count, short
from pages.components.use_picture import TYPES

SHOWN = 200


def batch(run: Run) -> None:
    """Answer every row of a table, or every picture of a zip."""
    from nnapp.runs.api import predict
    pictures = (run.preprocessing or {})["kind"] == "pictures"
    what = "a zip of pictures" if pictures else "a table with the same columns; the target may be missing, other columns are left alone"
    file = st.file_uploader("The file", type=TYPES + ["zip"] if pictures else SUFFIXES, key="use.batch", help=f"Bring {what}.")
    st.caption(f"Bring {what}.")
    if file is None:
        return
    with explained(), tempfile.TemporaryDirectory() as folder:
        source, output = Path(folder) / f"input{Path(file.name).suffix.lower()}", Path(folder) / "answers.csv"
        source.write_bytes(file.getbuffer())
        rows = predict(run, source, output)
        content = output.read_bytes()
        st.download_button(
            f"Download {count(rows)} answers",
            data=content,
            file_name=f"{Path(short(file.name)).stem}.predictions.csv",
            mime="text/csv",
            type="primary",
            icon=":material/download:",
            on_click="ignore",
        )
        show_table(pd.read_csv(output, nrows=SHOWN, dtype="str"), key="use.answers", alt="The first answers")
