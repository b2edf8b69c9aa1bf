"""Texts: every word, or piece of one, to its number."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from nnapp.data.augmentation import Augmentation
from nnapp.data.dataset import DataSpec, InputSpec
from nnapp.data.findings import Finding, counted, quoted
from nnapp.data.preprocessing.base import Preprocessing
from nnapp.data.preprocessing.vocabulary import fit_vocabulary
from nnapp.data.specs import PreprocessingConfig
from nnapp.data.table import Table
from nnapp.errors import DataError
from nnapp.portable.inputs import token_input
from nnapp.portable.tokens import Encoder
from nnapp.specs import Spec

COVERED = 99
"""Percentile of the train part's lengths that is read whole where no length was chosen."""
SHORTEST, LONGEST = 8, 256
"""Bounds of a length that is chosen from the data."""
TOLD = 0.02
"""Share of texts that may be cut off without a word."""


class TextColumn(Spec):
    """One column of text."""

    name: str
    type: Literal["text"] = "text"
    length: Annotated[int, Field(ge=1, description="Tokens that are read.")]
    cut: Annotated[float, Field(ge=0, le=1, description="Share of the train part's texts that are longer.")] = 0.0


class Words(Spec):
    """What is known of words: shared by all columns of text."""

    vocabulary: Annotated[tuple[str, ...], Field(description="By token id; the first two stand for padding and the unknown.")]
    words: Annotated[Literal["pieces", "whole"], Field(description="Whether rare words are put together from pieces.")]
    lowercase: bool

    @property
    def encoder(self) -> Encoder:
        """From texts to ids, by the code that every bundle carries."""
        return Encoder(self.vocabulary, pieces=self.words == "pieces", lowercase=self.lowercase)


class TextPreprocessing(Preprocessing, Words):
    """A vocabulary, and how much of each column is read."""

    kind: Literal["text"] = "text"
    columns: Annotated[tuple[TextColumn, ...], Field(description="Those the network reads, in the table's order.")]
    augmentation: Annotated[Augmentation | None, Field(description="Changes to training texts; but for typos they stand inside the network.")] = None
    decimal: str = "."

    @classmethod
    def fit(
        cls, table: Table, names: Sequence[str], rows: NDArray[np.int64], config: PreprocessingConfig, augmentation: Augmentation | None = None
    ) -> TextPreprocessing:
        """Learn the words of the train part.

        Args:
            table: All rows; only those of the train part are looked at.
            names: Columns of text.
            rows: Positions of the train part's rows.
            config: How many words, how much of a text.
            augmentation: Changes to training texts.

        Raises:
            DataError: If there is no column of text, or no word in any.
        """
        if not names:
            raise DataError(f"{table.name} has no column of text.", remedy="Set the type of the column that holds the texts to text.")
        fitted, columns = fit_words(table, names, rows, config)
        return cls(columns=columns, augmentation=augmentation, decimal=table.reading.decimal, **{name: getattr(fitted, name) for name in Words.model_fields})

    @property
    def names(self) -> tuple[str, ...]:
        """The columns that a row must bring."""
        return tuple(column.name for column in self.columns)

    @property
    def data_spec(self) -> DataSpec:
        """One input of token ids a column."""
        inputs = token_inputs(self.columns, len(self.vocabulary))
        return DataSpec(kind=self.kind, inputs={name: spec.model_copy(update={"augmentation": self.augmentation}) for name, spec in inputs.items()})

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Texts that are cut off."""
        return cut_off(self.columns)


def fit_words(table: Table, names: Sequence[str], rows: NDArray[np.int64], config: PreprocessingConfig) -> tuple[Words, tuple[TextColumn, ...]]:
    """The vocabulary of the train part's texts, and a length for each column.

    Raises:
        DataError: If there is no word in any text.
    """
    cells = {name: table.cells(name, rows) for name in names}
    pieces = config.words == "pieces"
    vocabulary = fit_vocabulary(chain.from_iterable(cells.values()), config.vocabulary, pieces=pieces, lowercase=config.lowercase)
    if len(vocabulary) <= 2:
        problem = f"No word occurs twice in {quoted(names)} of the train part, so there is nothing to learn from."
        raise DataError(problem, remedy="Bring more texts, or choose another column as the text.")
    words = Words(vocabulary=vocabulary, words=config.words, lowercase=config.lowercase)
    encoder = words.encoder
    return words, tuple(_column(name, [len(encoder.ids(text or "", 4097)) for text in texts], config.length) for name, texts in cells.items())


def token_inputs(columns: Sequence[TextColumn], vocabulary: int) -> dict[str, InputSpec]:
    """One input of token ids a column, by name."""
    return {
        token_input(index): InputSpec(shape=(column.length,), dtype="int32", role="tokens", vocabulary=vocabulary, feature_names=(column.name,))
        for index, column in enumerate(columns)
    }


def cut_off(columns: Sequence[TextColumn]) -> tuple[Finding, ...]:
    """A finding for the columns many of whose texts are longer than what is read."""
    told = [column for column in columns if column.cut > TOLD]
    if not told:
        return ()
    longest = max(column.length for column in told)
    problem = "; ".join(f"{column.cut:.0%} of the texts in {column.name!r} are longer than {counted(column.length, 'token')}" for column in told)
    remedy = "What lies beyond is not read. Raise the length if it matters; training slows in step."
    fix = {"preprocessing.length": min(4096, 2 * longest)} if longest < 4096 else None
    return (
        Finding(
            code="texts_cut",
            severity="info",
            problem=f"{problem}.",
            remedy=remedy,
            columns=tuple(column.name for column in told),
            fix=fix or {},
            fix_label="Read more",
        ),
    )


def _column(name: str, lengths: Sequence[int], chosen: int | None) -> TextColumn:
    """How much of a column is read: what was chosen, else nearly all of nearly all texts."""
    known = np.asarray(lengths or [0])
    length = chosen or int(np.clip(np.ceil(np.percentile(known, COVERED)), SHORTEST, LONGEST))
    return TextColumn(name=name, length=length, cut=float((known > length).mean()))
