"""Columns of free text, left out or read."""

from __future__ import annotations

from nnapp.data.checks import CHECKS
from nnapp.data.checks.examined import Examined
from nnapp.data.findings import Finding, quoted
from nnapp.data.long_table import LongTable


@CHECKS.register("free_text")
def free_text(examined: Examined) -> Finding | None:
    """Networks for tables learn from numbers, categories, dates and amounts; one with a branch for texts reads sentences too."""
    if examined.question.data != "tabular":
        return None
    found = [column for column in examined.profiles if column.type == "text" and column.name not in examined.question.targets]
    if not found:
        return None
    names = tuple(column.name for column in found)
    one = len(names) == 1
    problem = (
        f"{quoted(names)} {'holds' if one else 'hold'} free text. Networks for tables do not read sentences, so {'it is' if one else 'they are'} left out."
    )
    if isinstance(examined.data, LongTable):
        remedy = "Put what matters in it into a column of its own, such as a length, a keyword or a title, or set its type to category."
        return Finding(code="free_text", severity="info", problem=problem, remedy=remedy, columns=names)
    brief = "" if any(column.has_sentences for column in found) else " Texts as short as these are often names, which teach nothing about new rows."
    remedy = f"A network with a branch for texts reads {'it' if one else 'them'} beside the other columns.{brief}"
    fix = {"data.kind": "mixed"}
    return Finding(code="free_text", severity="info", problem=problem, remedy=remedy, columns=names, fix=fix, fix_label="Read the texts too")


@CHECKS.register("texts_beside")
def texts_beside(examined: Examined) -> Finding | None:
    """Texts are read beside the other columns without having been asked for."""
    if examined.question.data != "mixed" or examined.config.kind != "auto":
        return None
    names = tuple(column.name for column in examined.features if column.type == "text")
    if not names or len(names) == len(examined.features):
        return None
    one = len(names) == 1
    problem = f"{quoted(names)} {'holds' if one else 'hold'} sentences, which are read word by word beside the other columns: one network, with a branch for each kind."
    remedy = "Leave them out if they say nothing, or were written after the answer was known. Training is then quicker."
    # A table with pictures keeps them.
    pictures = any(column.type == "picture" for column in examined.features)
    fix: dict[str, object] = {"data.types": dict.fromkeys(names, "ignored")} if pictures else {"data.kind": "tabular"}
    return Finding(code="texts_beside", severity="info", problem=problem, remedy=remedy, columns=names, fix=fix, fix_label="Leave the texts out")
