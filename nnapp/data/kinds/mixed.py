"""Rows of numbers and categories, texts and pictures in one: each kind of column becomes an input of its own."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from nnapp.data.dataset import FEATURES, PICTURE
from nnapp.data.decoding import usual_size
from nnapp.data.findings import Finding, quoted
from nnapp.data.kinds.base import KINDS, Given, Kind
from nnapp.data.kinds.tabular import TYPED
from nnapp.data.memory import room
from nnapp.data.picture_table import PictureTable
from nnapp.data.pictures import Data
from nnapp.data.preprocessing import MixedPreprocessing, Preprocessing, TablePreprocessing
from nnapp.data.preprocessing.mixed import PictureColumn
from nnapp.data.preprocessing.text import TextColumn, Words, fit_words
from nnapp.data.table import Table
from nnapp.errors import DataError
from nnapp.portable.inputs import tokens

WORDS = set(Words.model_fields)
"""Fields of a preprocessing that say how words are read."""


class Mixed(Kind):
    """Puts together what a table, texts and pictures become."""

    noun: ClassVar[str] = "row"

    def fit(self, given: Given) -> MixedPreprocessing:
        """Fit every used column on the train part."""
        data = given.data
        assert isinstance(data, Table)
        table = _table(given)
        words, texts, told = _texts(given)
        found: dict[str, Any] = {column.name: column for column in (*(() if table is None else table.columns), *texts)}
        pictures: dict[str, Any] = {}
        if isinstance(data, PictureTable) and data.column not in given.question.targets and _feeds(given, data.column):
            found[data.column] = PictureColumn(name=data.column)
            size = given.config.image_size or usual_size(data.pictures)
            pictures = {"size": size, "channels": 1 if data.pictures.grey else 3, "augmentation": given.augmentation}
        if not found:
            problem = f"Besides the target {given.question.target!r}, {data.name} has no column to learn from."
            raise DataError(problem, remedy="Bring columns that vary, texts, or pictures.")
        values: dict[str, Any] = {"columns": tuple(found[name] for name in data.columns if name in found), "decimal": data.reading.decimal, "told": told}
        if table is not None:
            values |= {name: getattr(table, name) for name in ("feature_names", "feature_columns", "encoding")}
        return MixedPreprocessing(**values, **{name: getattr(words, name) for name in Words.model_fields}, **pictures)

    def inputs(self, data: Data, rows: NDArray[np.int64], fitted: Preprocessing, *, on_disk: bool = False) -> dict[str, NDArray[np.generic]]:
        """Features, float32; token ids, int32; pictures, uint8."""
        assert isinstance(data, Table)
        assert isinstance(fitted, MixedPreprocessing)
        made: dict[str, NDArray[np.generic]] = {}
        if fitted.table is not None:
            made[FEATURES] = fitted.table.features_of(data, rows, "." if data.reading.format in TYPED else None)
        if fitted.texts:
            wanted = [column.name for column in fitted.texts]
            names = wanted if set(wanted) <= set(data.columns) else data.columns
            made |= tokens({name: data.cells(name, rows) for name in names}, [column.model_dump() for column in fitted.texts], fitted.model_dump(include=WORDS))
        if fitted.size is not None and fitted.channels is not None:
            assert isinstance(data, PictureTable)
            place = room((len(rows), fitted.size, fitted.size, fitted.channels), data.pictures.archive.parent if on_disk else None)
            made[PICTURE] = data.load(fitted.size, fitted.channels, rows, into=place)
        return made


def _feeds(given: Given, name: str) -> bool:
    """Whether a column is used, as a person may have said otherwise."""
    return any(profile.name == name and profile.feeds("mixed") for profile in given.profiles)


def _table(given: Given) -> TablePreprocessing | None:
    """The columns that become features; None where there is none, or none that varies."""
    assert isinstance(given.data, Table)
    if not any(profile.feeds("tabular") and profile.name not in given.question.targets for profile in given.profiles):
        return None
    try:
        return TablePreprocessing.fit(given.data, given.profiles, given.question, given.rows, given.preprocessing, bins=given.bins)
    except DataError:
        return None  # none of them varies: the texts and pictures are left


def _texts(given: Given) -> tuple[Words, tuple[TextColumn, ...], tuple[Finding, ...]]:
    """The words of all columns of text, and how much of each is read; a finding where they say nothing that could be learned."""
    assert isinstance(given.data, Table)
    names = [profile.name for profile in given.profiles if profile.feeds("text") and profile.name not in given.question.targets]
    none = Words(vocabulary=(), words=given.preprocessing.words, lowercase=given.preprocessing.lowercase)
    if not names:
        return none, (), ()
    try:
        words, columns = fit_words(given.data, names, given.rows, given.preprocessing)
    except DataError as error:
        problem = f"{error.problem} {quoted(names)} {'is' if len(names) == 1 else 'are'} left out."
        told = Finding(code="texts_left_out", severity="warning", problem=problem, remedy=error.remedy, columns=tuple(names))
        return none, (), (told,)
    return words, columns, ()


KINDS.register("mixed")(Mixed())
