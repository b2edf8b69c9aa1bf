"""JSON lines, and one JSON array of objects."""

from __future__ import annotations

import re

from nnapp.data.readers import reader
from nnapp.data.readers.source import Source
from nnapp.data.readers.typed import refuse_beyond_memory, refuse_too_wide
from nnapp.data.table import Reading, Table, text_frame
from nnapp.errors import DataError
from nnapp.portable.tables import HEAD, json_rows, sniff

MAX_BYTES = 1 << 30
_OBJECT = re.compile(rb'\s*(?:\[\s*)?\{\s*(?:"|\})')


def _looks_so(source: Source) -> bool:
    """An object at the beginning, or an array of objects."""
    head = source.head[:HEAD]
    encoding = sniff(head)["encoding"] if head[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8"
    return _OBJECT.match(head.decode(encoding, errors="ignore").lstrip("\ufeff").encode()) is not None


@reader("jsonl", (".jsonl", ".ndjson", ".json"), _looks_so)
def read_jsonl(source: Source, skip_bad_rows: bool) -> Table:
    """One object a row; nested objects become `outer.inner`, lists stay as their JSON text."""
    if source.path.stat().st_size > MAX_BYTES:
        raise DataError(f"{source.name} is larger than {MAX_BYTES >> 30} GB.", remedy="Save it as Parquet or CSV.")
    # Twice, for its cells are Python's texts until the last row is read.
    refuse_beyond_memory(source.name, source.size, 2 * source.size * source.head.count(b'":') / len(source.head))
    encoding = sniff(source.head[:HEAD])["encoding"]
    columns: dict[str, list[str | None]] = {}
    count = 0
    with source.open() as stream:
        for row in json_rows(stream, encoding):
            for name in row:
                columns.setdefault(name, []).extend([None] * (count - len(columns[name])))
                columns[name].append(row[name])
            count += 1
            refuse_too_wide(source.name, len(columns), count)
    if count == 0 or not columns:
        raise DataError(f"{source.name} holds no JSON object with a value.", remedy='Write one object a line, as in {"age": 41, "city": "Bern"}.')
    for cells in columns.values():
        cells.extend([None] * (count - len(cells)))
    return Table(source.name, text_frame(columns), Reading(format="jsonl", encoding=encoding))
