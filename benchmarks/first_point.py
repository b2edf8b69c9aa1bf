"""Seconds from the button to the first point on the chart, with a worker that is warm."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from benchmarks.measure import ROUNDS, Taking
from nnapp.data.specs import DataConfig
from nnapp.data.store import DataStore
from nnapp.runs.api import start_run, wait
from nnapp.runs.spec import plan
from nnapp.runs.store import RunStore

LIMIT = 300.0
"""Seconds in which a run must have ended."""
LOOK = 0.01
"""Seconds between two looks for the first point."""


def takings() -> Iterator[Taking]:
    with tempfile.TemporaryDirectory() as folder:
        store = RunStore(Path(folder) / "home")
        data = DataConfig(sha256=DataStore(store.home).add(_table(Path(folder) / "table.csv")), target="label")
        seconds = [_first_point(store, data) for _ in range(ROUNDS + 1)][1:]  # the first one opens the nursery
    yield Taking("from pressing Train to the first point, 1,000 rows, an MLP", f"{np.median(seconds):.1f} s ({min(seconds):.1f} at best)", "below 2 s")


def _table(path: Path) -> Path:
    """1,000 rows of five numbers, and a label that two of them decide."""
    x = np.random.default_rng(0).normal(size=(1000, 5))
    lines = [",".join([*(f"{value:.6f}" for value in row), "yes" if row[0] + row[1] > 0 else "no"]) for row in x]
    path.write_text("\n".join(["a,b,c,d,e,label", *lines]), encoding="utf-8")
    return path


def _first_point(store: RunStore, data: DataConfig) -> float:
    begun = time.perf_counter()
    run = start_run(store, plan(data, "tabular", rows=1000, architecture="mlp", settings={"training.epochs": 3}))
    metrics = run.folder / "metrics.jsonl"
    while not (metrics.exists() and b"\n" in metrics.read_bytes()) and not run.status.is_final:
        time.sleep(LOOK)
    seconds = time.perf_counter() - begun
    wait(run, limit=LIMIT)
    return seconds
