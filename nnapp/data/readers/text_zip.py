"""A zip of class folders of text files, as a table of texts."""

from __future__ import annotations

from nnapp.data.media import TEXTS
from nnapp.data.readers import reader
from nnapp.data.readers.class_folders import holds_texts, look_through
from nnapp.data.readers.source import Source
from nnapp.data.table import Reading, Table, text_frame
from nnapp.portable.texts import decoded


@reader("texts", (".zip",), holds_texts)
def read_texts(source: Source, skip_bad_rows: bool) -> Table:
    """One row a file: `text`, `class` (its folder), and `part` where there are folders for train and test."""
    found = look_through(source, TEXTS, lambda content: (decoded(content),))  # a bare text would be a reason
    columns: dict[str, list[str | None]] = {"text": [text for (text,) in found.seen], "class": list(found.files["labels"])}
    parts = found.files["parts"]
    if any(parts):
        columns["part"] = list(parts)
    return Table(source.name, text_frame(columns), Reading(format="texts", encoding="utf-8"), found.files["findings"])
