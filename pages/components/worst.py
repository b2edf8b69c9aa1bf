"""The examples behind a number: rows with all their cells, or the pictures and sounds themselves."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from nnapp.charts import CHARTS, Chart
from nnapp.data.listening import clips
from nnapp.data.picture_table import PictureTable
from nnapp.data.pictures import Pictures
from nnapp.data.sounds import Sounds
from nnapp.data.table import Table
from nnapp.evaluation import samples_of
from nnapp.metrics import Predictions
from nnapp.reports import Report
from nnapp.runs.folder import Run
from pages.components.charts import show_chart, show_table, theme
from pages.components.preview import row_pictures
from pages.components.reports import caveats
from pages.components.sounds import show_clip
from pages.components.source import source_of
from pages.components.text import number, percent, plain, several, short

PICTURES_SHOWN = 24
SOUNDS_SHOWN = 12
EXAMPLES_SHOWN = 200
ANY = "any class"


def worst(run: Run, report: Report) -> None:
    """The worst answers."""
    st.markdown(f"**{plain(report.title)}**")
    examples(run, report.table, key="worst")
    caveats(report)


def behind_a_cell(run: Run, report: Report, predictions: Predictions) -> None:
    """The confusion matrix, and the examples of a cell that is clicked or chosen."""
    chart = CHARTS[report.name](report, theme=theme())
    points = show_chart(_clickable(chart, report), key="chart.confusion_matrix", select=True)
    caveats(report)
    names = predictions.task.class_names
    clicked = points[0].get("customdata") if points else None
    if clicked and clicked != st.session_state.get("cell.clicked"):
        st.session_state["cell.clicked"] = clicked
        st.session_state["cell.true"], st.session_state["cell.predicted"] = clicked[0], clicked[1]
    st.markdown("**The examples behind a cell**")
    left, right = st.columns(2, gap="medium")
    true = left.selectbox("True class", [ANY, *names], key="cell.true", help="Click a cell above, or choose here.")
    predicted = right.selectbox("Predicted class", [ANY, *names], key="cell.predicted")
    test = predictions.of("test")
    found = samples_of(test, true=None if true == ANY else true, predicted=None if predicted == ANY else predicted, limit=EXAMPLES_SHOWN)
    st.caption(
        f"{several(len(found), 'example')}, the worst first."
        if len(found) < EXAMPLES_SHOWN
        else f"{several(EXAMPLES_SHOWN, 'example')}, the worst first; there are more."
    )
    examples(run, found, key=f"cell.{true}.{predicted}")


def _clickable(chart: Chart, report: Report) -> Chart:
    """The chart with an invisible mark on each cell, since a heat map's own cells cannot be selected."""
    heat = next((trace for trace in chart.figure.data if trace.type == "heatmap"), None)
    if heat is None or heat.customdata is None:
        return chart
    figure = go.Figure(chart.figure)
    cells = [(row, column) for row in range(len(heat.y)) for column in range(len(heat.x))]
    figure.add_scatter(
        x=[heat.x[column] for _, column in cells],
        y=[heat.y[row] for row, _ in cells],
        customdata=[[str(name) for name in heat.customdata[row][column]] for row, column in cells],
        hovertext=[heat.hovertext[row][column] for row, column in cells],
        hovertemplate="%{hovertext}<extra></extra>",
        mode="markers",
        marker={"size": 28, "opacity": 0, "symbol": "square"},
        showlegend=False,
    )
    return Chart(figure, chart.title, chart.caption, chart.alt, chart.table)


def examples(run: Run, found: pd.DataFrame, *, key: str) -> None:
    """Examples with their answers, worst first: pictures as pictures, sounds to be heard, rows as rows.

    Args:
        run: Whose answers they are.
        found: A table as `samples_of` gives it: `id`, `true`, `predicted`, and the confidence or the residual.
        key: Tells this list from others on the page.
    """
    if not len(found):
        st.markdown("There is none.")
        return
    data = source_of(run)
    if isinstance(data, Pictures):
        _pictures(data, found.head(PICTURES_SHOWN))
    elif isinstance(data, Sounds):
        _sounds(data, found.head(SOUNDS_SHOWN))
    elif isinstance(data, Table):
        _rows(data, found, key)


def _pictures(data: Pictures, found: pd.DataFrame) -> None:
    known = set(data.paths)
    rows = [row for row in found.to_dict("records") if row["id"] in known]
    with st.container(horizontal=True, gap="small"):
        for row in rows:
            alt = f"A picture of class {short(row['true'])}, predicted {short(row['predicted'])}"
            st.image(data.thumbnail(str(row["id"]), 120), caption=_answer(row), width=120, alt=alt)
    if len(found) > len(rows):
        st.caption(f"{several(len(rows), 'picture')} shown.")


def _sounds(data: Sounds, found: pd.DataFrame) -> None:
    rows = {str(row["id"]): row for row in found.to_dict("records") if row["id"] in data.known}
    with st.container(horizontal=True, gap="small"):
        for clip in clips(data, list(rows)):
            row = rows[clip.path]
            show_clip(clip, alt=f"Spectrogram of a sound of class {short(row['true'])}, predicted {short(row['predicted'])}", caption=_answer(row))
    if len(found) > len(rows):
        st.caption(f"{several(len(rows), 'sound')} shown.")


def _answer(row: Mapping[Hashable, Any]) -> str:
    """What was right, what was predicted, and how surely."""
    true, predicted = plain(short(row["true"], 18)), plain(short(row["predicted"], 18))
    answer = f"✓ {true}" if row["true"] == row["predicted"] else f"✗ {true}, taken for {predicted}"
    return f"{answer} ({percent(row['confidence'])})"


def _rows(data: Table, found: pd.DataFrame, key: str) -> None:
    """The answers first, then every cell of the row."""
    rows = found["id"].astype("int64").to_numpy()
    answers = found.drop(columns="id").reset_index(drop=True)
    answers.insert(0, "row", rows + 1)
    for name in answers.select_dtypes("float").columns:
        answers[name] = answers[name].map(number)
    if isinstance(data, PictureTable):
        row_pictures(data, rows[:PICTURES_SHOWN].tolist())
    cells = data.frame.iloc[rows].reset_index(drop=True)
    table = pd.concat([answers, cells.rename(columns=lambda name: f"{name} " if name in answers.columns else name)], axis=1)
    show_table(table, key=f"rows.{key}", alt="The examples with their true and predicted answers and all their cells", height=min(460, 70 + 35 * len(table)))
