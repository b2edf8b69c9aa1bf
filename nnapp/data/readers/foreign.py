"""Files that are no data set, told apart so that the message can say what they are."""

from __future__ import annotations

from nnapp.data.readers.source import Source
from nnapp.errors import DataError

_AS_TABLE = "Save the table as CSV or .xlsx and upload that."
_SIGNS: tuple[tuple[bytes, str, str], ...] = (
    (b"\xd0\xcf\x11\xe0", "an old Excel or Word file (.xls, .doc)", "Open it and save it as .xlsx or CSV."),
    (b"%PDF", "a PDF", _AS_TABLE),
    (b"\x89PNG", "one picture", "Zip folders of pictures, one folder a class, and upload the zip."),
    (b"\xff\xd8\xff", "one picture", "Zip folders of pictures, one folder a class, and upload the zip."),
    (b"GIF8", "one picture", "Zip folders of pictures, one folder a class, and upload the zip."),
    (b"7z\xbc\xaf", "a 7z archive", "Unpack it, and make a .zip of the pictures or upload the table inside."),
    (b"Rar!", "a RAR archive", "Unpack it, and make a .zip of the pictures or upload the table inside."),
    (b"\xfd7zXZ", "an xz file", "Unpack it and upload what is inside."),
    (b"BZh", "a bzip2 file", "Unpack it and upload what is inside."),
    (b"\x28\xb5\x2f\xfd", "a zstd file", "Unpack it and upload what is inside."),
    (b"\x89HDF", "an HDF5 file", _AS_TABLE),
    (b"SQLite format 3", "an SQLite database", _AS_TABLE),
    (b"ARROW1", "a Feather file", "Save it as Parquet or CSV and upload that."),
    (b"\x93NUMPY", "a NumPy array", _AS_TABLE),
    (b"\x80\x04\x95", "a Python pickle, which nnapp never opens", _AS_TABLE),
    (b"\x80\x05\x95", "a Python pickle, which nnapp never opens", _AS_TABLE),
    (b"RIFF", "a sound or film", _AS_TABLE),
    (b"\x7fELF", "a program", _AS_TABLE),
)
_MARKUP = (b"<!doctype html", b"<html", b"<?xml", b"<svg")


def foreign(source: Source) -> None:
    """Refuse what is certainly not a table.

    Raises:
        DataError: Saying what the file is and what to do.
    """
    head = source.head
    for sign, what, remedy in _SIGNS:
        if head.startswith(sign):
            raise DataError(f"{source.name} is {what}, not a table.", remedy=remedy)
    start = head[:200].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith(_MARKUP):
        raise DataError(f"{source.name} is a web page or XML, not a table.", remedy="Download the data file itself; a link to it often gives a page.")
    if _is_binary(head):
        raise DataError(
            f"{source.name} is not text, and none of the formats nnapp reads.", remedy=f"{_AS_TABLE} Pictures and sounds come as a zip of class folders."
        )


def _is_binary(head: bytes) -> bool:
    """Whether control characters abound, where they are not the NULs of UTF-16."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return False
    even, odd = head[0::2].count(0), head[1::2].count(0)
    half = len(head) / 2
    if max(even, odd) > 0.3 * half and min(even, odd) < 0.05 * half:
        return False
    control = sum(head.count(code) for code in range(32) if code not in {0, 9, 10, 12, 13, 27})
    return control > 0.05 * len(head) or head.count(0) > 0.3 * len(head)
