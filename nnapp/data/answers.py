"""The known answers of a table or of files in folders: class indices or numbers, one a row."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from nnapp.data.findings import Finding, counted, quoted
from nnapp.data.folders import ClassFolders
from nnapp.data.labels import column_answers, joined_answers, strata
from nnapp.data.pictures import Data
from nnapp.data.question import Question
from nnapp.data.table import Table
from nnapp.data.texts import Texts
from nnapp.portable.cells import find_decimal, money, numbers

NO_ANSWER = -1
"""Class index of a row whose target is missing or unknown."""

_NO_CLASS = {"", "na", "n/a", "#n/a", "nan", "<na>", "null", "?"}
_WHOLE = re.compile(r"([+-]?\d{1,15})\.0*")


def class_texts(cells: list[str | None]) -> list[str | None]:
    """Cells as names of classes: without blanks around, `1.0` as `1`, None where there is no answer."""
    named: dict[str | None, str | None] = {None: None}
    for cell in set(cells):
        if cell is not None:
            text = " ".join(cell.split())
            whole = _WHOLE.fullmatch(text)
            named[cell] = None if text.lower() in _NO_CLASS else whole.group(1) if whole else text
    return [named[cell] for cell in cells]


def loose(name: str) -> str:
    """A class name without what test files are known to change: case, blanks, a final full stop.

    >>> loose(" >50K. ") == loose(">50k")
    True
    """
    return "".join(name.split()).casefold().rstrip(".")


def known_answers(data: Data, question: Question) -> tuple[NDArray[np.int64] | NDArray[np.float64], tuple[Finding, ...]]:
    """The target of every row; of an official test file as well as of the file that was trained on.

    Returns:
        Class indices (int64, `NO_ANSWER` where missing or not among the classes) or numbers (float64, NaN where
        missing), shape `(n,)`; of several labels 0 and 1, shape `(n, k)`; and findings on labels that were mapped or are unknown.
    """
    if question.kind == "multilabel":
        assert isinstance(data, Table)  # `resolve` refuses several labels for files
        return _labels(data, question)
    if question.is_number:
        assert not isinstance(data, ClassFolders)  # `resolve` refuses numbers for files in folders
        return _values(data.texts(question.target), data.reading.decimal), ()
    different, places = _different_labels(data.labels) if isinstance(data, ClassFolders) else data.texts(question.target).different()
    named = different if isinstance(data, ClassFolders) else class_texts(different)
    codes, told = _codes(data.name, named, np.bincount(places, minlength=len(named)), question)
    return codes[places], told


def is_known(answers: NDArray[np.int64] | NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which rows have an answer, shape `(n,)`."""
    known: NDArray[np.bool_] = np.isfinite(answers) if answers.dtype.kind == "f" else answers >= 0
    return known if known.ndim == 1 else np.asarray(known.all(axis=1), np.bool_)


def strata_of(answers: NDArray[np.int64] | NDArray[np.float64]) -> NDArray[np.int64] | None:
    """The class by which rows are divided alike, shape `(n,)`: of several labels the rarest; None for numbers."""
    if answers.dtype.kind == "f":
        return None
    codes = answers.astype(np.int64)
    return codes if codes.ndim == 1 else strata(codes)


def _labels(data: Table, question: Question) -> tuple[NDArray[np.int64], tuple[Finding, ...]]:
    """Which labels each row has, shape `(n, k)`."""
    if question.columns:
        return column_answers([data.texts(name) for name in question.columns]), ()
    answers, unknown = joined_answers(data.texts(question.target), question.class_names)
    return answers, _unknown(data.name, question, list(unknown), unknown)


def _different_labels(labels: Sequence[str]) -> tuple[list[str | None], NDArray[np.int64]]:
    """Every different label in the order of first occurrence, and for each file its place among them, shape `(n,)`."""
    index = {label: place for place, label in enumerate(dict.fromkeys(labels))}
    return list(index), np.fromiter((index[label] for label in labels), np.int64, len(labels))


def _values(cells: Texts, decimal: str) -> NDArray[np.float64]:
    """Numbers, or amounts of money where they are no plain numbers, under the column's own decimal sign."""
    plain = cells.numbers(numbers, decimal)
    if np.isfinite(plain).all():
        return plain
    sign = "," if decimal == "," else find_decimal(cells)
    plain = cells.numbers(numbers, sign)
    return np.where(np.isfinite(plain), plain, cells.numbers(money, sign))


def _codes(name: str, texts: list[str | None], each: NDArray[np.int64], question: Question) -> tuple[NDArray[np.int64], tuple[Finding, ...]]:
    """Class indices of different texts; names that are not known exactly are tried loosely where only one class fits."""
    exact = {known: code for code, known in enumerate(question.class_names)}
    fits = Counter(loose(known) for known in exact)
    loosely = {loose(known): code for known, code in exact.items() if fits[loose(known)] == 1}
    counts: Counter[str] = Counter()
    for text, count in zip(texts, each.tolist(), strict=True):
        if text is not None:
            counts[text] += count
    mapped: dict[str, int] = {}
    unknown: list[str] = []
    for text in counts:
        if text not in exact:
            code = loosely.get(loose(text))
            if code is None:
                unknown.append(text)
            else:
                mapped[text] = code
    codes = np.array([NO_ANSWER if text is None else exact.get(text, mapped.get(text, NO_ANSWER)) for text in texts], np.int64)
    return codes, (*_mapped(name, question, mapped), *_unknown(name, question, unknown, counts))


def _mapped(name: str, question: Question, mapped: dict[str, int]) -> tuple[Finding, ...]:
    if not mapped:
        return ()
    pairs = ", ".join(f"{text!r} as {question.class_names[code]!r}" for text, code in list(mapped.items())[:3])
    problem = f"Labels of {name} that differ only by blanks, case or a final full stop were taken for the known ones: {pairs}."
    return (Finding(code="labels_mapped", severity="info", problem=problem, remedy="Nothing to do.", columns=(question.target,)),)


def _unknown(name: str, question: Question, unknown: list[str], counts: Counter[str]) -> tuple[Finding, ...]:
    if not unknown:
        return ()
    rows = counted(sum(counts[text] for text in unknown), "example")
    problem = f"{rows} of {name} have a class that the training data lack: {quoted(unknown)}."
    remedy = "They are left out of the score. Correct the labels, or train on examples of these classes."
    return (Finding(code="labels_unknown", severity="warning", problem=problem, remedy=remedy, columns=(question.target,)),)
