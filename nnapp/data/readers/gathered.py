"""The columns of a table while it is read: in memory, or in a file that is mapped into it where they are many."""

from __future__ import annotations

import contextlib
import mmap
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Any

import pandas as pd

from nnapp.data.memory import no_room
from nnapp.data.table import as_column, without_empty

_ALIGNED = 64
"""Arrow wants its buffers to begin at multiples of so many bytes."""


class Gathered:
    """Takes the cells block by block, and gives them column by column; to be closed, for reading may be given up half-way.

    In a file they lie twice for a while: as the blocks came, and then column by column, of which one at a time is in memory.

    Args:
        names: Of the columns.
        folder: Where files without a name hold the cells: they are gone with the last process that has them, however that ends. None for memory.
    """

    def __init__(self, names: Sequence[str], folder: Path | None = None) -> None:
        self._names = list(names)
        self._kept: _Memory | _Disk = _Memory(len(self._names)) if folder is None else _Disk(len(self._names), folder)

    def add(self, block: Sequence[Any]) -> None:
        """The next rows.

        Args:
            block: Arrow arrays of large strings, one a column.

        Raises:
            DataError: If the disk has no room for them.
        """
        self._kept.add(block)

    def frame(self) -> pd.DataFrame:
        """All rows, numbered from 0; an empty cell is a missing one. Nothing can be added any more.

        Raises:
            DataError: If the disk has no room for them.
        """
        return pd.DataFrame(dict(zip(self._names, self._kept.columns(), strict=True)))

    def close(self) -> None:
        """Let go what was not asked for."""
        self._kept.close()


class _Memory:
    """Blocks in lists."""

    def __init__(self, columns: int) -> None:
        self._pieces: list[list[Any]] = [[] for _ in range(columns)]

    def add(self, block: Sequence[Any]) -> None:
        for pieces, column in zip(self._pieces, block, strict=True):
            pieces.append(column)

    def close(self) -> None:
        self._pieces.clear()

    def columns(self) -> Iterator[pd.api.extensions.ExtensionArray]:
        """Every column in one piece; its blocks are let go before the next."""
        import pyarrow

        while self._pieces:
            yield as_column(without_empty(pyarrow.chunked_array(self._pieces.pop(0), pyarrow.large_string())))


class _Disk:
    """Blocks in a file of Arrow's, and then columns in another."""

    def __init__(self, columns: int, folder: Path) -> None:
        import pyarrow

        self._folder = folder
        self._schema = pyarrow.schema([(str(index), pyarrow.large_string()) for index in range(columns)])
        with self._told():
            self._file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115  # closed by close()
            self._writer = pyarrow.ipc.new_stream(self._file, self._schema)

    def add(self, block: Sequence[Any]) -> None:
        import pyarrow

        with self._told():
            self._writer.write_batch(pyarrow.record_batch(list(block), schema=self._schema))

    def close(self) -> None:
        self._file.close()

    def columns(self) -> list[pd.api.extensions.ExtensionArray]:
        """Every column in one piece of a mapped file."""
        import pyarrow

        with self._told(), tempfile.TemporaryFile(dir=self._folder) as file:
            self._writer.close()
            self._file.flush()
            file.write(bytes(_ALIGNED))  # an empty file cannot be mapped
            blocks = pyarrow.ipc.open_stream(_mapped(self._file)).read_all()
            places = [_written(without_empty(column), file) for column in blocks.columns]
            file.flush()
            whole = _mapped(file)
        return [as_column(_array(whole, *place)) for place in places]

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise no_room("The cells of the table take more", error) from error


Place = tuple[int, list[tuple[int, int] | None]]
"""Number of cells, and where each buffer of an Arrow array begins and ends in a file."""


def _written(array: Any, file: IO[bytes]) -> Place:
    """Write the buffers of an array that has no offset."""
    places: list[tuple[int, int] | None] = []
    for buffer in array.buffers():
        if buffer is None:
            places.append(None)
            continue
        start = -(-file.tell() // _ALIGNED) * _ALIGNED
        file.seek(start)
        file.write(buffer)
        places.append((start, start + buffer.size))
    return len(array), places


def _array(whole: Any, length: int, places: list[tuple[int, int] | None]) -> Any:
    """The array whose buffers lie at these places."""
    import pyarrow

    validity, offsets, data = (None if place is None else whole[place[0] : place[1]] for place in places)
    return pyarrow.LargeStringArray.from_buffers(length, offsets, data, validity)


def _mapped(file: IO[bytes]) -> Any:
    """The bytes of a file as a buffer of Arrow's; they stay when the file is closed."""
    import pyarrow

    return pyarrow.py_buffer(mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ))
