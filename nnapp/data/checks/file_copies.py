"""The same file more than once."""

from __future__ import annotations

from collections import defaultdict

from nnapp.data.checks import CHECKS
from nnapp.data.checks.examined import Examined
from nnapp.data.findings import Finding, counted, quoted


@CHECKS.register("file_copies")
def file_copies(examined: Examined) -> Finding | None:
    """A copy in another class is a wrong label; a copy in the same class may be in train and test at once."""
    files, noun = examined.files, examined.noun
    if files is None or not files.digests:
        return None
    same: dict[str, list[int]] = defaultdict(list)
    for row, digest in enumerate(files.digests):
        same[digest].append(row)
    copies = [rows for rows in same.values() if len(rows) > 1]
    torn = [rows for rows in copies if len({files.labels[row] for row in rows}) > 1]
    if torn:
        names = [files.paths[row] for rows in torn for row in rows]
        problem = f"{counted(len(torn), f'{noun} lies', f'{noun}s lie')} in folders of different classes: {quoted(names)}."
        return Finding(code=f"{noun}_two_classes", severity="warning", problem=problem, remedy="Keep each only in the folder where it belongs.")
    if not copies:
        return None
    count = sum(len(rows) - 1 for rows in copies)
    problem = f"{counted(count, f'{noun} is a copy', f'{noun}s are copies')} of another, as {quoted(files.paths[row] for row in copies[0])}."
    remedy = "Remove the copies: one of them may train while the other tests."
    return Finding(code=f"{noun}_copies", severity="warning", problem=problem, remedy=remedy)
