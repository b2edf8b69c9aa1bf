"""Which example belongs to which part; the same seed gives the same parts."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from nnapp.data.answers import is_known, known_answers, strata_of
from nnapp.data.findings import Finding, counted, quoted
from nnapp.data.folders import ClassFolders
from nnapp.data.pictures import Data
from nnapp.data.question import Question
from nnapp.data.specs import PARTS, Part, SplitSpec
from nnapp.data.table import Table
from nnapp.data.ways import LEFT_OUT, WAYS, Drawing, has_folders, part_column
from nnapp.errors import DataError
from nnapp.portable.series import codes_of, places_within

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


def assign_parts(data: Data, question: Question, split: SplitSpec, test: Data | None = None) -> Assignment:
    """Divide the rows into train, validation and test.

    Args:
        data: A table or pictures; rows whose target is missing are left out.
        question: What is predicted: class shares are kept alike in the parts.
        split: The way, the shares and the seed.
        test: An official test file: then `data` is divided into train and validation only.

    Raises:
        DataError: If the rows are too few, or a column the split needs is missing.
    """
    answers, _ = known_answers(data, question)
    rows = np.flatnonzero(is_known(answers))
    if len(rows) < FEWEST_ROWS:
        raise DataError(
            f"{data.name} has {counted(len(rows), 'example')} with a known {question.target!r}: too few to train, choose and judge on.",
            remedy=f"Bring at least {FEWEST_ROWS} rows; some hundred are needed for a score that means something.",
        )
    classes = strata_of(answers)
    parts = np.full(data.rows, LEFT_OUT, dtype="<U10")
    drawing = Drawing(data, split, rows, classes, 0.0 if test is not None else split.test, parts, (*question.class_names, "none of them"))
    if question.kind == "anomaly":
        return _watched(drawing, question, test)
    if question.kind == "forecasting":
        _by_time(drawing, question)
        return Assignment(parts, "time", tuple(drawing.findings))
    how = _automatic(drawing, test) if split.how == "auto" else _asked(drawing, test)
    WAYS[how](drawing)
    _check_parts(drawing, how, test)
    return Assignment(parts, how, tuple(drawing.findings))


def _watched(drawing: Drawing, question: Question, test: Data | None) -> Assignment:
    """The beginning teaches what is usual, its end chooses, the rest is judged; about so, since a series is put at even distances first."""
    usual = 1.0 if test is not None else question.usual
    split = drawing.split.model_copy(update={"validation": drawing.split.validation * usual})
    _by_time(replace(drawing, split=split, test_share=1 - usual), question)
    return Assignment(drawing.parts, "time", tuple(drawing.findings))


def _by_time(drawing: Drawing, question: Question) -> None:
    """The latest rows judge and those before them choose: by their stamps, or, where there are none, by their order within each series."""
    if question.date:
        WAYS["time"](replace(drawing, split=drawing.split.model_copy(update={"column": question.date})))
        return
    table = drawing.data
    assert isinstance(table, Table)  # only tables are asked about steps
    codes = codes_of(table.cells(question.series_id, drawing.rows)) if question.series_id else np.zeros(len(drawing.rows), np.int64)
    steps = np.bincount(codes + 1)[codes + 1]
    judged = steps - np.round(drawing.test_share * steps)
    chosen = judged - np.round(drawing.split.validation * steps)
    place = places_within(codes)
    parts = np.where(place >= judged, "test", np.where(place >= chosen, "validation", "train"))
    drawing.parts[drawing.rows] = np.where(codes < 0, LEFT_OUT, parts)


def _drawn(drawing: Drawing) -> str:
    """By class shares where there are classes, else at random."""
    return "random" if drawing.classes is None else "stratified"


def _automatic(drawing: Drawing, test: Data | None) -> str:
    """What the data bring: folders, a column of parts, else by drawing."""
    if has_folders(drawing.data):
        return "official"
    return "column" if test is None and part_column(drawing.data) is not None else _drawn(drawing)


def _asked(drawing: Drawing, test: Data | None) -> str:
    """What the settings say, as far as the data allow it."""
    how = drawing.split.how
    if how == "official" and not has_folders(drawing.data):
        if test is None and part_column(drawing.data) is None:
            raise DataError(
                f"{drawing.data.name} comes without a test part of its own.",
                remedy="Give a test file, use folders or a column that say train and test, or let nnapp divide the rows.",
            )
        return _automatic(drawing, test)
    if how == "stratified" and drawing.classes is None:
        problem = "The target is a number, so the parts are drawn at random."
        drawing.findings.append(Finding(code="not_stratified", severity="info", problem=problem, remedy="Nothing to do."))
        return "random"
    if how in {"group", "time", "column"} and isinstance(drawing.data, ClassFolders):
        raise DataError(f"{drawing.data.noun.capitalize()}s have no columns to divide by {how}.", remedy="Divide them at random, or by train and test folders.")
    return how


def _check_parts(drawing: Drawing, how: str, test: Data | None) -> None:
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
        problem = f"{quoted(lone)} {'has' if len(lone) == 1 else 'have'} too few examples to be in every part: trained on, but judged by no score."
        remedy = "Bring more examples, or merge rare classes with others."
        drawing.findings.append(Finding(code="class_not_tested", severity="warning", problem=problem, remedy=remedy))
