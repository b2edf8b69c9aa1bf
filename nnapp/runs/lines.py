"""Files of JSON lines: one process appends, many read, and nobody ever sees half a line."""

from __future__ import annotations

import json
from io import FileIO
from pathlib import Path
from typing import Any


def whole_lines(path: Path, offset: int = 0) -> tuple[list[dict[str, Any]], int]:
    """The lines that are complete, from a byte offset on.

    Args:
        path: The file; one that is not there yet has no lines.
        offset: Where the last reading ended. A file that has become shorter is read from its start.

    Returns:
        The values, and the offset for next time: a last line without its newline waits till then.
    """
    try:
        with path.open("rb") as lines:
            if offset > lines.seek(0, 2):
                offset = 0
            lines.seek(offset)
            text = lines.read()
    except FileNotFoundError:
        return [], 0
    whole = text[: text.rfind(b"\n") + 1]
    return [json.loads(line) for line in whole.splitlines() if line.strip()], offset + len(whole)


class LineWriter:
    """Appends JSON lines; each is whole and flushed when `write` returns.

    Args:
        path: The file. A torn last line, left by a writer that was killed, is cut off first.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: FileIO | None = None

    def write(self, value: dict[str, Any]) -> None:
        """Append one value; a number that is not finite becomes null.

        Nothing is kept back: what did not fit on a full disk must not be tried again when the file is closed.
        """
        if self._file is None:
            cut_torn_line(self._path)
            self._file = self._path.open("ab", buffering=0)
        line = json.dumps(_finite(value), ensure_ascii=False, allow_nan=False).encode() + b"\n"
        while line:
            line = line[self._file.write(line) :]

    def close(self) -> None:
        """Close the file; writing again reopens it."""
        if self._file is not None:
            self._file.close()
            self._file = None


def cut_torn_line(path: Path) -> None:
    """Remove a last line that has no newline."""
    if not path.exists():
        return
    with path.open("rb+") as lines:
        text = lines.read()
        if text and not text.endswith(b"\n"):
            lines.truncate(text.rfind(b"\n") + 1)


def _finite(value: Any) -> Any:
    """JSON has no NaN: null says that the number does not exist."""
    if isinstance(value, float):
        return value if abs(value) < float("inf") else None
    if isinstance(value, dict):
        return {str(key): _finite(item) for key, item in value.items()}
    return [_finite(item) for item in value] if isinstance(value, list | tuple) else value
