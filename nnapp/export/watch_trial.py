"""A bundle that watches a series is run on the whole table, since windows reach over many rows; the judged rows are compared."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from nnapp.errors import ExportError
from nnapp.export.base import Exporting
from nnapp.inference.lite import LiteRTPredictor
from nnapp.metrics import answers_to, judged_ids
from nnapp.metrics.steps import SCORE

ROWS = 100_000
"""Rows of a table on which a bundle is tried, at most."""
CLOSE = 1e-3
"""Allowed difference of scores, as a share: windows are batched differently."""


def compare_steps(exporting: Exporting, file: Path, got: list[dict[str, str]], *, encoded_outside: bool) -> None:
    """Refuse a bundle whose scores of the judged rows are not the file's own.

    Args:
        exporting: Has the judged windows with the steps behind them.
        file: The TFLite file in the bundle.
        got: The bundle's answers, one a row of the table.
        encoded_outside: Whether numbers are encoded before the file takes them in.

    Raises:
        ExportError: When one differs.
    """
    test = exporting.test
    ours = answers_to(test, LiteRTPredictor(file, exporting.data, encoded_outside=encoded_outside).logits(test.x)).prediction[:, SCORE]
    # A bridged step has no row of its own and borrows that of the step before it.
    rows, first = np.unique(judged_ids(test).astype(np.int64), return_index=True)
    wrong = [row for row, score in zip(rows.tolist(), ours[first].tolist(), strict=True) if row >= len(got) or _differs(got[row]["score"], score)]
    if wrong:
        raise ExportError(
            f"The bundle answers otherwise than the file on {len(wrong)} of {len(rows)} judged rows, first on row {wrong[0]}.",
            remedy="Export it as tflite instead.",
        )


def _differs(cell: str, score: float) -> bool:
    """Whether a cell of the answers is another score; both may be unknown."""
    if not cell or not np.isfinite(score):
        return bool(cell) or bool(np.isfinite(score))
    return abs(float(cell) - score) > CLOSE * max(1.0, abs(score))
