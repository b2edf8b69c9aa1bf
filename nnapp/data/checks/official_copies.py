"""Examples that are in the training file and in the test file."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from nnapp.data.checks import CHECKS
from nnapp.data.checks.examined import Examined
from nnapp.data.findings import Finding, counted
from nnapp.data.folders import ClassFolders
from nnapp.data.table import Table

_BLOCK = 100_000
"""Rows at a time."""


@CHECKS.register("official_copies")
def official_copies(examined: Examined) -> Finding | None:
    """What was learned by heart cannot be asked in the examination."""
    again = _rows_again(examined) if isinstance(examined.data, Table) else _files_again(examined.data)
    test = examined.test
    if isinstance(test, ClassFolders) and isinstance(examined.data, ClassFolders):
        again = len(set(examined.data.digests) & set(test.digests))
    if not again:
        return None
    noun = examined.noun
    problem = f"{counted(again, noun)} of the test part {'is' if again == 1 else 'are'} also trained on: the score will be too good."
    return Finding(code="test_overlap", severity="warning", problem=problem, remedy="Remove the copies from one of the two.")


def _rows_again(examined: Examined) -> int:
    """Different test rows that the training file has, too; where rows differ little by nature, none are counted."""
    test, table = examined.test, examined.table
    names = [column.name for column in examined.features]
    if not isinstance(test, Table) or table is None or not names or not set(names) <= set(test.columns):
        return 0
    if sum(column.unique for column in examined.features) <= 10 * len(names):
        return 0
    trained = np.unique(np.concatenate(list(_digests(table, names))))
    return sum(int(np.isin(block, trained).sum()) for block in _digests(test, names))


def _digests(table: Table, names: list[str]) -> Iterator[NDArray[np.uint64]]:
    """A number for each row, the same for rows that are alike; block by block, for the cells may lie on the disk."""
    for start in range(0, table.rows, _BLOCK):
        yield np.asarray(pd.util.hash_pandas_object(table.frame[names].iloc[start : start + _BLOCK].fillna(""), index=False), np.uint64)


def _files_again(files: ClassFolders) -> int:
    """Files that lie in the train folder and in another part's folder."""
    if not files.digests or "train" not in files.parts:
        return 0
    trained = {digest for digest, part in zip(files.digests, files.parts, strict=True) if part == "train"}
    return sum(part not in {"train", None} and digest in trained for digest, part in zip(files.digests, files.parts, strict=True))
