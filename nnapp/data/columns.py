"""What each column is: its type with the reason, and the numbers a person wants to see of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from nnapp.data.findings import counted, short
from nnapp.data.parts import says_parts
from nnapp.data.specs import ColumnType, DataConfig, DataKind
from nnapp.data.table import Table
from nnapp.data.texts import Read, Texts
from nnapp.errors import DataError
from nnapp.portable.cells import dates, find_date_format, find_decimal, is_missing, money, numbers
from nnapp.portable.tokens import words
from nnapp.registry import did_you_mean
from nnapp.specs import Spec

NUMERIC: frozenset[ColumnType] = frozenset({"number", "money"})
USED: frozenset[ColumnType] = frozenset({"number", "money", "category", "date"})
"""Types a network for tables learns from; the others are left out."""
FED: Mapping[DataKind, frozenset[ColumnType]] = {"text": frozenset({"text"}), "mixed": USED | {"text", "picture"}}
"""Types that a network learns from, where they are not those of a table."""

LOOKED_AT = 5_000
"""Different cells of a column by which its type is decided; more add time and no certainty."""

SENTENCE = 8
"""Words from which on a text is taken to say something: names and addresses have fewer."""
UNBROKEN = 6.0
"""Letters of a script without blanks from which on a cell is taken to say something: names have fewer."""
_EMOJI = 0x1F000
_LATIN = 0xDFF
"""Last sign of the alphabets that put blanks between words; see `nnapp.portable.tokens.ALONE`."""
_READ_OF_A_TEXT = 2_000
"""Characters of a text whose words are counted."""

NUMBER_SHARE = 0.8
FEW_VALUES = 20

_ID_NAME = re.compile(
    r"^(id|index|idx|row|nr|no|instant|uuid|guid|key|rownames|unnamed: \d+|record|(row|record|line)[ _.-]?(id|no|nr|num|number|index))$"
    r"|(^|[ _.-])(id|uuid|guid)$|^id[_.-]",
    re.IGNORECASE,
)
_CAMEL_ID = re.compile(r"[a-z0-9](Id|ID)$")


class ColumnProfile(Spec):
    """One column as the Data page shows it.

    `minimum`, `maximum` and `mean` are None for columns that hold no numbers; dates give `earliest` and `latest`.
    """

    name: str
    type: ColumnType
    reason: Annotated[str, Field(description="Why it was taken for this type.")]
    missing: Annotated[int, Field(description="Rows without a value.")]
    unique: Annotated[int, Field(description="Different values.")]
    examples: tuple[str, ...] = ()
    top: Annotated[tuple[tuple[str, int], ...], Field(description="The commonest values with their counts.")] = ()
    minimum: float | None = None
    maximum: float | None = None
    mean: float | None = None
    whole: Annotated[bool, Field(description="Every number is a whole one.")] = False
    earliest: str | None = None
    latest: str | None = None
    unreadable: Annotated[int, Field(description="Cells that are neither missing nor of the type; they count as missing.")] = 0
    unreadable_examples: tuple[str, ...] = ()
    decimal: str = "."
    date_format: str | None = None
    words: Annotated[float, Field(description="Of a column of text, the words that half of its cells have at least.")] = 0.0

    @property
    def has_sentences(self) -> bool:
        """Whether it holds texts that say something, not names or addresses."""
        return self.type == "text" and self.words >= SENTENCE

    def feeds(self, kind: DataKind) -> bool:
        """Whether a network that is fed with this kind of data learns from it."""
        return self.type in FED.get(kind, USED)


def profile(table: Table, types: Mapping[str, ColumnType] | None = None) -> tuple[ColumnProfile, ...]:
    """Decide the type of every column by looking at its cells.

    Args:
        table: Text cells.
        types: Types that a person chose; they override what the cells suggest.

    Returns:
        One profile a column, in the table's order.

    Raises:
        DataError: If `types` names a column that the table lacks.
    """
    chosen = dict(types or {})
    for name in chosen:
        if name not in table.columns:
            raise DataError(f"{table.name} has no column {name!r} whose type could be set.", remedy=did_you_mean(name, list(table.columns)))
    return tuple(_profile(_Look(table, name), chosen.get(name)) for name in table.columns)


def profile_as(table: Table, config: DataConfig) -> tuple[ColumnProfile, ...]:
    """Every column as a person means it: by their types, and the column of weights as no input."""
    weighs = {"type": "ignored", "reason": "it says how much each row counts"}
    return tuple(one.model_copy(update=weighs) if one.name == config.weight_column else one for one in profile(table, config.types))


class _Look:
    """The different cells of one column with their counts, parsed as this or that when asked."""

    def __init__(self, table: Table, name: str) -> None:
        self.name = name
        self.rows = table.rows
        self.is_pictures = name == table.picture_column
        self.is_files = table.reading.format == "texts" and name == "text"
        self.texts = table.texts(name)
        self.different, self.counts, missing = _different(self.texts)
        self.values = self.different.where(~missing)
        self.weights = self.counts[~missing]
        self.present = int(self.weights.sum())
        step = max(1, len(self.values) // LOOKED_AT)
        self.sample = [cell for cell in self.values[::step][:LOOKED_AT] if cell is not None]
        self._sample_weights = self.weights[::step][:LOOKED_AT]
        self.decimal = table.reading.decimal
        if self.decimal == "." and self.share(numbers(self.sample)) < 1:
            self.decimal = find_decimal(self.sample)

    def column(self) -> NDArray[np.float64]:
        """The cells of all rows as numbers."""
        return self.texts.numbers(numbers, self.decimal)

    def share(self, parsed: NDArray[np.float64]) -> float:
        """Part of the rows (of the sample) that could be parsed."""
        return float(self._sample_weights[np.isfinite(parsed)].sum() / self._sample_weights.sum()) if self.present else 0.0

    def examples(self, where: NDArray[np.bool_], most: int = 60) -> tuple[str, ...]:
        """The first three of the values that the mask marks, cut to so many characters."""
        return tuple(short(self.values[int(index)], most) for index in np.flatnonzero(where)[:3])


def _different(texts: Texts) -> tuple[Texts, NDArray[np.int64], NDArray[np.bool_]]:
    """Every different cell that is not blank, how often it occurs, and whether it says that there is no value.

    For a category "none" or "?" may be a value; for all other types such words say that there is none.
    """
    different, counts = texts.counts()
    doubtful = np.flatnonzero(~different.plain())
    blank, missing = np.zeros(len(different), np.bool_), np.zeros(len(different), np.bool_)
    for index, cell in zip(doubtful.tolist(), different.at(doubtful), strict=True):
        blank[index] = not cell or cell.isspace()
        missing[index] = bool(cell) and not cell[0].isdigit() and is_missing(cell)
    return different.where(~blank), counts[~blank], missing[~blank]


def _profile(look: _Look, chosen: ColumnType | None) -> ColumnProfile:
    kind, reason = _type_of(look)
    if chosen is not None and chosen != kind:
        kind, reason = chosen, "chosen by you"
    if kind == "picture" and not look.is_pictures:
        raise DataError(
            f"Column {look.name!r} names no pictures that came with the table.",
            remedy="Zip the table together with the pictures that one of its columns names, and upload the zip.",
        )
    common: dict[str, Any] = {"name": look.name, "type": kind, "reason": reason, "unique": len(look.different), "decimal": look.decimal}
    common["examples"] = tuple(short(cell) for cell in look.different[:3])
    commonest = np.argsort(-look.counts, kind="stable")[:8]
    common["top"] = tuple((short(cell), count) for cell, count in zip(look.different.at(commonest), look.counts[commonest].tolist(), strict=True))
    if kind in NUMERIC or (kind == "identifier" and look.share(numbers(look.sample, look.decimal)) == 1):
        return ColumnProfile(**{**common, **_numeric(look, money if kind == "money" else numbers)})
    if kind == "date":
        return ColumnProfile(**{**common, **_dated(look)})
    words_of = _words_of_half(look) if kind == "text" else 0.0
    return ColumnProfile(**common, missing=look.rows - int(look.counts.sum()), words=words_of)


def _words_of_half(look: _Look) -> float:
    """Words that half of the cells have at least; signs are none, a letter of a script without blanks and an emoji are one each."""
    counts = [sum(word[0].isalnum() or ord(word[0]) >= _EMOJI for word in words(cell[:_READ_OF_A_TEXT])) for cell in look.sample]
    return float(np.median(counts)) if counts else 0.0


def _type_of(look: _Look) -> tuple[ColumnType, str]:
    """The type that the cells suggest, and why."""
    if not look.values:
        return "ignored", "every cell is missing"
    if look.is_files or look.is_pictures:
        return ("text", "each cell is the content of a file") if look.is_files else ("picture", "its cells name the pictures that came with the table")
    if says_parts([cell for cell in look.different[:100] if cell is not None]):
        return "ignored", "it says which part a row belongs to"
    parsed = numbers(look.sample, look.decimal)
    share = look.share(parsed)
    if share == 1:
        return _number_like(look, parsed)
    if share >= NUMBER_SHARE and len(look.values) > FEW_VALUES:
        return "number", f"{share:.0%} of its cells are numbers; the others count as missing"
    return _money_or_date(look, share) or _words(look)


def _money_or_date(look: _Look, number_share: float) -> tuple[ColumnType, str] | None:
    """Amounts and days, if nearly all cells are."""
    if look.share(money(look.sample, look.decimal)) >= 0.95:
        return "money", "its cells are amounts of money"
    if number_share < NUMBER_SHARE and find_date_format(look.sample) is not None:
        return "date", "its cells are dates"
    return None


def _number_like(look: _Look, parsed: NDArray[np.float64]) -> tuple[ColumnType, str]:
    """Days written as 20231231, numbers that only name the row and teach nothing, or numbers."""
    if parsed.min() > 16e6 and parsed.max() < 22e6 and find_date_format(look.sample) == "compact":
        return "date", "its cells are dates written as 20231231"
    whole = bool((parsed == np.floor(parsed)).all())
    if whole and look.present >= 10:
        unique = len(look.values) / look.present
        named = bool(_ID_NAME.search(look.name.strip()) or _CAMEL_ID.search(look.name.strip()))
        if named and unique >= 0.98:
            return "identifier", "its name says so, and almost every row has its own number"
        if named and len(look.values) > FEW_VALUES:
            return "identifier", "its name says so: the numbers name something, they measure nothing"
        if unique == 1 and look.present == look.rows and _counts_rows(look.column()):
            return "identifier", "it numbers the rows"
    return "number", "all its cells are numbers"


def _counts_rows(column: NDArray[np.float64]) -> bool:
    """Whether each row's number is the one before plus one."""
    return bool((np.diff(column) == 1).all())


