"""Finds by looking how a text file of a table is written: encoding, separator, decimal sign, header."""

from __future__ import annotations

import codecs
import csv
import re
from collections import Counter
from typing import Any

import numpy as np

from .cells import is_missing, money
from .moments import find_date_format

Dialect = dict[str, Any]
"""`encoding`, `separator`, `decimal`, `header`, and maybe `titles` and `row_names`: all that is needed to read the file."""

SEPARATORS = ("\t", ";", "|", ",")
"""The likelier first where several divide the rows equally: a comma may also be a decimal sign."""
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_ROWS = 300
"""Rows that decide."""
_COMMA_DECIMAL = re.compile(r"[-+]?(?:\d+,(?:\d{1,2}|\d{4,})|0,\d+|\d{4,},\d+|\d{1,3}(?:\.\d{3})+,\d+)(?:\s*[€%]|\s*EUR)?", re.ASCII)
_POINT_DECIMAL = re.compile(r"[-+$€£]?(?:\d*\.(?:\d{1,2}|\d{4,})|0\.\d+|\d{4,}\.\d+|\d{1,3}(?:,\d{3})+\.\d+)(?:[eE][-+]?\d+)?\s*%?", re.ASCII)
_EITHER = re.compile(r"[-+]?\d{1,3},\d{3}", re.ASCII)


def sniff(head: bytes) -> Dialect:
    """Find out how a file is written from its beginning.

    Args:
        head: The first bytes, 64 KB or so.

    Returns:
        `encoding` (a Python codec), `separator` (one character), `decimal` (`.` or `,`) and `header` (whether the first row names the columns);
        where there are such, `titles` (lines above the table) and `row_names` (the header has no name for the first column).

    >>> sniff("Größe;Preis\\n1,5;ja\\n2,5;nein\\n".encode("cp1252"))
    {'encoding': 'cp1252', 'separator': ';', 'decimal': ',', 'header': True}
    """
    encoding = sniff_encoding(head)
    text = head.decode(encoding, errors="ignore").replace("\x00", "")
    lines = text.splitlines()
    told = re.fullmatch(r"sep=(.)", lines[0].strip("\ufeff")) if lines else None
    if told:
        separator, body = told[1], "\n".join(lines[1:])
    else:
        separator, body = _separator(text), text
    rows = sample_rows(body, separator)
    titles, row_names = _layout(rows)
    rows = rows[titles:]
    if row_names:
        rows[0] = ["", *rows[0]]
    dialect = {"encoding": encoding, "separator": separator, "decimal": _decimal(rows, separator), "header": row_names or has_header(rows)}
    return dialect | ({"titles": titles} if titles else {}) | ({"row_names": True} if row_names else {})


def _layout(rows: list[list[str]]) -> tuple[int, bool]:
    """Lines of one cell above the table, and whether its header has no name for the first column, as R writes row names."""
    cells, count = Counter(len(row) for row in rows).most_common(1)[0] if rows else (0, 0)
    if cells < 2 or count < 0.6 * len(rows):
        return 0, False
    titles = next((index for index, row in enumerate(rows) if len(row) > 1), 0)
    if titles == 1 and cells == 2 and not has_header(rows[1:]):
        titles = 0
    table = rows[titles:]
    short = len(table) > 2 and len(table[0]) == cells - 1 and all(len(row) == cells for row in table[1:])
    # Where every last cell is empty the rows only end in a separator.
    return titles, short and any(row[-1].strip() for row in table[1:])


def sniff_encoding(head: bytes) -> str:
    """The codec: by its byte order mark, by the NULs of UTF-16, UTF-8 where that fits, else Windows' Western European."""
    for mark, encoding in _BOMS:
        if head.startswith(mark):
            return encoding
    pairs = len(head) // 2
    if pairs >= 4:
        odd, even = head[1 : 2 * pairs : 2].count(0), head[0 : 2 * pairs : 2].count(0)
        if max(odd, even) > 0.3 * pairs and min(odd, even) < 0.1 * pairs:
            return "utf-16-le" if odd > even else "utf-16-be"
    try:
        # Not final: the head may end within a letter.
        codecs.getincrementaldecoder("utf-8")().decode(head, final=False)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def sample_rows(text: str, separator: str) -> list[list[str]]:
    """The first rows of a text; a last one that may be cut off is dropped."""
    lines = text.splitlines(keepends=True)
    whole = lines[:-1] if len(lines) > 2 and not lines[-1].endswith(("\n", "\r")) else lines
    rows: list[list[str]] = []
    try:
        for row in csv.reader(whole, delimiter=separator, skipinitialspace=separator == " "):
            if row:
                rows.append(row)
            if len(rows) >= _ROWS:
                break
    except csv.Error:
        pass
    return rows


