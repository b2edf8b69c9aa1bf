"""Answers in this very process: LiteRT runs the exported file; TensorFlow is not loaded."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from nnapp.inference.lite import LiteRTPredictor
from nnapp.portable.beside import Open
from nnapp.portable.inputs import Inputs, from_files, from_rows
from nnapp.runs.folder import Run
from nnapp.tasks import Answers

FORMAT = "tflite"


@dataclass(frozen=True)
class Answerer:
    """A run's exported network, ready to answer.

    Attributes:
        lock: The interpreter serves one question at a time, and all visitors share it.
    """

    predictor: LiteRTPredictor
    run: Run
    lock: threading.Lock

    def row(self, cells: Mapping[str, str | None]) -> Answers:
        """The answer to one row of text cells by column name."""
        return self.columns({name: [cell] for name, cell in cells.items()})

    def columns(self, cells: Mapping[str, Sequence[str | None]], opened: Open | None = None) -> Answers:
        """The answers to columns of text cells by name; `opened` opens the pictures that cells name."""
        return self._answer(from_rows(cells, self.run.preprocessing or {}, opened=opened))

    def file(self, content: bytes) -> Answers:
        """The answer to one file."""
        return self._answer(from_files([content], self.run.preprocessing or {}))

    def _answer(self, x: Inputs) -> Answers:
        task = self.run.task
        if task is None:
            raise ValueError(f"{self.run.id} has no task")
        with self.lock:
            return task.decode(self.predictor.logits(x))


def answerer(run: Run) -> Answerer | None:
    """The run's network, if its TFLite file is there."""
    export = run.exports.get(FORMAT)
    path = None if export is None else run.folder / export["path"]
    if path is None or not path.exists():
        return None
    return _loaded(str(run.folder), str(path), path.stat().st_mtime_ns)


@st.cache_resource(max_entries=16, ttl=3600, show_spinner=False)
def _loaded(folder: str, path: str, changed: int) -> Answerer:
    run = Run(Path(folder))
    data = run.data
    if data is None:
        raise ValueError(f"{run.id} has no data spec")
    return Answerer(LiteRTPredictor(Path(path), data), run, threading.Lock())