def _words(look: _Look) -> tuple[ColumnType, str]:
    """Text, names of rows, or categories."""
    if all((cell[0], cell[-1]) in {("[", "]"), ("{", "}")} for cell in look.sample):
        return "ignored", "its cells are lists or objects"
    unique = len(look.values) / look.present
    lengths = float(np.mean([len(cell) for cell in look.sample]))
    each = float(np.mean([len(cell.split()) for cell in look.sample]))
    many = len(look.values) > FEW_VALUES
    signs = _without_blanks(look)
    if many and unique > 0.5 and (each >= 3 or lengths > 60 or signs >= UNBROKEN):
        said = f"{signs:.0f} signs without blanks" if signs >= UNBROKEN > each else f"{each:.0f} words"
        return "text", f"free text: {said} a cell, {unique:.0%} of them different"
    if look.present >= 10 and unique >= 0.95 and many:
        return "identifier", "almost every row has its own value"
    named = bool(_ID_NAME.search(look.name.strip()) or _CAMEL_ID.search(look.name.strip()))
    if named and many:
        return "identifier", "its name says so: the values name something"
    commonest = int(look.counts.max())
    if len(look.values) > 50 and unique > 0.5 and look.present > 0.95 * look.rows and commonest < max(10, 0.01 * look.rows):
        return "identifier", f"{counted(len(look.values), 'different value')} in {counted(look.rows, 'row')}: none is common enough to learn from"
    return "category", f"words, of which {counted(len(look.different), 'is', 'are')} different"