def _separator(text: str) -> str:
    """The character that divides the rows into equally many cells, as many as the first row has."""
    best, best_score = ",", 0.0
    for separator in SEPARATORS:
        score = _evenness(sample_rows(text, separator))
        if score > best_score + 1e-9:
            best, best_score = separator, score
    if best_score == 0:
        rows = sample_rows("\n".join(line.strip() for line in text.splitlines()), " ")
        counts = {len(row) for row in rows[:-1] or rows}
        if len(rows) > 2 and len(counts) == 1 and counts != {1} and _numeric(rows[-2]):
            return " "
    return best


def _numeric(cells: list[str]) -> bool:
    """Whether half of the cells are numbers."""
    return bool(np.isfinite(money(cells)).mean() >= 0.5)


def _evenness(rows: list[list[str]]) -> float:
    """Share of the rows that have the commonest number of cells, plus one half if the first row has it too; 0 for one column."""
    if not rows:
        return 0.0
    cells, count = Counter(len(row) for row in rows).most_common(1)[0]
    if cells < 2:
        # A header with more than one cell over rows of one: quoted whole lines, or no table.
        return 0.0
    return count / len(rows) + 0.5 * (len(rows[0]) == cells)


def _decimal(rows: list[list[str]], separator: str) -> str:
    """The decimal sign that more cells can only mean; a comma where nothing tells and the separator avoids it."""
    cells = [cell.strip() for row in rows for cell in row if "," in cell or "." in cell]
    commas = sum(_COMMA_DECIMAL.fullmatch(cell) is not None for cell in cells)
    points = sum(_POINT_DECIMAL.fullmatch(cell) is not None for cell in cells)
    if commas == points == 0 and separator == ";":
        commas = sum(_EITHER.fullmatch(cell) is not None for cell in cells)
    return "," if commas > points else "."


def has_header(rows: list[list[str]]) -> bool:
    """Whether the first row names the columns: its cells are of other types than the cells below, or never occur there.

    >>> has_header([["1", "a"], ["2", "b"], ["3", "a"]]), has_header([["size", "kind"], ["2", "b"], ["3", "a"]])
    (False, True)
    """
    first, body = rows[0] if rows else [], rows[1:]
    values = _values(first)
    if not body:
        return not np.isfinite(values).any()
    if len(first) > 2 and np.isfinite(values).all() and (np.diff(values) == 1).all() and values[0] in {0.0, 1.0}:
        return True  # numbered columns
    votes = [_vote(cell, [row[index] for row in body if index < len(row)]) for index, cell in enumerate(first[:200])]
    numbered = [value for value in values if np.isfinite(value)]
    worded = [vote for vote, value in zip(votes, values, strict=False) if not np.isfinite(value)]
    if len(numbered) > 1 and worded and min(worded) >= 0 and max(worded) >= (0 if len(numbered) > 2 else 1) and (np.diff(numbered) == 1).all():
        return True  # years as names, beside names in words
    return sum(votes) >= 0


def _vote(cell: str, below: list[str]) -> int:
    """One column's opinion: 1 for a name, -1 for a value like those below it."""
    below = [other.strip() for other in below if not is_missing(other)]
    cell = cell.strip()
    if not below or is_missing(cell):
        return -1 if below and cell.casefold() not in {"", "-"} else 0
    if np.isfinite(_values(below)).mean() >= 0.8:
        return -1 if np.isfinite(_values([cell])[0]) else 1
    if find_date_format(below) is not None:
        return -1 if find_date_format([cell]) is not None else 1
    different = set(below)
    if cell in different:
        return -1
    return 1 if len(different) <= len(below) / 2 else 0


def _values(cells: list[str]) -> np.ndarray:
    """Cells as numbers under either decimal sign."""
    point = money(cells)
    return np.where(np.isfinite(point), point, money(cells, ","))
