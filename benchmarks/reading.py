"""A CSV read cell by cell as text, types found, against pandas' own reader."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.measure import Comparison, compare
from nnapp.data.columns import profile
from nnapp.data.readers import read

ROWS = 100_000


def comparisons() -> Iterator[Comparison]:
    random = np.random.default_rng(0)
    frame = pd.DataFrame(random.normal(size=(ROWS, 10)).round(4), columns=[f"x{index}" for index in range(10)])
    frame["kind"] = random.choice(["red", "green", "blue"], ROWS)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.csv"
        frame.to_csv(path, index=False)
        yield compare(
            f"a CSV of {ROWS:,} rows read, types found", "pandas.read_csv", lambda: profile(read(path, path.name)), lambda: pd.read_csv(path), "same rows"
        )
