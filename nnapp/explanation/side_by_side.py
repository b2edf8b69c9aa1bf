"""Several inputs as one: the features, pictures and token ids of a row laid side by side, so that columns are exchanged as of a table."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from nnapp.data.dataset import Dataset, DataSpec
from nnapp.explanation import columns as table

if TYPE_CHECKING:
    import pandas as pd


def widths(data: DataSpec) -> dict[str, int]:
    """Numbers of each input's one example, in the order in which they are laid side by side."""
    return {name: math.prod(int(side or 0) for side in spec.shape) for name, spec in data.inputs.items()}


def laid_out(rows: Dataset) -> NDArray[np.float32]:
    """All inputs of `n` rows as one array `(n, d)`; token ids are small enough to be exact."""
    return np.concatenate([np.asarray(rows.x[name], np.float32).reshape(len(rows), width) for name, width in widths(rows.data).items()], axis=1)


def taken_apart(x: Any, data: DataSpec) -> dict[str, Any]:
    """A tensor `(n, d)` as the inputs that the network takes."""
    import tensorflow as tf

    parts = tf.split(x, list(widths(data).values()), axis=1)
    return {
        name: tf.cast(tf.reshape(part, (-1, *(int(side or 0) for side in spec.shape))), spec.fed)
        for (name, spec), part in zip(data.inputs.items(), parts, strict=True)
    }


def column_names(data: DataSpec) -> tuple[str, ...]:
    """The columns that answers are shared out among: those of the features, then a whole picture or text each."""
    return tuple(
        name for key, spec in data.inputs.items() for name in (table.column_names(spec) if spec.role == "features" else (", ".join(spec.feature_names) or key,))
    )


def column_of_number(data: DataSpec) -> NDArray[np.int64]:
    """For each number of a row its place in `column_names`, `(d,)`."""
    places: list[NDArray[np.int64]] = []
    at = 0
    for name, width in widths(data).items():
        spec = data.inputs[name]
        own = table.column_of_feature(spec) if spec.role == "features" else np.zeros(width, np.int64)
        places.append(own + at)
        at += int(own.max(initial=-1)) + 1
    return np.concatenate(places)


def shown(rows: Dataset, train: Dataset, cells: pd.DataFrame | None) -> dict[str, Any]:
    """What an explanation keeps of the rows: `columns`, `cells` and `numbers`, of texts and pictures the cells as they came."""
    texts: list[table.Cells] = []
    numbers: list[NDArray[np.float64]] = []
    for name, spec in rows.data.inputs.items():
        if spec.role == "features":
            found = table.numbers_of(rows.x[name], train.x[name], spec)
            written = table.cells_of(cells, rows.x[name], found, spec)
            found = table.as_written(found, written)
        else:
            found = np.full((len(rows), 1), np.nan)
            column = spec.feature_names[0] if spec.feature_names else name
            raw = [None] * len(rows) if cells is None or column not in cells else cells[column].tolist()
            written = tuple((cell if isinstance(cell, str) else None,) for cell in raw)
        numbers.append(found)
        texts.append(written)
    joined = tuple(tuple(cell for part in row for cell in part) for row in zip(*texts, strict=True))
    return {"columns": column_names(rows.data), "cells": joined, "numbers": np.concatenate(numbers, axis=1)}