def _without_blanks(look: _Look) -> float:
    """Letters of scripts that put no blanks between words (and emoji) in a cell, on average: each is a word to the encoder."""
    counts = [sum(len(word) == 1 and ord(word) > _LATIN for word in words(cell[:_READ_OF_A_TEXT])) for cell in look.sample]
    return float(np.mean(counts)) if counts else 0.0


def _numeric(look: _Look, parse: Read) -> dict[str, Any]:
    """Counts and moments of numbers."""
    parsed = look.values.numbers(parse, look.decimal)
    good = np.isfinite(parsed)
    facts: dict[str, Any] = {"missing": look.rows - look.present}
    facts["unreadable"] = int(look.weights[~good].sum())
    facts["unreadable_examples"] = look.examples(~good, 30)
    if good.any():
        kept, weight = parsed[good], look.weights[good]
        facts.update(minimum=float(kept.min()), maximum=float(kept.max()), mean=float(np.average(kept, weights=weight)))
        facts["whole"] = bool((kept == np.floor(kept)).all())
        facts["unique"] = len(np.unique(kept))
    return facts


def _dated(look: _Look) -> dict[str, Any]:
    """First and last day, and how the dates are written."""
    form = find_date_format(look.sample)
    facts: dict[str, Any] = {"missing": look.rows - look.present, "date_format": form}
    days = np.asarray(dates(look.values, form), np.float64) if form else np.full(len(look.values), np.nan)
    good = np.isfinite(days)
    facts["unreadable"] = int(look.weights[~good].sum())
    facts["unreadable_examples"] = look.examples(~good, 30)
    if good.any():
        facts.update(earliest=_iso(days[good].min()), latest=_iso(days[good].max()))
    return facts


def _iso(days: float) -> str:
    """Days since 1970 as an ISO date."""
    return str(np.datetime64(int(np.floor(days)), "D"))
