"""What a Data page draws of series: a long one over time, or a few whole ones of every class."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from nnapp.data.anomaly_question import marked, stretches
from nnapp.data.answers import is_known, known_answers
from nnapp.data.columns import ColumnProfile
from nnapp.data.findings import counted, short
from nnapp.data.kinds.series import unmeasured
from nnapp.data.preprocessing.series import read_numbers
from nnapp.data.question import Question
from nnapp.data.specs import PARTS, DataConfig, SplitSpec
from nnapp.data.stamped_table import Stamped, read_stamped
from nnapp.data.table import Table
from nnapp.data.texts import Texts
from nnapp.data.windows import Cut, cut, horizon_of, rows_at
from nnapp.portable.series import series_rows, thinned
from nnapp.portable.stamps import Regular, stamp_texts

MOST_PANELS = 6
"""Series or channels that are drawn, one over the other."""
MOST_POINTS = 1500
"""Of one line; a longer one is drawn by the least and greatest value of every stretch, so that no spike is lost."""
MOST_MARKED = 200
"""Known anomalies that are shaded in a panel."""
MOST_CLASSES, EXAMPLES, MOST_CHANNELS = 8, 3, 6


@dataclass(frozen=True)
class OverTime:
    """Series as lines over time.

    Attributes:
        table: `panel`, `when`, `value` (NaN where the file has no row) and `part` (train, validation, test).
        panels: In their order.
        names: All series that there are; one empty name where there is one only.
        steps: Of the longest series that is drawn.
        step: What one step is, as in "one hour".
        missing: Steps that are drawn and have no row in the file.
        more: Series, or channels, that are not drawn.
        marked: Panel, first and last stamp of every known anomaly of a watch; of very many the longest.
    """

    table: pd.DataFrame
    panels: tuple[str, ...]
    names: tuple[str, ...]
    steps: int
    step: str
    missing: int
    more: int
    marked: tuple[tuple[str, str, str], ...] = ()

    def said(self, target: str) -> str:
        """What is drawn, in words."""
        what = short(target, 40)
        if len(self.names) > 1 and self.panels[0] in self.names:
            what += f" of {counted(len(self.names), 'series', 'series')}" + (f", the first {len(self.panels)} drawn" if self.more else "")
        elif len(self.panels) > 1:
            what += f" and {counted(len(self.panels) - 1 + self.more, 'other column')}"
        lacking = f"{counted(self.missing, 'step has', 'steps have')} no row" if self.missing else "no step is missing"
        step = "" if self.step == "one step" else f" (a step is {self.step})"
        return f"{what}: {counted(self.steps, 'step')} from {self.table['when'].iloc[0]} to {self.table['when'].iloc[-1]}{step}; {lacking}"


def over_time(
    table: Table, question: Question, profiles: Sequence[ColumnProfile], config: DataConfig, split: SplitSpec, *, series: str | None = None
) -> OverTime:
    """A series that is to be forecast, or watched: every channel of one, or the target of the first few of several.

    Args:
        table: A step a row.
        question: Of a forecast, or of a watch for anomalies.
        profiles: Of the table's columns.
        config: How it is meant.
        split: How it is divided.
        series: The one whose channels are wanted, where there are several.

    Raises:
        DataError: If there are no stamps that can be read.
    """
    stamped = read_stamped(table, question, profiles)
    names = tuple(one.name for one in stamped.series)
    horizon = horizon_of(config, stamped.rhythm, max(len(one.values) for one in stamped.series))
    target = stamped.channels.index(question.target)
    if series is None and len(names) > 1:
        drawn = [(one.name, one, target) for one in stamped.series]
    else:
        chosen = next((one for one in stamped.series if one.name == series), stamped.series[0])
        others = [place for place in range(len(stamped.channels)) if place != target]
        drawn = [(stamped.channels[place], chosen, place) for place in (target, *others)]
    shown = drawn[:MOST_PANELS]
    official = config.test_sha256 is not None
    cuts = [_watched(len(one.values), question, split, official=official) if question.kind == "anomaly" else cut(len(one.values), split, horizon, test=not official)
            for _, one, _ in shown]  # fmt: skip
    pieces = [_line(panel, one, place, stamped, where) for (panel, one, place), where in zip(shown, cuts, strict=True)]
    kept = {one.name: one for _, one, _ in shown}.values()
    return OverTime(
        pd.concat(pieces, ignore_index=True),
        tuple(panel for panel, _, _ in shown),
        names,
        max(len(one.values) for one in kept),
        stamped.rhythm.each,
        sum(int((one.rows < 0).sum()) for one in kept),
        len(drawn) - len(shown),
        _marked(table, question, [(panel, one) for panel, one, _ in shown], stamped),
    )


def _marked(table: Table, question: Question, shown: Sequence[tuple[str, Regular]], stamped: Stamped) -> tuple[tuple[str, str, str], ...]:
    """Where known anomalies lie in each panel."""
    if question.kind != "anomaly" or not question.label:
        return ()
    marks, found = marked(table, question.label), []
    for panel, one in shown:
        spans = sorted(stretches(marks[rows_at(one, np.arange(len(one.values)))] == 1), key=lambda span: span[0] - span[1])[:MOST_MARKED]
        for low, high in sorted(spans):
            first, last = _stamps(one.start + np.array([low, high - 1]), stamped)
            found.append((panel, first, last))
    return tuple(found)


def _stamps(slots: NDArray[np.int64], stamped: Stamped) -> list[str]:
    """When these steps were."""
    rhythm = stamped.rhythm
    about = {"date": stamped.date, "date_format": rhythm.form, "months": rhythm.months, "days": rhythm.days, "offset": rhythm.offset}
    return stamp_texts(slots, about)


def _watched(steps: int, question: Question, split: SplitSpec, *, official: bool) -> Cut:
    """About where the parts of a watch for anomalies begin: windows may move the middle border a little."""
    learned = steps if official else round(question.usual * steps)
    return Cut(learned - round(split.validation * learned), learned, steps)


def _line(panel: str, one: Regular, place: int, stamped: Stamped, where: Cut) -> pd.DataFrame:
    """One channel of one series."""
    values = np.where(one.rows >= 0, one.values[:, place], np.nan)
    kept = _telling(values)
    part = np.array(PARTS)[np.searchsorted([where.train, where.validation], kept, side="right")]
    return pd.DataFrame({"panel": panel, "when": _stamps(one.start + kept, stamped), "value": values[kept], "part": part})


def _telling(values: NDArray[np.float64]) -> NDArray[np.int64]:
    """Positions that are drawn: all of them, or the least and the greatest value of every stretch, and one of every hole."""
    if len(values) <= MOST_POINTS:
        return np.arange(len(values))
    stretches = np.array_split(np.arange(len(values)), MOST_POINTS // 2)
    chosen = [[part[0]] if not np.isfinite(values[part]).any() else [part[np.nanargmin(values[part])], part[np.nanargmax(values[part])]] for part in stretches]
    return np.unique(np.concatenate([np.asarray(one, np.int64) for one in chosen]))


def by_class(table: Table, question: Question) -> pd.DataFrame:
    """A few whole series of every class, or some from the lowest to the highest answer.

    Returns:
        `panel` (the class, or the answer), `example` (1 is the first of its panel), `channel`, `step` and `value`; of several channels
        one example a panel.
    """
    bare = unmeasured(table, question)
    answers = known_answers(table, question)[0]
    rows = np.flatnonzero(is_known(answers))
    chosen: list[tuple[str, int]] = []
    most = 1 if len(bare.channels) > 1 else EXAMPLES
    if question.is_number:
        ranked = rows[np.argsort(answers[rows], kind="stable")]
        places = np.unique(np.linspace(0, len(ranked) - 1, 4).round().astype(np.int64))[: len(ranked)]
        chosen = [(f"{question.target} {answers[ranked[place]]:.6g}", int(ranked[place])) for place in places]
    else:
        for code, name in enumerate(question.class_names[:MOST_CLASSES]):
            own = rows[answers[rows] == code]
            spaced = own[np.unique(np.linspace(0, len(own) - 1, most).round().astype(np.int64))] if len(own) else own
            chosen += [(f"{question.target}: {name}", int(row)) for row in spaced]
    order = np.array([row for _, row in chosen], np.int64)
    frame = table.rows_of(order)
    columns = {str(name): Texts.of(frame[name]) for name in frame}
    found = series_rows(columns, bare.portable(), None, read_numbers).values
    pieces, counts = [], dict.fromkeys((panel for panel, _ in chosen), 0)
    for (panel, _), values in zip(chosen, found, strict=True):
        counts[panel] += 1
        every = -(-max(1, len(values)) // MOST_POINTS)
        drawn = thinned(values, every)
        for place, channel in enumerate(bare.channels[:MOST_CHANNELS]):
            pieces.append(
                pd.DataFrame({"panel": panel, "example": counts[panel], "channel": channel, "step": np.arange(len(drawn)) * every, "value": drawn[:, place]})
            )
    return pd.concat(pieces, ignore_index=True) if pieces else pd.DataFrame(columns=["panel", "example", "channel", "step", "value"])
