"""One row, asked with the right widget for each column; what is answered, with its probabilities."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from nnapp.metrics.scoring import text_of_number
from nnapp.portable.answers import answer_text
from nnapp.portable.cells import numbers, text_of
from nnapp.portable.moments import dates
from nnapp.runs.folder import Run
from nnapp.tasks import Answers
from pages.components.charts import show_table
from pages.components.text import percent, plain, short
from pages.components.use_picture import keep_example, picture_cell
from pages.components.use_row import another_row

SHOWN_CLASSES = 20
Column = dict[str, Any]


def row_form(run: Run) -> dict[str, list[str | None]]:
    """One widget a column, filled in from a row of the test part; gives the cells as text, one a column."""
    columns: list[Column] = (run.preprocessing or {})["columns"]
    if st.session_state.get("use.run") != run.id:
        st.session_state["use.run"] = run.id
        _fill_in(run, columns)
    st.button(
        "Fill in another example", icon=":material/casino:", on_click=_fill_in, args=(run, columns), help="A row of the test part, which training never saw."
    )
    cells: dict[str, list[str | None]] = {}
    beside = 1 if any(column["type"] in {"text", "picture"} for column in columns) else 2  # a text needs the whole width
    for start in range(0, len(columns), beside):
        for place, column in zip(st.columns(beside, gap="medium"), columns[start : start + beside], strict=False):
            with place:
                cells[column["name"]] = [_ask(column, start)]
    return cells


def _ask(column: Column, start: int) -> str | None:
    """The widget of one column; an empty one is a missing cell."""
    key, label = f"use.{column['name']}", plain(short(column["name"]))
    if column["type"] == "picture":
        return picture_cell(label, key)
    if column["type"] == "category":
        options = list(column["categories"])
        present = st.session_state.get(key)
        if present and present not in options:
            options.append(present)
        return st.selectbox(
            label, options, index=None, key=key, placeholder="missing", accept_new_options=True, help="A value that is not listed counts as other."
        )
    if column["type"] == "number":
        value = st.number_input(label, value=None, key=key, format="%g", step=_step(column), placeholder="missing")
        return text_of(value, column["decimal"])
    if column["type"] == "text":
        return st.text_area(label, key=key, placeholder="missing", height=160) or None
    if column["type"] == "date" and "day" not in column["cycles"]:
        day = st.date_input(label, value=None, key=key, min_value=date(1, 1, 1), max_value=date(9999, 12, 31), format="YYYY-MM-DD")
        return None if day is None else day.isoformat()
    return st.text_input(label, key=key, placeholder="missing", help="Written as in the data.") or None


def _step(column: Column) -> float:
    """A step in proportion to the number."""
    size = abs(float(column["fill"])) or 1.0
    return float(10.0 ** np.floor(np.log10(size) - 1))


def _fill_in(run: Run, columns: list[Column]) -> None:
    """Put a row of the test part into the form, another one at each call."""
    found = another_row(run)
    if found is None:
        return
    data, row = found
    for column in columns:
        cell = data.cells(column["name"], np.array([row]))[0]
        if column["type"] == "picture":
            keep_example(data, row, f"use.{column['name']}")
        else:
            st.session_state[f"use.{column['name']}"] = _value(column, cell)


def _value(column: Column, cell: str | None) -> Any:
    """A cell as its widget holds it."""
    if column["type"] == "number":
        number = float(numbers([cell], column["decimal"])[0])
        return None if np.isnan(number) else number
    if column["type"] == "date" and "day" not in column["cycles"]:
        day = float(dates([cell], column["format"])[0])
        return None if np.isnan(day) else date(1970, 1, 1) + timedelta(days=int(np.floor(day)))
    return cell if column["type"] == "category" else cell or ""


def show_answer(run: Run, answers: Answers) -> None:
    """The answer to one question: large, then what else it might be."""
    task = run.task
    if task is None:
        return
    if answers.probabilities is None:
        st.metric(plain(short(task.target)), text_of_number(float(answers.prediction[0])))
        return
    given = answer_text(answers.prediction[0].tolist(), task.class_names)
    st.metric(plain(short(task.target)), short(given or "none", 30), help=task.meaning)
    if answers.prediction.ndim == 1:
        st.caption(f"With a probability of {percent(float(answers.probabilities[0, int(answers.prediction[0])]))}.")
    order = np.argsort(-answers.probabilities[0])[:SHOWN_CLASSES]
    table = pd.DataFrame({"Class": [task.class_names[place] for place in order], "Probability": answers.probabilities[0, order]})
    show_table(
        table,
        key="use.probabilities",
        alt="The probability of every class",
        column_config={"Probability": st.column_config.ProgressColumn(format="percent", min_value=0, max_value=1)},
    )


def show_truth(cells: Mapping[str, Sequence[str | None]]) -> None:
    """What the row that was filled in really was, as long as nothing of it is changed."""
    asked = dict(cells)
    if st.session_state.pop("use.new", False):
        st.session_state["use.filled"] = asked
    if "use.truth" in st.session_state and st.session_state.get("use.filled") == asked:
        st.caption(f"Filled in from row {st.session_state['use.row']} of the data, whose answer is {plain(short(st.session_state['use.truth']))}.")
