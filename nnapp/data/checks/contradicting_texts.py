"""The same text with different answers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from nnapp.data.answers import is_known
from nnapp.data.checks import CHECKS
from nnapp.data.checks.examined import Examined
from nnapp.data.findings import Finding, counted, short

_SHARE = 0.01
_COMPARED = 5_000
"""Characters of a text that are compared."""


@CHECKS.register("contradicting_texts")
def contradicting_texts(examined: Examined) -> Finding | None:
    """Texts that occur more than once and are answered differently: no network can be right on all of them."""
    if examined.table is None or examined.question.data != "text" or examined.question.is_number:
        return None
    names = [column.name for column in examined.features if column.type == "text"]
    answers = examined.answers[examined.sample]
    said = pd.DataFrame({"text": _joined(examined, names), "answer": np.unique(answers, axis=0, return_inverse=True)[1].reshape(-1)})
    said = said[(said["text"] != "") & is_known(answers)]  # an answer that is missing contradicts none
    different = said.groupby("text")["answer"].nunique()
    torn = different[different > 1]
    rows = int(said["text"].isin(torn.index).sum())
    if rows <= _SHARE * len(said):
        return None
    problem = (
        f"{counted(len(torn), 'text occurs', 'texts occur')} with different answers, in {counted(rows, 'row')}, for example {short(str(torn.index[0]))!r}."
    )
    remedy = "At most one answer can be right where only the text is known. Correct the labels, or bring what tells these rows apart."
    return Finding(code="contradicting_texts", severity="warning", problem=problem, remedy=remedy, columns=tuple(names))


def _joined(examined: Examined, names: Sequence[str]) -> list[str]:
    """The cells of some columns as one text a row, without regard to capitals; only the beginning of very long ones."""
    assert examined.table is not None
    cells = [examined.table.cells(name, examined.sample) for name in names]
    return ["\n".join((cell or "")[:_COMPARED].strip().lower() for cell in row).strip() for row in zip(*cells, strict=True)]
