"""Which example belongs to which part; the same seed gives the same parts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from nnapp.data.answers import known_answers
from nnapp.data.findings import Finding, counted, quoted, short
from nnapp.data.parts import part_called, says_parts
from nnapp.data.pictures import Data, Pictures
from nnapp.data.question import Question
from nnapp.data.specs import PARTS, Part, SplitSpec
from nnapp.data.table import Table
from nnapp.errors import DataError
from nnapp.portable.cells import dates, find_date_format, numbers
from nnapp.registry import did_you_mean

LEFT_OUT = ""
"""The part of rows that have no usable answer."""

FEWEST_ROWS = 10


@dataclass(frozen=True)
class Assignment:
    """Parts by row.

    Attributes:
        parts: `train`, `validation`, `test`, or `LEFT_OUT`, shape `(n,)`.
        how: What was done: random, stratified, group, time, column or official.
        findings: What is worth knowing about it.
    """

    parts: NDArray[np.str_]
    how: str
    findings: tuple[Finding, ...] = ()

    def rows(self, part: Part) -> NDArray[np.int64]:
        """Positions of the rows of a part, rising."""
        return np.flatnonzero(self.parts == part)

    @property
    def counts(self) -> dict[str, int]:
        """Rows a part."""
        return {part: int(np.count_nonzero(self.parts == part)) for part in PARTS}


@dataclass
class _Drawing:
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


def assign_parts(data: Data, question: Question, split: SplitSpec, test: Data | None = None) -> Assignment:
    """Divide the rows into train, validation and test.

    Args:
        data: A table or pictures; rows whose target is missing are left out.
        test: An official test file: then `data` is divided into train and validation only.

    Raises:
        DataError: If the rows are too few, or a column the split needs is missing.
    """
    answers, _ = known_answers(data, question)
    known = answers >= 0 if question.kind != "regression" else np.isfinite(answers)
    rows = np.flatnonzero(known)
    if len(rows) < FEWEST_ROWS:
        raise DataError(
            f"{data.name} has {counted(len(rows), 'example')} with a known {question.target!r}: too few to train, choose and judge on.",
            remedy=f"Bring at least {FEWEST_ROWS} rows; some hundred are needed for a score that means something.",
        )
    classes = None if question.kind == "regression" else answers.astype(np.int64)
    parts = np.full(data.rows, LEFT_OUT, dtype="<U10")
    drawing = _Drawing(data, split, rows, classes, 0.0 if test is not None else split.test, parts, question.class_names)
    how = _chosen(drawing, test)
    _WAYS[how](drawing)
    _check_parts(drawing, how, test)
    return Assignment(parts, how, tuple(drawing.findings))


def _chosen(drawing: _Drawing, test: Data | None) -> str:
    """The way to divide: as asked, or by what the data bring."""
    split = drawing.split
    if split.how == "auto":
        if has_folders(drawing.data):
            return "official"
        if part_column(drawing.data) is not None:
            return "column"
        return "stratified" if drawing.classes is not None else "random"
    if split.how == "official" and not has_folders(drawing.data):
        if part_column(drawing.data) is not None:
            return "column"
        if test is None:
            raise DataError(
                f"{drawing.data.name} comes without a test part of its own.",
                remedy="Give a test file, use folders or a column that say train and test, or let nnapp divide the rows.",
            )
        return "stratified" if drawing.classes is not None else "random"
    if split.how == "stratified" and drawing.classes is None:
        drawing.findings.append(
            Finding(code="not_stratified", severity="info", problem="The target is a number, so the parts are drawn at random.", remedy="Nothing to do.")
        )
        return "random"
    if split.how in {"group", "time", "column"} and isinstance(drawing.data, Pictures):
        raise DataError(f"Pictures have no columns to divide by {split.how}.", remedy="Divide them at random, or by train and test folders.")
    return split.how


def has_folders(data: Data) -> bool:
    """Whether pictures come in train and test (or validation) folders."""
    return isinstance(data, Pictures) and "train" in data.parts and len(set(data.parts) - {None}) > 1


def part_column(data: Data) -> str | None:
    """The column whose cells all say train, validation or test, if there is one."""
    if isinstance(data, Pictures):
        return None
    for name in data.columns:
        series = data.frame[name]
        first = [str(word) for word in series.iloc[:200].dropna().unique()]
        if first and all(part_called(word) for word in first) and says_parts([str(word) for word in series.dropna().unique()]):
            return name
    return None


def _column(drawing: _Drawing, purpose: str, otherwise: str | None = None) -> tuple[str, list[str | None]]:
    """The column the split needs and its cells by row."""
    table = drawing.data
    name = drawing.split.column or otherwise
    if not isinstance(table, Table) or name is None:
        raise DataError(f"To divide by {purpose} a column is needed.", remedy=f"Set split.column to the column that holds the {purpose}.")
    if name not in table.columns:
        raise DataError(f"{table.name} has no column {name!r} to divide by.", remedy=did_you_mean(name, list(table.columns)))
    return name, table.cells(name)


def _random(drawing: _Drawing) -> None:
    """Any row may come into any part."""
    order = drawing.random.permutation(drawing.rows)
    _cut(drawing, order)


def _cut(drawing: _Drawing, order: NDArray[np.int64]) -> None:
    """Give the first of `order` to test, the next to validation, the rest to train; at least one each."""
    count = len(order)
    test = max(1, round(drawing.test_share * count)) if drawing.test_share else 0
    validation = max(1, round(drawing.split.validation * count))
    drawing.parts[order] = "train"
    drawing.parts[order[:test]] = "test"
    drawing.parts[order[test : test + validation]] = "validation"


def _stratified(drawing: _Drawing) -> None:
    """Every part gets every class in the same share, as far as its examples reach: 1 trains, 2 train and test."""
    assert drawing.classes is not None  # noqa: S101  # `_chosen` sends regressions elsewhere
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


def _group(drawing: _Drawing) -> None:
    """All rows of a group stay together; groups are drawn until the shares are reached. Rows without a group are their own."""
    name, cells = _column(drawing, "group")
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


def _time(drawing: _Drawing) -> None:
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


def _by_column(drawing: _Drawing) -> None:
    """The words of a column decide."""
    name, cells = _column(drawing, "part", part_column(drawing.data))
    unknown = sorted({cells[row] or "nothing" for row in drawing.rows if part_called(cells[row]) is None})
    if unknown:
        raise DataError(f"Column {name!r} says {quoted(unknown)}, which names no part.", remedy="Use the words train, validation and test.")
    drawing.parts[drawing.rows] = [part_called(cells[row]) for row in drawing.rows]
    problem = f"The parts are those that column {name!r} says."
    drawing.findings.append(Finding(code="parts_from_column", severity="info", problem=problem, remedy="Choose another split to divide anew.", columns=(name,)))
    _complete(drawing)


def _official(drawing: _Drawing) -> None:
    """The folders decide."""
    assert isinstance(drawing.data, Pictures)  # noqa: S101  # `_chosen` sends tables elsewhere
    drawing.parts[drawing.rows] = [drawing.data.parts[row] or LEFT_OUT for row in drawing.rows]
    _complete(drawing)


def _complete(drawing: _Drawing) -> None:
    """Where the given parts lack validation or test, take them from the train part."""
    given = {part for part in PARTS if (drawing.parts == part).any()}
    if "train" not in given:
        raise DataError(f"No row of {drawing.data.name} belongs to the train part.", remedy="Mark rows to train on, or let nnapp divide the rows.")
    lacking = [part for part in ("validation", "test") if part not in given and not (part == "test" and drawing.test_share == 0)]
    if not lacking:
        return
    rows = np.flatnonzero(drawing.parts == "train")
    rest = SplitSpec(how="random", validation=drawing.split.validation if "validation" in lacking else 0.05, test=drawing.split.test, seed=drawing.split.seed)
    inner = _Drawing(drawing.data, rest, rows, drawing.classes, drawing.split.test if "test" in lacking else 0.0, drawing.parts, drawing.class_names)
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


def _check_parts(drawing: _Drawing, how: str, test: Data | None) -> None:
    """No part may be empty; classes that are missing somewhere are told."""
    needed = [part for part in PARTS if not (part == "test" and test is not None)]
    for part in needed:
        if not (drawing.parts == part).any():
            raise DataError(f"Divided by {how}, no row is left for the {part} part.", remedy="Choose another split, or change the shares.")
    if drawing.classes is None:
        return
    codes = drawing.classes
    trained = set(codes[drawing.parts == "train"].tolist())
    unseen = [drawing.class_names[code] for code in sorted(set(codes[drawing.rows].tolist()) - trained)]
    if unseen:
        problem = f"The train part has no example of {quoted(unseen)}."
        remedy = "It cannot be learned: bring examples of it, or divide anew."
        drawing.findings.append(Finding(code="class_not_trained", severity="warning", problem=problem, remedy=remedy))
    judged = set(codes[drawing.parts == ("test" if test is None else "validation")].tolist())
    lone = [drawing.class_names[code] for code in sorted(trained - judged)]
    if lone:
        problem = f"{quoted(lone)} has too few examples to be in every part: it trains, but no score judges it."
        remedy = "Bring more examples of it, or merge it with another class."
        drawing.findings.append(Finding(code="class_not_tested", severity="warning", problem=problem, remedy=remedy))


_WAYS: dict[str, Callable[[_Drawing], None]] = {
    "random": _random,
    "stratified": _stratified,
    "group": _group,
    "time": _time,
    "column": _by_column,
    "official": _official,
}
