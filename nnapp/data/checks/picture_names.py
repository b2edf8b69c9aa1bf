"""Columns that name pictures, whether or not the pictures came with the table."""

from __future__ import annotations

import numpy as np

from nnapp.data.checks import CHECKS
from nnapp.data.checks.examined import Examined
from nnapp.data.findings import Finding, counted
from nnapp.data.media import MEDIA
from nnapp.data.picture_table import PictureTable
from nnapp.portable.beside import file_name

MOSTLY = 0.9


@CHECKS.register("picture_names")
def picture_names(examined: Examined) -> Finding | None:
    """A table alone brings names of pictures, not the pictures."""
    table = examined.table
    if table is None or table.picture_column is not None:
        return None
    for column in examined.profiles:
        if column.type not in {"identifier", "category", "text"} or column.name in examined.question.targets:
            continue
        if not all(MEDIA["pictures"].has(file_name(example)) for example in column.examples):
            continue
        cells = [cell for cell in table.cells(column.name, examined.sample) if cell is not None]
        if cells and sum(MEDIA["pictures"].has(file_name(cell)) for cell in cells) > MOSTLY * len(cells):
            problem = f"{column.name!r} names pictures, such as {column.examples[0]!r}, which did not come with the table."
            remedy = "Zip the table together with the pictures and upload the zip: each row is then read with its picture."
            return Finding(code="pictures_not_here", severity="info", problem=problem, remedy=remedy, columns=(column.name,))
    return None


@CHECKS.register("pictures_left_out")
def pictures_left_out(examined: Examined) -> Finding | None:
    """Pictures came with the table, and the network does not see them."""
    table = examined.table
    seen = any(column.type == "picture" for column in examined.profiles)  # not so where a person left them out
    if table is None or not seen or examined.question.data == "mixed":
        return None
    problem = (
        f"The pictures that {table.picture_column!r} names are left out: the data are taken as {'a table' if examined.question.data == 'tabular' else 'text'}."
    )
    return Finding(
        code="pictures_left_out",
        severity="info",
        problem=problem,
        remedy="A network with a branch for pictures sees them beside the other columns.",
        columns=(table.picture_column or "",),
        fix={"data.kind": "mixed"},
        fix_label="See the pictures too",
    )


@CHECKS.register("pictures_shared")
def pictures_shared(examined: Examined) -> Finding | None:
    """Rows with one picture in different parts make the score too good."""
    table = examined.data
    if not isinstance(table, PictureTable) or examined.pictures is None:
        return None
    again = table.places[table.places >= 0]
    shared = int(np.count_nonzero(np.bincount(again, minlength=1) > 1))
    if not shared:
        return None
    problem = f"{counted(shared, 'picture is', 'pictures are')} named by several rows. Where one of these trains and another tests, the score is too good."
    remedy = "Keep all rows of a picture in one part, unless new rows will come with the same pictures."
    fix = {"split.how": "group", "split.column": table.column}
    return Finding(code="pictures_shared", severity="warning", problem=problem, remedy=remedy, columns=(table.column,), fix=fix, fix_label="Keep them together")
