"""Categories so many that most occur too rarely to learn from."""

from __future__ import annotations

from nnapp.data.checks import CHECKS
from nnapp.data.checks.examined import Examined
from nnapp.data.findings import Finding, quoted

_MANY = 50


@CHECKS.register("many_categories")
def many_categories(examined: Examined) -> Finding | None:
    """The commonest get an input each, the rest share one."""
    found = [column for column in examined.features if column.type == "category" and column.unique > _MANY]
    if not found:
        return None
    names = tuple(column.name for column in found)
    most = max(column.unique for column in found)
    return Finding(
        code="many_categories",
        severity="info",
        problem=f"{quoted(names)} {'has' if len(names) == 1 else 'have'} up to {most:,} different values; the commonest get an input of their own, the rest share one.",
        remedy="Raise the number of categories if rare values matter, or leave the column out if it only names things.",
        columns=names,
        fix={"data.types": dict.fromkeys(names, "ignored")},
        fix_label="Leave out",
    )
