"""Parquet."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any

import pandas as pd

from nnapp.data.readers import reader
from nnapp.data.readers.gathered import Gathered
from nnapp.data.readers.source import Source
from nnapp.data.readers.typed import kept_on_disk, refuse_too_wide, renamed, text_column
from nnapp.data.table import Reading, Table, arrow_texts
from nnapp.errors import DataError
from nnapp.portable.cells import text_of
from nnapp.portable.tables import column_names

MAX_BYTES = 2 << 30
CHUNK_CELLS = 500_000


@reader("parquet", (".parquet", ".pq"), lambda source: source.head.startswith(b"PAR1"))
def read_parquet(source: Source, skip_bad_rows: bool) -> Table:
    """Every column as text; nested columns as their JSON text."""
    import pyarrow
    from pyarrow import parquet

    source.require_plain("Parquet")
    try:
        with parquet.ParquetFile(source.path) as file:
            groups = [file.metadata.row_group(index) for index in range(file.metadata.num_row_groups)]
            refuse_too_wide(source.name, file.metadata.num_columns, max(1, file.metadata.num_rows))
            size = sum(group.total_byte_size for group in groups)
            if size > MAX_BYTES:
                raise _too_large(source)
            columns = file.metadata.num_columns
            on_disk = kept_on_disk(source.name, size, columns * file.metadata.num_rows, columns)
            folder = source.scratch if on_disk else None
            given = [str(name) for name in file.schema_arrow.names]
            names = column_names(given)
            frame = _frame(source, file, names, folder)
    except (pyarrow.ArrowException, OSError, ValueError) as error:
        remedy = "It may be cut off: save or download it again."
        raise DataError(f"{source.name} is a damaged Parquet file.", remedy=remedy) from error
    # pandas writes a table's index as a column of this name; it numbers rows, or was not meant as data.
    kept = [name for name, old in zip(names, given, strict=True) if not old.startswith("__index_level_")]
    return Table(source.name, frame[kept], Reading(format="parquet"), (*([on_disk] if on_disk else []), *renamed(given, names)), folder)


def _frame(source: Source, file: Any, names: list[str], folder: Path | None) -> pd.DataFrame:
    """Compact text columns, gathered piece by piece, so that a file that expands without end is given up early."""
    size = 0
    with contextlib.closing(Gathered(names, folder)) as gathered:
        for batch in file.iter_batches(batch_size=max(100, CHUNK_CELLS // max(1, len(names)))):
            if batch.nbytes > MAX_BYTES:
                raise _too_large(source)
            texts = [_text(column) for column in batch.columns]
            size += sum(column.nbytes for column in texts)
            if size > MAX_BYTES:
                raise _too_large(source)
            gathered.add(texts)
        return gathered.frame()


def _too_large(source: Source) -> DataError:
    return DataError(f"{source.name} unpacks to more than {MAX_BYTES >> 30} GB.", remedy="Bring fewer rows or columns.")


def _text(column: Any) -> Any:
    """A column of any type as text; an empty text is a missing one."""
    import pyarrow
    from pyarrow import types

    kind = column.type.value_type if types.is_dictionary(column.type) else column.type
    if types.is_string(kind) or types.is_large_string(kind):
        return arrow_texts(column.cast(pyarrow.large_string()).to_pylist())
    if types.is_binary(kind) or types.is_large_binary(kind) or types.is_fixed_size_binary(kind):
        return arrow_texts([None if cell is None else cell.decode("utf-8", errors="replace") for cell in column.to_pylist()])
    if types.is_float32(kind) or types.is_float16(kind):
        # As people wrote it: 0.1, not the 0.10000000149 that its nearest float32 is.
        return arrow_texts([None if cell is None else text_of(float(str(cell))) for cell in column.to_numpy(zero_copy_only=False)])
    if types.is_timestamp(kind):
        column = column.cast(pyarrow.timestamp("us", tz=kind.tz), safe=False)
    return arrow_texts(text_column(column.to_pylist()))
