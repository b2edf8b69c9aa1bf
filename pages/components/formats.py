"""The export formats: what each is for, what the made ones came to, and the way to make, take and run them."""

from __future__ import annotations

from typing import Literal

import pandas as pd
import streamlit as st

from nnapp.charts.exports import export_table
from nnapp.export import EXPORTERS, Export
from nnapp.metrics import METRICS, headline, text_of_metric
from nnapp.portable.beside import picture_column
from nnapp.runs.folder import Run
from pages.components.charts import show_chart, show_table, theme
from pages.components.jobs import ask, is_open, newest, show_failure, watch
from pages.components.text import number, percent, plain, several, short, size

BUNDLE = "bundle"


def made(run: Run) -> dict[str, Export]:
    """The files that are there, by format."""
    return {name: Export.parse(values) for name, values in run.exports.items() if name in EXPORTERS and (run.folder / values["path"]).exists()}


def names() -> list[str]:
    """The formats in the order of a menu."""
    return sorted(EXPORTERS, key=lambda name: (EXPORTERS[name].rank, name))


def format_rows(run: Run, exports: dict[str, Export]) -> None:
    """One row a format: what it is for, its passport, its button."""
    jobs = {name: newest(run, "export", format=name) for name in names()}
    waiting = [job for job in jobs.values() if job is not None and is_open(job)]
    watch(waiting, {job.id: EXPORTERS[name].title for name, job in jobs.items() if job is not None})
    for name in names():
        exporter, export = EXPORTERS[name], exports.get(name)
        with st.container(border=True, key=f"format.{name}"):
            words, action = st.columns([2, 1], vertical_alignment="center", gap="medium")
            with words:
                st.markdown(f"**{exporter.title}**")
                st.caption(exporter.sentence)
                if export is not None:
                    _passport(run, name, export)
            with action:
                _action(run, name, export, is_open(jobs[name]))
            if export is None:
                show_failure(jobs[name])


def _action(run: Run, name: str, export: Export | None, under_way: bool) -> None:
    """Make the file, or take it; the bundle is what most people want."""
    kind: Literal["primary", "secondary"] = "primary" if name == BUNDLE else "secondary"
    if export is not None:
        path = run.folder / export.path
        st.download_button(
            f"Download ({size(export.bytes)})",
            data=path.read_bytes,
            file_name=f"{short(run.id)}-{path.name}",
            mime="application/octet-stream",
            key=f"take.{name}",
            icon=":material/download:",
            type=kind,
            on_click="ignore",
            width="stretch",
        )
    elif st.button("Being made" if under_way else f"Make {EXPORTERS[name].title}", key=f"make.{name}", disabled=under_way, type=kind, width="stretch"):
        ask(run, "export", {"format": name})
        st.rerun()


def _passport(run: Run, name: str, export: Export) -> None:
    """The numbers of a made file, and what to know before using it."""
    task = run.task
    if task is not None:
        metric = headline(task)
        of = text_of_metric(metric, export.network.get(metric))
        facts = [
            size(export.bytes),
            f"{METRICS[metric].title} {text_of_metric(metric, export.test.get(metric))} (network {of})",
            f"agrees on {percent(export.agreement)}",
            f"{several(export.flipped, 'answer')} flipped" if export.flipped else "✓ none flipped",
        ]
        if export.latency_ms is not None:
            facts.append(f"{number(export.latency_ms)} ms a row")
        st.markdown(plain(" · ".join(facts)))
    for sentence in (*export.caveats, export.remedy):
        if sentence:
            st.caption(f":material/info: {plain(sentence)}")
    if export.flipped:
        with st.expander(f"The {several(export.flipped, 'flipped example')}", icon=":material/swap_horiz:"):
            show_table(pd.DataFrame({"example": [str(one) for one in export.flipped_ids]}), key=f"flipped.{name}", alt="Examples whose answer flipped")


def comparison(exports: dict[str, Export]) -> None:
    """The made files side by side."""
    if len(exports) > 1:
        show_chart(export_table(exports, theme=theme()), key="chart.exports")


PREDICT = """unzip {file} -d answers
pip install numpy ai-edge-litert{pillow}
python answers/predict.py {example} --output answers.csv
"""
LITERT = """import numpy as np
from ai_edge_litert.interpreter import Interpreter

network = Interpreter("model.tflite")
network.allocate_tensors()
inputs, outputs = network.get_input_details()[0], network.get_output_details()[0]
network.set_tensor(inputs["index"], np.zeros(inputs["shape"], inputs["dtype"]))
network.invoke()
print(network.get_tensor(outputs["index"]))  # logits
"""


def code_to_run(run: Run, exports: dict[str, Export]) -> None:
    """How to use what was downloaded."""
    st.subheader("Run it elsewhere")
    kind = (run.preprocessing or {}).get("kind")
    named = picture_column(run.preprocessing or {})
    example = {"pictures": "picture.png", "sounds": "sound.wav"}.get(str(kind), "rows.csv" if named is None else "folder-with-table-and-pictures")
    if BUNDLE in exports:
        st.markdown("The bundle answers what you brought, as it was, by itself:")
        file = f"{short(run.id)}-{(run.folder / exports[BUNDLE].path).name}"
        st.code(PREDICT.format(file=file, pillow=" pillow" if kind == "pictures" or named is not None else "", example=example), language="bash")
    if any(name.startswith("tflite") for name in exports):
        st.markdown("A TFLite file alone takes prepared numbers, as `preprocessing.json` of the bundle describes them:")
        st.code(LITERT, language="python")
