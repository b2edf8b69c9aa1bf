"""Tables: every used column to its features."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import Field

from nnapp.data.columns import ColumnProfile
from nnapp.data.dataset import FEATURES, DataSpec, Encoding, InputSpec
from nnapp.data.memory import room
from nnapp.data.preprocessing.base import Preprocessing
from nnapp.data.preprocessing.columns import Column, Role, column_features, fit_category, fit_date, fit_number
from nnapp.data.preprocessing.scaling import fit_encoding
from nnapp.data.question import Question
from nnapp.data.specs import PreprocessingConfig
from nnapp.data.table import Table
from nnapp.data.texts import Texts
from nnapp.errors import DataError
from nnapp.portable import features as portable
from nnapp.portable.errors import PortableError

BLOCK = 50_000
"""Rows at a time where memory does not hold all."""


class TablePreprocessing(Preprocessing):
    """What every used column becomes."""

    kind: Literal["tabular"] = "tabular"
    columns: Annotated[tuple[Column, ...], Field(description="Those the network learns from, in the table's order.")] = ()
    feature_names: tuple[str, ...] = ()
    feature_columns: Annotated[tuple[str, ...], Field(description="For each feature the column it comes from.")] = ()
    encoding: Encoding | None = None
    decimal: str = "."

    @classmethod
    def fit(
        cls,
        table: Table,
        profiles: Sequence[ColumnProfile],
        question: Question,
        rows_train: NDArray[np.int64],
        config: PreprocessingConfig,
        *,
        bins: bool,
    ) -> TablePreprocessing:
        """Fit every used column of a table.

        Args:
            table: All rows; only those of the train part are looked at.
            profiles: Types (and number and date formats) by column.
            question: Names the target, which is no input.
            rows_train: Positions of the train part's rows.
            config: How many categories and ramps at most.
            bins: Whether the network wants ramps.

        Raises:
            DataError: If no column is left to learn from.
        """
        wanted = [profile for profile in profiles if profile.feeds("tabular") and profile.name not in question.targets]
        fitted = [column for profile in wanted if (column := _fitted(profile, table.texts(profile.name).take(rows_train), config)) is not None]
        if not fitted:
            raise DataError(
                f"Besides the target {question.target!r}, {table.name} has no column to learn from.",
                remedy="Bring columns that vary, or change the types of those that are left out (identifiers and free text are).",
            )
        named = [(column.name, name, role) for column in fitted for name, role in column.features()]
        names, columns = tuple(name for _, name, _ in named), tuple(column for column, _, _ in named)
        bare = cls(columns=tuple(fitted), feature_names=names, feature_columns=columns, decimal=table.reading.decimal)
        roles: list[Role] = [role for _, _, role in named]
        encoding = fit_encoding(bare.features_of(table, rows_train), roles, config.bins if bins else 0)
        return bare.model_copy(update={"encoding": encoding})

    def features(self, frame: pd.DataFrame | Mapping[str, Sequence[str | None]], decimal: str | None = None) -> NDArray[np.float32]:
        """The raw features of a frame of text columns, or of plain lists of cells: shape `(n, d)`, finite.

        Args:
            frame: Columns that are not asked for are ignored.
            decimal: The sign with which these numbers are surely written; None for the training file's.

        Raises:
            DataError: If a column is missing.
        """
        columns = _cells(frame, [column.name for column in self.columns]) if isinstance(frame, pd.DataFrame) else frame
        try:
            return portable.features(columns, self.portable(), decimal, column_features)
        except PortableError as error:
            raise DataError(error.problem, remedy=error.remedy) from error

    def features_of(self, table: Table, rows: NDArray[np.int64], decimal: str | None = None) -> NDArray[np.float32]:
        """The raw features of some rows of a table, block by block in a file where its cells are in one: shape `(n, d)`."""
        if table.folder is None:
            return self.features(table.frame.iloc[rows], decimal)
        made = room((len(rows), len(self.feature_names)), table.folder, np.float32)
        for start in range(0, len(rows), BLOCK):
            made[start : start + BLOCK] = self.features(table.frame.iloc[rows[start : start + BLOCK]], decimal)
        return made

    @property
    def names(self) -> tuple[str, ...]:
        """The columns that a row must bring."""
        return tuple(column.name for column in self.columns)

    @property
    def data_spec(self) -> DataSpec:
        """What the network takes in."""
        table = InputSpec(
            shape=(len(self.feature_names),),
            role="features",
            feature_names=self.feature_names,
            feature_columns=self.feature_columns,
            encoding=self.encoding,
        )
        return DataSpec(kind=self.kind, inputs={FEATURES: table})


def _fitted(profile: ColumnProfile, cells: Sequence[str | None], config: PreprocessingConfig) -> Column | None:
    """The fitted column, None where it teaches nothing; `cells` are the train part's."""
    if profile.type == "category":
        return fit_category(profile.name, cells, config)
    if profile.type == "date":
        return fit_date(profile.name, cells, profile.date_format)
    return fit_number(profile.name, cells, "money" if profile.type == "money" else "number", profile.decimal)


def _cells(frame: pd.DataFrame, wanted: list[str]) -> dict[str, Sequence[str | None]]:
    """The wanted columns (all, where one is missing: the names may differ by blanks)."""
    names = wanted if all(name in frame.columns for name in wanted) else [str(name) for name in frame.columns]
    return {name: Texts.of(frame[name]) for name in names}
