"""Report: the table, the headline and the caveats that every evaluation and explanation returns."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

Headline = dict[str, float | int | str | None]


@dataclass(frozen=True)
class Report:
    """What was found: a table first, a few numbers that sum it up, and the limits of both in words.

    Attributes:
        name: Of the evaluation or explanation, as in its registry.
        title: What it shows, for a heading.
        table: The findings, one row each; the columns are told by whoever makes the report.
        headline: Numbers by name. One that does not exist is None.
        caveats: Sentences that a reader must know before trusting the table.
    """

    name: str
    title: str
    table: pd.DataFrame
    headline: Headline = field(default_factory=dict)
    caveats: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe values: rows as objects, every number that is not finite as null.

        >>> Report("r", "R", pd.DataFrame({"x": [1.5, float("nan")]})).to_dict()["table"]
        [{'x': 1.5}, {'x': None}]
        """
        columns = {str(name): str(dtype) for name, dtype in self.table.dtypes.items()}
        cells = [[plain(cell) for cell in self.table.iloc[:, position].tolist()] for position in range(len(columns))]
        return {
            "name": self.name,
            "title": self.title,
            "columns": columns,
            "table": [dict(zip(columns, row, strict=True)) for row in zip(*cells, strict=True)],
            "headline": {key: plain(value) for key, value in self.headline.items()},
            "caveats": list(self.caveats),
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Report:
        """Read what `to_dict` gave, types included."""
        columns: dict[str, str] = values["columns"]
        rows: list[dict[str, Any]] = values["table"]
        series = {name: pd.Series([row[name] for row in rows], dtype=dtype) for name, dtype in columns.items()}
        return cls(values["name"], values["title"], pd.DataFrame(series, columns=list(columns)), dict(values["headline"]), tuple(values["caveats"]))


def plain(value: object) -> Any:
    """A cell as JSON has it: NumPy scalars as Python's own, missing or not finite as None, the rest by its text."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if value is None or isinstance(value, bool | int | str):
        return value
    return None if value is pd.NA or value is pd.NaT else str(value)
