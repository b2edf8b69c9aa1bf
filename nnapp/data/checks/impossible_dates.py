"""A column that looks like dates, of days that there are not."""

from __future__ import annotations

import re

import numpy as np

from nnapp.data.checks import CHECKS
from nnapp.data.checks.examined import Examined
from nnapp.data.findings import Finding, counted, quoted
from nnapp.portable.cells import dates, find_date_format, is_missing

_LIKE = re.compile(r"\s*\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}([ T].*)?", re.ASCII | re.DOTALL)


@CHECKS.register("impossible_dates")
def impossible_dates(examined: Examined) -> Finding | None:
    """30 February and the thirteenth month: the column is taken for words, which nobody meant."""
    if examined.table is None:
        return None
    for column in examined.profiles:
        if column.type not in {"category", "text", "identifier", "ignored"}:
            continue
        cells = [cell for cell in examined.table.cells(column.name, examined.sample) if cell is not None and not is_missing(cell)]
        like = [cell for cell in cells if _LIKE.fullmatch(cell)]
        if len(like) * 2 <= len(cells) or not like:
            continue
        wrong = [cell for cell in like if not np.isfinite(dates([cell], find_date_format([cell]) or "ymd"))[0]]
        if not wrong:
            continue
        problem = f"{column.name!r} looks like dates, but {counted(len(wrong), 'cell names', 'cells name')} no day that there is ({quoted(dict.fromkeys(wrong))}); it is read as words."
        remedy = "Correct them in the file (as 2024-01-31): a column is read as dates once nine of ten cells are."
        return Finding(code="impossible_dates", severity="warning", problem=problem, remedy=remedy, columns=(column.name,))
    return None
