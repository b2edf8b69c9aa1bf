"""A table with a column of stamps, read as series at even distances."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nnapp.data.columns import NUMERIC, ColumnProfile
from nnapp.data.findings import Finding
from nnapp.data.preprocessing.series import SeriesColumn, read_numbers
from nnapp.data.preprocessing.stamped import StampedPreprocessing
from nnapp.data.question import Question
from nnapp.data.stamps import Rhythm, rhythm_of, stamp_findings
from nnapp.data.table import Table
from nnapp.data.texts import Texts
from nnapp.errors import DataError
from nnapp.portable.errors import PortableError
from nnapp.portable.series import codes_of
from nnapp.portable.stamps import Regular, regular_series, slots_of

_BLANK = (1.0,)
COUNTED = Rhythm("", 0, 1.0, 0.0, 1.0)
"""Of rows without stamps, which are taken to follow one another at even distances."""


@dataclass(frozen=True)
class Stamped:
    """A table read as series over time.

    Attributes:
        series: At even distances.
        rhythm: Their distance.
        date: Column with the stamps.
        id: Column that names the series, or nothing.
        channels: Columns with the values.
        decimal: Sign with which the numbers are written.
        findings: What was repaired.
    """

    series: list[Regular]
    rhythm: Rhythm
    date: str
    id: str
    channels: tuple[str, ...]
    decimal: str
    findings: tuple[Finding, ...]


def read_stamped(table: Table, question: Question, profiles: Sequence[ColumnProfile]) -> Stamped:
    """Put the rows at even distances.

    Args:
        table: A step a row.
        question: Names date, series and target.
        profiles: Of its columns.

    Raises:
        DataError: If there are no stamps, or too few steps.
    """
    cells = table.texts(question.date) if question.date else ()
    codes = None
    if question.series_id:
        codes = codes_of(table.cells(question.series_id))
    rhythm = rhythm_of(list(cells), codes) if question.date else COUNTED
    if rhythm is None:
        raise DataError(f"The column {question.date!r} holds no stamps that can be read.", remedy="Write them as 2024-01-31 or 2024-01-31 13:00.")
    numeric = question.channels or [one.name for one in profiles if one.type in NUMERIC or one.name == question.target]
    channels = tuple(name for name in numeric if name not in {question.date, question.series_id})
    bare = unfitted(question, rhythm, channels, table.reading.decimal)
    columns = {str(name): Texts.of(table.frame[name]) for name in table.columns}
    try:
        series = regular_series(columns, bare.portable(), None, read_numbers)
    except PortableError as error:
        raise DataError(error.problem, remedy=error.remedy) from error
    slots = sum(len(one.rows) for one in series)
    bridged, doubled = sum(int((one.rows < 0).sum()) for one in series), sum(one.doubled for one in series)
    told: tuple[Finding, ...] = ()
    if question.date:
        moments = slots_of(cells, bare.portable())
        within = np.isfinite(moments) if codes is None else np.isfinite(moments) & (codes >= 0)
        far = max(0, int(within.sum()) - doubled - (slots - bridged))
        told = stamp_findings(question.date, list(cells), rhythm, doubled=doubled, bridged=bridged, slots=slots, far=far, series=codes)
    return Stamped(
        series,
        rhythm,
        question.date,
        question.series_id,
        channels,
        table.reading.decimal,
        told,
    )


def unfitted(question: Question, rhythm: Rhythm, channels: tuple[str, ...], decimal: str) -> StampedPreprocessing:
    """What is known of the columns and their rhythm before anything is fitted."""
    named = [SeriesColumn(name=question.date, type="date")] if question.date else []
    if question.series_id:
        named.append(SeriesColumn(name=question.series_id, type="identifier"))
    return StampedPreprocessing(
        columns=(*named, *(SeriesColumn(name=name) for name in channels)),
        id=question.series_id,
        date=question.date,
        date_format=rhythm.form,
        months=rhythm.months,
        days=rhythm.days,
        offset=rhythm.offset,
        channels=channels,
        targets=(channels.index(question.target),),
        window=2,
        horizon=1,
        fill=(0.0,) * len(channels),
        scale=_BLANK * len(channels),
        decimal=decimal,
    )
