"""What a Data page shows: small tables, and thumbnails by class."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from nnapp.data.answers import known_answers
from nnapp.data.columns import NUMERIC, ColumnProfile
from nnapp.data.findings import counted, short
from nnapp.data.pictures import Data, Pictures
from nnapp.data.question import Question
from nnapp.data.specs import PARTS, DataKind
from nnapp.data.splits import Assignment
from nnapp.data.table import Table
from nnapp.data.target import class_counts
from nnapp.portable.cells import money, numbers


def column_table(profiles: Sequence[ColumnProfile], target: str | None = None, kind: DataKind = "tabular", *, asked: Question | None = None) -> pd.DataFrame:
    """One row a column.

    Args:
        profiles: Of the table.
        target: What is predicted.
        kind: What the network is fed with.
        asked: Of a watch for anomalies, the question.

    Returns:
        Columns `column`, `type`, `role` (as `role_of` says it), `missing` (rows), `unique`, `values` (a sentence
        on what is in it) and `reason`.
    """
    rows = [
        {
            "column": one.name,
            "type": one.type,
            "role": role_of(one, target, kind, asked=asked),
            "missing": one.missing + one.unreadable,
            "unique": one.unique,
            "values": values_of(one),
            "reason": one.reason,
        }
        for one in profiles
    ]
    return pd.DataFrame(rows, columns=["column", "type", "role", "missing", "unique", "values", "reason"])


def role_of(column: ColumnProfile, target: str | None, kind: DataKind, *, asked: Question | None = None) -> str:
    """Whether a column is the target, an input or left out; of a watch, whether it is watched, only scores, tells the time or names the series."""
    if asked is not None and asked.kind == "anomaly":
        roles = {**dict.fromkeys(asked.channels, "watched"), asked.label: "only scores", asked.date: "tells the time", asked.series_id: "names the series"}
        return roles.get(column.name, "left out")
    return "target" if column.name == target else "input" if column.feeds(kind) else "left out"


def values_of(column: ColumnProfile) -> str:
    """What is in a column, in one short phrase."""
    if column.unique == 0:
        return "no value"
    if column.type in NUMERIC and column.minimum is not None and column.maximum is not None and column.mean is not None:
        return f"{column.minimum:.4g} to {column.maximum:.4g}, mean {column.mean:.4g}"
    if column.type == "date" and column.earliest is not None:
        return f"{column.earliest} to {column.latest}"
    if column.type == "category":
        listed = ", ".join(f"{short(value, 20)} ({count:,})" for value, count in column.top[:4])
        return f"{listed}, and {counted(column.unique - 4, 'other')}" if column.unique > 4 else listed
    return ", ".join(short(example, 30) for example in column.examples)


def class_balance(data: Data, question: Question) -> pd.DataFrame:
    """Examples a class, the commonest first; empty for a regression.

    Returns:
        Columns `class`, `rows`, `share` (0 to 1, of the examples whose class is known).
    """
    if question.is_number:
        return pd.DataFrame({"class": pd.Series(dtype="str"), "rows": pd.Series(dtype="int64"), "share": pd.Series(dtype="float64")})
    answers, _ = known_answers(data, question)
    counts = class_counts(answers, len(question.class_names))
    order = np.argsort(-counts, kind="stable")
    shares = counts / max(1, int(counts.sum()))
    return pd.DataFrame({"class": [question.class_names[code] for code in order], "rows": counts[order], "share": shares[order]})


def histogram(table: Table, column: ColumnProfile, bins: int = 30) -> pd.DataFrame:
    """How often which value occurs: ranges of a number, or the commonest values of anything else.

    Returns:
        For numbers `from`, `to`, `rows`; else `value`, `rows`.
    """
    if column.type not in NUMERIC or column.minimum is None:
        return pd.DataFrame(list(column.top), columns=["value", "rows"])
    parse = money if column.type == "money" else numbers
    values = table.texts(column.name).numbers(parse, column.decimal)
    counts, edges = np.histogram(values[np.isfinite(values)], bins=min(bins, max(1, column.unique)))
    return pd.DataFrame({"from": edges[:-1], "to": edges[1:], "rows": counts})


def preview(table: Table, rows: int = 50, columns: int = 100) -> pd.DataFrame:
    """The first rows and columns as text, an empty text where a cell is missing; for display only."""
    return table.frame.iloc[:rows, :columns].fillna("")


def parts_table(assignment: Assignment) -> pd.DataFrame:
    """Rows and share of each part, and what is left out because its answer is not known.

    Returns:
        Columns `part`, `rows`, `share`.
    """
    counts = {**assignment.counts, "left out": int(np.count_nonzero(~np.isin(assignment.parts, PARTS)))}
    kept = {part: count for part, count in counts.items() if count or part != "left out"}
    total = max(1, sum(kept.values()))
    return pd.DataFrame({"part": list(kept), "rows": list(kept.values()), "share": [count / total for count in kept.values()]})


def thumbnails(pictures: Pictures, per_class: int = 6, size: int = 96, classes: int = 20) -> dict[str, list[tuple[str, bytes]]]:
    """The first pictures of each class (of the first `classes` ones), as path and PNG."""
    shown: dict[str, list[tuple[str, bytes]]] = {name: [] for name in pictures.class_names[:classes]}
    wanted: dict[str, list[str]] = {name: [] for name in shown}
    for path, label in zip(pictures.paths, pictures.labels, strict=True):
        if label in wanted and len(wanted[label]) < per_class:
            wanted[label].append(path)
    made = pictures.thumbnails([path for paths in wanted.values() for path in paths], size)
    for name, paths in wanted.items():
        shown[name] = [(path, made[path]) for path in paths]
    return shown
