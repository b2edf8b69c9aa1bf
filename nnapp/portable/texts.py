"""Text files, however they are written."""

from __future__ import annotations

import codecs
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from .errors import PortableError

TEXT_SUFFIXES = frozenset({".txt", ".text"})
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def decoded(content: bytes) -> str:
    """The text of a file: as its first bytes say, else UTF-8, else as Windows writes; NULs are removed.

    >>> decoded(b"caf\\xe9"), decoded("naïve".encode("utf-16")), decoded(b"")
    ('café', 'naïve', '')
    """
    named = next((encoding for mark, encoding in _MARKS if content.startswith(mark)), "utf-8")
    try:
        text = content.decode(named)
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    return text.replace("\x00", "")


def text_rows(source: Path, preprocessing: Mapping[str, Any]) -> tuple[dict[str, list[str | None]], tuple[str, ...]] | None:
    """A text file, or a flat folder of them sorted by name, as rows with their files' names; None where it is something else.

    Args:
        source: What was brought.
        preprocessing: Of a network that reads one column of text.

    Raises:
        PortableError: If it is a folder without text files.
    """
    if preprocessing["kind"] != "text" or len(preprocessing["columns"]) != 1:
        return None
    if not source.is_dir() and source.suffix.lower() not in TEXT_SUFFIXES:
        return None
    files = [source] if source.is_file() else _texts_in(source)
    return {preprocessing["columns"][0]["name"]: [decoded(file.read_bytes()) for file in files]}, tuple(file.name for file in files)


def _texts_in(folder: Path) -> Sequence[Path]:
    found = sorted(path for path in folder.iterdir() if path.suffix.lower() in TEXT_SUFFIXES and path.is_file() and not path.name.startswith("."))
    if not found:
        raise PortableError(f"The folder {folder.name!r} has no text files directly in it.", "Give the folder that the .txt files lie in, or a table.")
    return found
