"""The ways to divide rows: at random, by class shares, groups, time, the words of a column, or given folders."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from nnapp.data.findings import Finding, counted, quoted, short
from nnapp.data.folders import ClassFolders
from nnapp.data.parts import part_called, says_parts
from nnapp.data.picture_table import PictureTable
from nnapp.data.pictures import Data
from nnapp.data.specs import PARTS, SplitSpec
from nnapp.data.table import Table
from nnapp.errors import DataError
from nnapp.portable.cells import dates, find_date_format, numbers
from nnapp.registry import did_you_mean

LEFT_OUT = ""
"""The part of rows that have no usable answer."""


@dataclass
class Drawing:
    """What a way to divide works on: only rows whose answer is known."""

    data: Data
    split: SplitSpec
    rows: NDArray[np.int64]
    classes: NDArray[np.int64] | None
    test_share: float
    parts: NDArray[np.str_]
    class_names: tuple[str, ...]
    findings: list[Finding] = field(default_factory=list)

    @property
    def random(self) -> np.random.Generator:
        """Fresh from the seed: each way draws once."""
        return np.random.default_rng(self.split.seed)


def has_folders(data: Data) -> bool:
    """Whether files come in train and test (or validation) folders."""
    return isinstance(data, ClassFolders) and "train" in data.parts and len(set(data.parts) - {None}) > 1


def part_column(data: Data) -> str | None:
    """The column whose cells all say train, validation or test, if there is one."""
    if isinstance(data, ClassFolders):
        return None
    for name in data.columns:
        series = data.frame[name]
        first = [str(word) for word in series.iloc[:200].dropna().unique()]
        if first and all(part_called(word) for word in first) and says_parts([str(word) for word in series.dropna().unique()]):
            return name
    return None


def _column(drawing: Drawing, purpose: str, otherwise: str | None = None) -> tuple[str, list[str | None]]:
    """The column the split needs and its cells by row."""
    table = drawing.data
    name = drawing.split.column or otherwise
    if not isinstance(table, Table) or name is None:
        raise DataError(f"To divide by {purpose} a column is needed.", remedy=f"Set split.column to the column that holds the {purpose}.")
    if name not in table.columns:
        raise DataError(f"{table.name} has no column {name!r} to divide by.", remedy=did_you_mean(name, list(table.columns)))
    return name, table.cells(name)


def _random(drawing: Drawing) -> None:
    """Any row may come into any part."""
    order = drawing.random.permutation(drawing.rows)
    _cut(drawing, order)


def _cut(drawing: Drawing, order: NDArray[np.int64]) -> None:
    """Give the first of `order` to test, the next to validation, the rest to train; at least one each."""
    count = len(order)
    test = max(1, round(drawing.test_share * count)) if drawing.test_share else 0
    validation = max(1, round(drawing.split.validation * count))
    drawing.parts[order] = "train"
    drawing.parts[order[:test]] = "test"
    drawing.parts[order[test : test + validation]] = "validation"


def _stratified(drawing: Drawing) -> None:
    """Every part gets every class in the same share, as far as its examples reach: 1 trains, 2 train and test."""
    assert drawing.classes is not None  # `assign_parts` sends regressions elsewhere
    random = drawing.random
    classes = drawing.classes[drawing.rows]
    owed = {"test": 0.0, "validation": 0.0}
    shares = {"test": drawing.test_share, "validation": drawing.split.validation}
    for code in np.unique(classes):
        order = random.permutation(drawing.rows[classes == code])
        drawing.parts[order] = "train"
        taken = 0
        for part, share in shares.items():
            wanted = share * len(order) + owed[part]
            most = len(order) - 1 - taken  # one example at least trains
            count = min(most, max(1 if share else 0, round(wanted)))
            owed[part] = wanted - count
            drawing.parts[order[taken : taken + count]] = part
            taken += count


def _group(drawing: Drawing) -> None:
    """All rows of a group stay together; groups are drawn until the shares are reached. Rows without a group are their own."""
    name, cells = _column(drawing, "group")
    if isinstance(drawing.data, PictureTable) and name == drawing.data.column:
        cells = [drawing.data.picture_of(row) for row in range(drawing.data.rows)]  # one picture may be named in several ways
    of_row = np.array([f"={cells[row]}" if cells[row] is not None else f"#{row}" for row in drawing.rows])
    _, codes = np.unique(of_row, return_inverse=True)
    sizes = np.bincount(codes)
    if len(sizes) < 3:
        raise DataError(f"Column {name!r} has {counted(len(sizes), 'group')}; three parts need at least 3.", remedy="Choose a column with more groups.")
    wanted = {"test": drawing.test_share * len(codes), "validation": drawing.split.validation * len(codes)}
    part_of_group = np.full(len(sizes), "train", dtype="<U10")
    order = drawing.random.permutation(len(sizes))
    for part, rows in wanted.items():
        filled = 0
        for group in order:
            fits = filled == 0 or filled + sizes[group] / 2 <= rows
            if rows and part_of_group[group] == "train" and filled < rows and fits:
                part_of_group[group] = part
                filled += sizes[group]
    drawing.parts[drawing.rows] = part_of_group[codes]


def _time(drawing: Drawing) -> None:
    """The latest rows test, those before them validate; rows of one moment stay together."""
    name, cells = _column(drawing, "time", _only_date(drawing.data))
    chosen = [cells[row] for row in drawing.rows]
    form = find_date_format(chosen)
    moments = dates(chosen, form) if form else numbers(chosen)
    undated = int(np.count_nonzero(~np.isfinite(moments)))
    if undated > 0.5 * len(moments):
        raise DataError(f"Column {name!r} holds no dates or numbers to order rows by ({short(chosen[0])!r}).", remedy="Choose a column of dates or times.")
    if undated:
        problem = f"{counted(undated, 'row')} without a readable {name!r} count as the earliest, so they train."
        drawing.findings.append(Finding(code="undated_rows", severity="warning", problem=problem, remedy="Fill in the dates, or leave the rows out."))
    moments = np.where(np.isfinite(moments), moments, -np.inf)
    ordered = np.sort(moments)
    count = len(ordered)
    test_from = ordered[max(1, count - round(drawing.test_share * count))] if drawing.test_share else np.inf
    earlier = ordered[ordered < test_from]
    validation_from = earlier[max(1, len(earlier) - round(drawing.split.validation * count))] if len(earlier) > 1 else np.inf
    drawing.parts[drawing.rows] = np.where(moments >= test_from, "test", np.where(moments >= validation_from, "validation", "train"))


def _only_date(data: Data) -> str | None:
    """The one column of dates, if a table has just one."""
    if not isinstance(data, Table):
        return None
    found = [name for name in data.columns if find_date_format(data.cells(name, np.arange(min(500, data.rows)))) is not None]
    return found[0] if len(found) == 1 else None


def _by_column(drawing: Drawing) -> None:
    """The words of a column decide."""
    name, cells = _column(drawing, "part", part_column(drawing.data))
    unknown = sorted({cells[row] or "nothing" for row in drawing.rows if part_called(cells[row]) is None})
    if unknown:
        raise DataError(f"Column {name!r} says {quoted(unknown)}, which names no part.", remedy="Use the words train, validation and test.")
    drawing.parts[drawing.rows] = [part_called(cells[row]) for row in drawing.rows]
    problem = f"The parts are those that column {name!r} says."
    drawing.findings.append(Finding(code="parts_from_column", severity="info", problem=problem, remedy="Choose another split to divide anew.", columns=(name,)))
    _complete(drawing)


def _official(drawing: Drawing) -> None:
    """The folders decide."""
    assert isinstance(drawing.data, ClassFolders)  # `assign_parts` sends tables elsewhere
    drawing.parts[drawing.rows] = [drawing.data.parts[row] or LEFT_OUT for row in drawing.rows]
    _complete(drawing)


def _complete(drawing: Drawing) -> None:
    """Where the given parts lack validation or test, take them from the train part."""
    given = {part for part in PARTS if (drawing.parts == part).any()}
    if "train" not in given:
        raise DataError(f"No row of {drawing.data.name} belongs to the train part.", remedy="Mark rows to train on, or let nnapp divide the rows.")
    lacking = [part for part in ("validation", "test") if part not in given and not (part == "test" and drawing.test_share == 0)]
    if not lacking:
        return
    rows = np.flatnonzero(drawing.parts == "train")
    rest = SplitSpec(how="random", validation=drawing.split.validation if "validation" in lacking else 0.05, test=drawing.split.test, seed=drawing.split.seed)
    inner = Drawing(drawing.data, rest, rows, drawing.classes, drawing.split.test if "test" in lacking else 0.0, drawing.parts, drawing.class_names)
    before = drawing.parts.copy()
    (_random if drawing.classes is None else _stratified)(inner)
    if "validation" not in lacking:
        drawing.parts[(drawing.parts == "validation") & (before == "train")] = "train"
    drawing.findings.append(
        Finding(
            code="parts_completed",
            severity="info",
            problem=f"The data name no {' and no '.join(lacking)} part: it is drawn from the train part.",
            remedy="Nothing to do.",
        )
    )


WAYS: dict[str, Callable[[Drawing], None]] = {
    "random": _random,
    "stratified": _stratified,
    "group": _group,
    "time": _time,
    "column": _by_column,
    "official": _official,
}
