"""What a check looks at: the data, the question, and a bounded sample of the rows, parsed once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from nnapp.data.answers import is_known, known_answers
from nnapp.data.columns import NUMERIC, ColumnProfile, profile_as
from nnapp.data.folders import ClassFolders
from nnapp.data.picture_table import PictureTable
from nnapp.data.pictures import Data, Pictures
from nnapp.data.question import Question
from nnapp.data.sounds import Sounds
from nnapp.data.specs import DataConfig
from nnapp.data.table import Table
from nnapp.data.target import class_counts, resolve
from nnapp.portable.cells import money, numbers

MOST_ROWS = 20_000
MOST_CELLS = 2_000_000
"""Rows and cells that a check parses: more would not change what it finds."""


@dataclass(frozen=True)
class Examined:
    """Data and question, with what several checks need.

    Attributes:
        profiles: One a column of a table; empty for files.
        test: The official test file, if there is one.
    """

    data: Data
    config: DataConfig
    profiles: tuple[ColumnProfile, ...]
    question: Question
    test: Data | None = None
    _parsed: dict[str, NDArray[np.float64]] = field(default_factory=dict, repr=False)

    @property
    def table(self) -> Table | None:
        """The data, if they are a table."""
        return self.data if isinstance(self.data, Table) else None

    @property
    def files(self) -> ClassFolders | None:
        """The data, if they are files in class folders."""
        return self.data if isinstance(self.data, ClassFolders) else None

    @property
    def noun(self) -> str:
        """What one example is called."""
        return "row" if self.files is None else self.files.noun

    @property
    def sounds(self) -> Sounds | None:
        """The data, if they are sounds."""
        return self.data if isinstance(self.data, Sounds) else None

    @property
    def pictures(self) -> Pictures | None:
        """The data, if they are pictures; of a table that came with some, those that its rows name, where a network sees them."""
        if isinstance(self.data, PictureTable):
            return self.data.pictures if any(column.type == "picture" for column in self.features) else None
        return self.data if isinstance(self.data, Pictures) else None

    @cached_property
    def features(self) -> tuple[ColumnProfile, ...]:
        """Columns that a network would learn from."""
        if self.question.data == "series":
            return ()  # its steps are no columns of their own
        return tuple(column for column in self.profiles if column.feeds(self.question.data) and column.name not in self.question.targets)

    @cached_property
    def answers(self) -> NDArray[np.int64] | NDArray[np.float64]:
        """The target of every row: class indices (-1 where unknown) or numbers (NaN where unknown); of several labels `(n, k)` of 0 and 1."""
        return known_answers(self.data, self.question)[0]

    @cached_property
    def known(self) -> int:
        """Rows whose answer is known."""
        return int(np.count_nonzero(is_known(self.answers)))

    @cached_property
    def counts(self) -> NDArray[np.int64]:
        """Examples a class; empty for a regression."""
        if self.question.is_number:
            return np.zeros(0, np.int64)
        return class_counts(self.answers, len(self.question.class_names))

    @cached_property
    def sample(self) -> NDArray[np.int64]:
        """Rows, evenly spaced, that column-wise checks look at; few where columns are many."""
        most = max(50, min(MOST_ROWS, MOST_CELLS // max(1, len(self.profiles))))
        return np.unique(np.linspace(0, self.data.rows - 1, min(most, self.data.rows)).astype(np.int64)) if self.data.rows else np.zeros(0, np.int64)

    def numbers(self, column: ColumnProfile) -> NDArray[np.float64]:
        """A numeric column of the sampled rows, NaN where missing; parsed once."""
        if column.name not in self._parsed:
            assert self.table is not None and column.type in NUMERIC  # noqa: PT018  # a check's own mistake
            cells = self.table.cells(column.name, self.sample)
            parse = money if column.type == "money" else numbers
            self._parsed[column.name] = np.asarray(parse(cells, column.decimal), np.float64)
        return self._parsed[column.name]


def examine(
    data: Data,
    config: DataConfig,
    *,
    profiles: Sequence[ColumnProfile] | None = None,
    question: Question | None = None,
    test: Data | None = None,
) -> Examined:
    """Profile and resolve what is not at hand.

    Raises:
        DataError: If the target cannot be what the settings say.
    """
    found = () if isinstance(data, ClassFolders) else tuple(profile_as(data, config) if profiles is None else profiles)
    return Examined(data, config, found, question or resolve(data, config, found), test)
