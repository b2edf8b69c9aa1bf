"""Which column of a table names the pictures that came with it, and what became of every row's picture."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import PurePosixPath

import numpy as np

from nnapp.data.archives import Unreadable, open_archive, read_entry, why_left_out
from nnapp.data.findings import Finding, counted, short
from nnapp.data.folders import THREADS
from nnapp.data.media import MEDIA
from nnapp.data.readers.source import Source
from nnapp.data.table import Table
from nnapp.files import publish_json
from nnapp.portable.beside import Beside, file_name, leads_outside
from nnapp.portable.errors import PortableError
from nnapp.portable.pictures import open_picture

Seen = Mapping[str, tuple[int, int, bool] | str]
"""By path: width, height and whether it is grey, or why it does not open."""
ENOUGH = 0.5
"""Share of a column's cells that must name pictures; the others are told."""
_LOOKED_AT = 2_000
_NOTES = "pictures_seen.json"


@dataclass(frozen=True)
class Named:
    """A column, and for each row the files that its cell may mean.

    Attributes:
        column: Its name.
        cells: As they came, `(n,)`.
        files: For each row none, one, or several that are called alike.
        beside: How names are looked up.
    """

    column: str
    cells: tuple[str | None, ...]
    files: tuple[tuple[str, ...], ...]
    beside: Beside

    @classmethod
    def of(cls, table: Table, column: str, beside: Beside) -> Named:
        """Look every cell up, each different one once."""
        cells = tuple(table.cells(column))
        found = {cell: beside.find(cell) for cell in dict.fromkeys(cells)}
        return cls(column, cells, tuple(found[cell] for cell in cells), beside)


def naming_column(table: Table, pictures: Sequence[str], folder: PurePosixPath) -> Named | None:
    """The column that names the pictures: with their suffixes, or else with as many different names as there are pictures.

    Args:
        table: What may name them.
        pictures: Their paths.
        folder: The table's own.
    """
    beside = Beside(pictures, "" if folder == PurePosixPath() else folder.as_posix())
    medium = MEDIA["pictures"]
    rows = np.unique(np.linspace(0, max(table.rows - 1, 0), min(table.rows, _LOOKED_AT)).astype(np.int64))
    best: tuple[float, str] | None = None
    for column in table.columns:
        cells = [cell for cell in table.cells(column, rows) if cell is not None and cell.strip()]
        different = set(cells)
        found = {cell for cell in different if beside.find(cell)}
        share = sum(cell in found for cell in cells) / max(1, len(cells))
        spelt = sum(medium.has(file_name(cell)) for cell in different) > ENOUGH * len(different)
        # A bare number may be the name of a picture, or a number.
        enough = share >= ENOUGH if spelt else share >= 0.9 and len(found) > ENOUGH * min(len(pictures), len(rows))
        if cells and enough and (best is None or share + spelt > best[0]):
            best = share + spelt, column
    return None if best is None else Named.of(table, best[1], beside)


def looked_at(source: Source, named: Named) -> Seen:
    """Every picture that some row surely means, decoded once; kept where the source has a place for notes."""
    wanted = sorted({files[0] for files in named.files if len(files) == 1})
    notes = None if source.notes is None else source.notes / _NOTES
    known: dict[str, tuple[int, int, bool] | str] = {}
    if notes is not None and notes.is_file():
        known = {path: look if isinstance(look, str) else tuple(look) for path, look in json.loads(notes.read_text("utf-8")).items()}
    lacking = [path for path in wanted if path not in known]
    if lacking:
        known |= dict(zip(lacking, _opened(source, lacking), strict=True))
        if notes is not None:
            publish_json(notes, known)
    return {path: known[path] for path in wanted}


def _opened(source: Source, paths: Sequence[str]) -> list[tuple[int, int, bool] | str]:
    """What each picture is, or why it does not open."""
    with open_archive(source.path, source.name) as archive, ThreadPoolExecutor(THREADS) as pool:

        def one(path: str) -> tuple[int, int, bool] | str:
            reason = why_left_out(archive.getinfo(path))
            if reason is not None:
                return reason
            try:
                image = open_picture(read_entry(archive, path))
            except Unreadable as error:
                return str(error)
            except PortableError as error:
                return error.problem.removeprefix("The picture ").rstrip(".")
            return (*image.size, image.mode == "L")

        return list(pool.map(one, paths))


def told(table: Table, named: Named, seen: Seen, *, left_out: bool) -> tuple[Finding, ...]:
    """One finding for all rows that have no picture, with the reasons, and one for what stands beside."""
    reasons: Counter[str] = Counter()
    examples: dict[str, str] = {}
    for cell, files in zip(named.cells, named.files, strict=True):
        reason = _why_none(cell, files, seen)
        if reason is not None:
            reasons[reason] += 1
            examples.setdefault(reason, "" if cell is None else f" ({short(cell.strip(), 60)!r})" if cell.strip() else "")
    count = sum(reasons.values())
    if not count:
        return ()
    listed = "; ".join(f"{number:,} {reason}{examples[reason]}" for reason, number in reasons.most_common())
    problem = f"{counted(count, 'row has', 'rows have')} no picture: {listed}."
    if left_out:
        remedy = "They are left out. Put the pictures into the zip under the names in the table to use them."
        return (Finding(code="pictures_missing", severity="info", problem=problem, remedy=remedy, columns=(named.column,)),)
    remedy = "The network is shown a black picture, and told that there is none. Put the pictures into the zip under the names in the table, or leave these rows out."
    severity = "error" if count == table.rows else "warning"
    fix = {} if count == table.rows else {"data.skip_bad_rows": True}
    return (
        Finding(
            code="pictures_missing",
            severity=severity,  # type: ignore[arg-type]  # one of the literals
            problem=problem,
            remedy=remedy,
            columns=(named.column,),
            fix=fix,
            fix_label="Leave these rows out" if fix else "",
        ),
    )


def _why_none(cell: str | None, files: tuple[str, ...], seen: Seen) -> str | None:
    """Why a row has no picture, as the end of a sentence; None where it has one."""
    if cell is None or not file_name(cell):
        return "with an empty cell"
    if leads_outside(cell):
        return "with a name that points outside the zip"
    if not files:
        return "with a name that is not in the zip"
    if len(files) > 1:
        return "with a name that several pictures have, in different folders"
    look = seen[files[0]]
    return f"whose picture is left out, because {look}" if isinstance(look, str) else None
