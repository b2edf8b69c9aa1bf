"""From raw rows or files to the arrays of a network, whatever the kind of data."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from .beside import Open, named_files, picture_column
from .encoding import encode, standardized
from .errors import PortableError
from .features import Columns, ReadColumn, features, matched
from .sounds import SOUND_SUFFIXES, open_sound, sound_input
from .tokens import encoder

Preprocessing = Mapping[str, Any]
"""The content of `preprocessing.json`."""
Inputs = dict[str, np.ndarray]
"""By input name, each `(n, *shape)`."""
File = str | Path | bytes
"""A path, or the bytes of a file."""

FEATURES = "features"
"""Name of a table's one input."""
PICTURE = "picture"
"""Name of a picture's one input."""
SERIES = "series"
"""Name of a series' one input."""
SOUND = "sound"
"""Name of a sound's one input."""
TOKENS = "tokens"
"""Name of a text's input; of several, the second is called `tokens_2`, and so on."""


class FileKind(NamedTuple):
    """A kind of data whose examples are files.

    Attributes:
        noun: What one example is called.
        suffixes: What the names of its files end in, lower case with the dot.
        read: From files to inputs.
    """

    noun: str
    suffixes: frozenset[str]
    read: Callable[[Sequence[File], Preprocessing], Inputs]


def _pictures(files: Sequence[File], preprocessing: Preprocessing) -> Inputs:
    """Letterboxed pictures, uint8."""
    from .pictures import open_picture, picture

    size, channels = preprocessing["size"], preprocessing["channels"]
    made = [picture(open_picture(file), size, channels) for file in files]
    return {PICTURE: np.stack(made) if made else np.zeros((0, size, size, channels), np.uint8)}


def _row_pictures(files: Sequence[File | None], preprocessing: Preprocessing) -> np.ndarray:
    """The picture of each row, black where it has none, uint8: each different file is opened once."""
    from .pictures import open_picture, picture

    size, channels = preprocessing["size"], preprocessing["channels"]
    result = np.zeros((len(files), size, size, channels), np.uint8)
    made: dict[Any, np.ndarray] = {}
    for row, file in enumerate(files):
        if file is not None:
            if file not in made:
                made[file] = picture(open_picture(file), size, channels)
            result[row] = made[file]
    return result


def _sounds(files: Sequence[File], preprocessing: Preprocessing) -> Inputs:
    """Log-mel spectrograms, float32."""
    made = [sound_input(open_sound(file), preprocessing) for file in files]
    frames = 1 + (preprocessing["samples"] - preprocessing["frame"]) // preprocessing["hop"]
    return {SOUND: np.stack(made) if made else np.zeros((0, frames, preprocessing["mels"], 1), np.float32)}


PICTURE_SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".gif", ".webp", ".bmp", ".tif", ".tiff", ".ppm", ".pgm"})
FILE_KINDS: dict[str, FileKind] = {
    "pictures": FileKind("picture", PICTURE_SUFFIXES, _pictures),
    "sounds": FileKind("sound", SOUND_SUFFIXES, _sounds),
}


def _features(columns: Columns, preprocessing: Preprocessing, decimal: str | None, read: ReadColumn | None) -> Inputs:
    """The features of a table, float32."""
    return {FEATURES: features(columns, preprocessing, decimal, read)}


def _series(columns: Columns, preprocessing: Preprocessing, decimal: str | None, read: ReadColumn | None) -> Inputs:
    """Whole series, float32; values are read alike everywhere, so `read` has nothing to do."""
    if preprocessing["form"] == "watched":
        from .stamps import regular_series
        from .watch import watched_windows

        return {SERIES: watched_windows(regular_series(columns, preprocessing, decimal), preprocessing)}
    if preprocessing["form"] == "stamps":
        from .stamps import history_windows, regular_series

        return {SERIES: history_windows(regular_series(columns, preprocessing, decimal), preprocessing)[0]}
    from .series import series_input

    return {SERIES: series_input(columns, preprocessing, decimal)[0]}


def leading_columns(columns: Columns, preprocessing: Preprocessing) -> dict[str, tuple[str, ...]]:
    """What stands before each answer, by column name: the series' name where a table has several rows a series."""
    if preprocessing.get("form") != "long":
        return {}
    from .series import series_rows

    return {preprocessing["id"]: series_rows(columns, preprocessing).names}


def encoded_outside(inputs: Inputs, preprocessing: Preprocessing) -> Inputs:
    """The inputs of a file whose network begins after the encoding, as int8 files do."""
    if FEATURES in inputs:
        inputs = {**inputs, FEATURES: encode(inputs[FEATURES], preprocessing["encoding"])}
    if SERIES in inputs:
        inputs = {**inputs, SERIES: standardized(inputs[SERIES], preprocessing["fill"], preprocessing["scale"])}
    return inputs


