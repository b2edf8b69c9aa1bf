"""Small series with something unusual in them, for the tests of watches for anomalies."""

from __future__ import annotations

import csv
import datetime
from pathlib import Path

import numpy as np

from nnapp.data.prepare import Prepared, prepare
from nnapp.data.specs import DataConfig, PreprocessingConfig, SplitSpec
from nnapp.data.store import DataStore

START = datetime.datetime(2024, 1, 1)
ODD = range(500, 524)
"""Hours that are marked."""
Rows = list[list[object]]


def stamped(hours: int) -> list[str]:
    """A stamp an hour."""
    return [(START + datetime.timedelta(hours=step)).isoformat(sep=" ") for step in range(hours)]


def watched(hours: int = 720, *, seed: int = 0) -> Rows:
    """A day's wave every hour with chance in it, which on one day stands 40 higher; stamp, value and mark."""
    chance = np.random.default_rng(seed).normal(0, 1, hours)
    values = 100 + 20 * np.sin(2 * np.pi * np.arange(hours) / 24) + chance
    return [
        [stamp, round(float(value) + 40 * (step in ODD), 3), int(step in ODD)] for step, (stamp, value) in enumerate(zip(stamped(hours), values, strict=True))
    ]


def written(folder: Path, header: list[str], rows: Rows) -> tuple[DataStore, DataConfig]:
    """A CSV in a store, and how it is meant."""
    path = folder / "data.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(header)
        writer.writerows(rows)
    store = DataStore(folder / "home")
    return store, DataConfig(sha256=store.add(path))


def ready(store: DataStore, config: DataConfig, *, rebuilds: bool = True) -> Prepared:
    """As a run would have it."""
    return prepare(store, config, SplitSpec(), PreprocessingConfig(), bins=False, rebuilds=rebuilds)
