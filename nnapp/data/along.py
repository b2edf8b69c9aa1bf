"""Along: the steps behind the windows of series that are watched for anomalies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Along:
    """Steps of one or several series, series after series, and where the windows of a data set answer them.

    Attributes:
        series: Which series each step belongs to, rising, shape `(steps,)`.
        slots: Whole steps since 1970, shape `(steps,)`.
        rows: Row of the upload that each step comes from, or the last known one before it, shape `(steps,)`.
        values: The watched channels in their own units, `(steps, targets)`.
        labels: 1 for a known anomaly, 0 for none, NaN where nothing is known, shape `(steps,)`.
        parts: `train`, `validation` or `test`, shape `(steps,)`.
        judged: Steps that belong to the data set; the others only stand before them, shape `(steps,)`.
        at: For each window the position of the first step that it answers, shape `(windows,)`.
    """

    series: NDArray[np.int64]
    slots: NDArray[np.int64]
    rows: NDArray[np.int64]
    values: NDArray[np.float64]
    labels: NDArray[np.float64]
    parts: NDArray[np.str_]
    judged: NDArray[np.bool_]
    at: NDArray[np.int64]

    @classmethod
    def empty(cls, targets: int) -> Along:
        """No steps of so many channels."""
        none, numbers = np.zeros(0, np.int64), np.zeros(0)
        return cls(none, none, none, np.zeros((0, targets)), numbers, np.zeros(0, "<U10"), np.zeros(0, np.bool_), none)

    @classmethod
    def joined(cls, several: Sequence[Along]) -> Along:
        """Series after series; each is of a code of its own."""
        begins = np.cumsum([0, *(len(one.series) for one in several)])
        return cls(
            series=np.concatenate([one.series for one in several]),
            slots=np.concatenate([one.slots for one in several]),
            rows=np.concatenate([one.rows for one in several]),
            values=np.concatenate([one.values for one in several]),
            labels=np.concatenate([one.labels for one in several]),
            parts=np.concatenate([one.parts for one in several]),
            judged=np.concatenate([one.judged for one in several]),
            at=np.concatenate([one.at + begin for one, begin in zip(several, begins[:-1].tolist(), strict=True)]),
        )

    def windows(self, index: NDArray[np.int64] | slice) -> Along:
        """The same steps with only some of the windows."""
        return replace(self, at=self.at[index])