def _tokens(columns: Columns, preprocessing: Preprocessing, decimal: str | None, read: ReadColumn | None) -> Inputs:
    """The token ids of every column of text, int32."""
    del decimal, read
    return tokens(columns, preprocessing["columns"], preprocessing)


def tokens(columns: Columns, wanted: Sequence[Mapping[str, Any]], vocabulary: Mapping[str, Any]) -> Inputs:
    """The token ids of columns of text, by input name.

    Args:
        columns: Cells by column name.
        wanted: `name` and `length` of every column of text, in the order of the inputs.
        vocabulary: `vocabulary`, `words` and `lowercase`, as `tokens.encoder` takes them.

    Raises:
        PortableError: If a column is missing.
    """
    read = encoder(vocabulary)
    cells = matched(columns, [column["name"] for column in wanted])
    return {token_input(index): read.array(given, column["length"]) for index, (given, column) in enumerate(zip(cells, wanted, strict=True))}


def token_input(index: int) -> str:
    """Name of the input of the text column at this place.

    >>> token_input(0), token_input(1)
    ('tokens', 'tokens_2')
    """
    return TOKENS if index == 0 else f"{TOKENS}_{index + 1}"


def mixed_rows(columns: Columns, preprocessing: Preprocessing, decimal: str | None = None, read: ReadColumn | None = None) -> Inputs:
    """Features, float32, and token ids, int32, of rows that have columns of several kinds; `from_rows` adds their pictures."""
    texts = [column for column in preprocessing["columns"] if column["type"] == "text"]
    numbers = [column for column in preprocessing["columns"] if column["type"] not in {"text", "picture"}]
    made: Inputs = {}
    if numbers:
        made[FEATURES] = features(columns, {**preprocessing, "columns": numbers}, decimal, read)
    if texts:
        made |= tokens(columns, texts, preprocessing)
    return made


ROW_KINDS: dict[str, Callable[[Columns, Preprocessing, str | None, ReadColumn | None], Inputs]] = {
    "tabular": _features,
    "mixed": mixed_rows,
    "series": _series,
    "text": _tokens,
}


def file_kind(preprocessing: Preprocessing) -> FileKind | None:
    """What kind of files is asked for; None where rows are."""
    return FILE_KINDS.get(preprocessing["kind"])


def from_rows(columns: Columns, preprocessing: Preprocessing, decimal: str | None = None, read: ReadColumn | None = None, opened: Open | None = None) -> Inputs:
    """Turn rows of cells of text into the inputs of the network.

    Args:
        columns: Cells by column name; names that are not asked for are ignored.
        preprocessing: The content of `preprocessing.json`.
        decimal: The sign with which these numbers are surely written; None for the training file's.
        read: Does what `features.column_features` does, where that can be done faster.
        opened: Opens the pictures that cells name, where the network takes one a row.

    Raises:
        PortableError: If a column or a picture is missing, or the network asks for files.
    """
    asked = file_kind(preprocessing)
    if asked is not None:
        raise PortableError(f"This network answers {asked.noun}s, not tables.", f"Give a {asked.noun} or a folder of {asked.noun}s.")
    made = ROW_KINDS[preprocessing["kind"]](columns, preprocessing, decimal, read)
    column = picture_column(preprocessing)
    if column is not None:
        (cells,) = matched(columns, [column])
        made[PICTURE] = _row_pictures(named_files(cells, column, opened), preprocessing)
    return made


def from_files(files: Sequence[File], preprocessing: Preprocessing) -> Inputs:
    """Turn files into the inputs of the network, in their order.

    Raises:
        PortableError: If one cannot be opened, or the network asks for rows.
    """
    asked = file_kind(preprocessing)
    if asked is None:
        names = ", ".join(column["name"] for column in preprocessing["columns"][:12])
        raise PortableError("This network answers tables, not files of another kind.", f"Give a CSV, TSV or JSON lines file with the columns {names}.")
    return asked.read(files, preprocessing)


def files_in(folder: Path, kind: FileKind) -> list[Path]:
    """The files of a kind directly in a folder, sorted by name.

    Raises:
        PortableError: If there are none.
    """
    found = sorted(path for path in folder.iterdir() if path.suffix.lower() in kind.suffixes and path.is_file() and not path.name.startswith("."))
    if not found:
        raise PortableError(f"The folder {folder.name!r} has no {kind.noun}s directly in it.", f"Give the folder that the {kind.noun} files lie in.")
    return found
