"""The same picture more than once."""

from __future__ import annotations

from collections import defaultdict

from nnapp.data.checks import CHECKS
from nnapp.data.checks.examined import Examined
from nnapp.data.findings import Finding, counted, quoted


@CHECKS.register("picture_copies")
def picture_copies(examined: Examined) -> Finding | None:
    """A copy in another class is a wrong label; a copy in the same class may be in train and test at once."""
    pictures = examined.pictures
    if pictures is None or not pictures.digests:
        return None
    same: dict[str, list[int]] = defaultdict(list)
    for row, digest in enumerate(pictures.digests):
        same[digest].append(row)
    copies = [rows for rows in same.values() if len(rows) > 1]
    torn = [rows for rows in copies if len({pictures.labels[row] for row in rows}) > 1]
    if torn:
        names = [pictures.paths[row] for rows in torn for row in rows]
        problem = f"{counted(len(torn), 'picture lies', 'pictures lie')} in folders of different classes: {quoted(names)}."
        return Finding(code="picture_two_classes", severity="warning", problem=problem, remedy="Keep each only in the folder where it belongs.")
    if not copies:
        return None
    count = sum(len(rows) - 1 for rows in copies)
    problem = f"{counted(count, 'picture is a copy', 'pictures are copies')} of another, as {quoted(pictures.paths[row] for row in copies[0])}."
    remedy = "Remove the copies: one of them may train while the other tests."
    return Finding(code="picture_copies", severity="warning", problem=problem, remedy=remedy)
