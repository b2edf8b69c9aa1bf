"""Columns that say the same as another."""

from __future__ import annotations

from nnapp.data.checks import CHECKS
from nnapp.data.checks.examined import Examined
from nnapp.data.findings import Finding, quoted


@CHECKS.register("duplicate_columns")
def duplicate_columns(examined: Examined) -> Finding | None:
    """The second adds nothing, and splits the first one's importance in the explanations."""
    table = examined.table
    if table is None or table.rows == 0:
        return None
    first: dict[int, str] = {}
    twins: dict[str, str] = {}
    for column in examined.features:
        cells = table.cells(column.name, examined.sample)
        earlier = first.setdefault(hash(tuple(cells)), column.name)
        if earlier != column.name and column.unique > 1 and table.cells(earlier) == table.cells(column.name):
            twins[column.name] = earlier
    if not twins:
        return None
    pairs = [f"{twin} = {earlier}" for twin, earlier in twins.items()]
    return Finding(
        code="duplicate_columns",
        severity="info",
        problem=f"These columns have the same cells: {quoted(pairs)}.",
        remedy="Leave the second out: it adds nothing and shares the first one's importance.",
        columns=tuple(twins),
        fix={"data.types": dict.fromkeys(twins, "ignored")},
        fix_label="Leave out",
    )
