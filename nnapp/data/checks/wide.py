"""More columns than rows."""

from __future__ import annotations

from nnapp.data.checks import CHECKS
from nnapp.data.checks.examined import Examined
from nnapp.data.findings import Finding


@CHECKS.register("wide")
def wide(examined: Examined) -> Finding | None:
    """With more inputs than examples some input fits the answers by chance."""
    columns = len(examined.features)
    if columns <= examined.known:
        return None
    return Finding(
        code="wide",
        severity="warning",
        problem=f"There are {columns:,} columns for {examined.known:,} rows: some will fit the answers by chance.",
        remedy="Bring more rows or fewer columns. Choose the linear network, which is the safest here, and trust only the test score.",
    )
