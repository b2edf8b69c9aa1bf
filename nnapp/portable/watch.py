"""Anomalies: windows over whole series, how far the network's answers lie from what came, and which steps are flagged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from .errors import PortableError
from .features import matched
from .series import grouped
from .stamps import Columns, Regular, regular_series, row_slots, with_calendar

JOIN = 4
"""Power of the mean over channels: one that is far off is not to vanish among many that are not."""
BETTER = 0.25
"""Of the windows that answer a step, the share whose largest error counts."""


class Scores(NamedTuple):
    """What is known of every step of one series.

    Attributes:
        score: How unusual each step is: 1 lies at the threshold; NaN where no window answers, shape `(steps,)`.
        expected: The median of what the windows gave for it, in the channels' own units, `(steps, targets)`.
    """

    score: np.ndarray
    expected: np.ndarray

    @property
    def flagged(self) -> np.ndarray:
        """Which steps lie above the threshold, shape `(steps,)`."""
        return np.asarray(np.nan_to_num(self.score, nan=0.0) > 1.0)


def answered_from(count: int, preprocessing: Mapping[str, Any]) -> np.ndarray:
    """The first step that each window answers, every so many steps and so that the last step is answered too.

    A network that rebuilds answers its whole window; one that forecasts answers the steps after it.

    >>> told = {"window": 4, "horizon": 4, "rebuild": True, "every": 3}
    >>> answered_from(9, told).tolist(), answered_from(3, told).tolist()
    ([0, 3, 5], [])
    >>> answered_from(9, {**told, "horizon": 2, "rebuild": False}).tolist()
    [4, 7]
    """
    first = 0 if preprocessing["rebuild"] else preprocessing["window"]
    last = count - preprocessing["horizon"]
    if last < first:
        return np.zeros(0, np.int64)
    found = np.arange(first, last + 1, preprocessing["every"])
    return found if found[-1] == last else np.append(found, last)


def windows_at(values: np.ndarray, at: np.ndarray, preprocessing: Mapping[str, Any]) -> np.ndarray:
    """What the network takes in to answer from these steps on.

    Args:
        values: Channels and calendar of a series, `(steps, width)`.
        at: First answered steps, shape `(n,)`.
        preprocessing: Has `window` and `rebuild`.

    Returns:
        float32, shape `(n, window, width)`.
    """
    begin = at if preprocessing["rebuild"] else at - preprocessing["window"]
    return np.asarray(values[begin[:, None] + np.arange(preprocessing["window"])], np.float32)


def watched_windows(series: Sequence[Regular], preprocessing: Mapping[str, Any]) -> np.ndarray:
    """The windows of all series, one series after the other: `(n, window, channels and calendar)` float32.

    Series that are too short for one window have none.

    Raises:
        PortableError: If all are.
    """
    at = [answered_from(len(one.values), preprocessing) for one in series]
    made = [windows_at(with_calendar(one, preprocessing), each, preprocessing) for one, each in zip(series, at, strict=True) if len(each)]
    if not made:
        least = preprocessing["window"] + (0 if preprocessing["rebuild"] else preprocessing["horizon"])
        longest = max(series, key=lambda one: len(one.values))
        which = f"The longest series {longest.name!r} has" if longest.name else "The data have"
        raise PortableError(f"{which} {len(longest.values)} steps, and the network looks at {least} at a time.", f"Bring at least {least} steps.")
    return np.concatenate(made)


def step_errors(values: np.ndarray, logits: np.ndarray, at: np.ndarray, told: Mapping[str, Any]) -> tuple[np.ndarray, np.ndarray]:
    """Error and expected value of every step, out of those of the windows that answer it.

    An anomaly spoils the whole window that it lies in. So a step's error is that of its better windows: usual steps beside an anomaly
    have some without it, and what is unusual itself is answered badly by all.

    Args:
        values: The watched channels in their own units, `(steps, targets)`.
        logits: The network's outputs, `(n, horizon * targets)`, steps first.
        at: The first step that each window answers, rising, shape `(n,)`.
        told: `horizon`, `centers` and `scales` of the targets.

    Returns:
        Absolute errors in units of `scales`, and expected values in the channels' own; both `(steps, targets)`, NaN where nothing answers.
    """
    center, scale = np.asarray(told["centers"], np.float64), np.asarray(told["scales"], np.float64)
    truth = (np.asarray(values, np.float64) - center) / scale
    given = np.asarray(logits, np.float64).reshape(len(at), told["horizon"], len(center))
    # One layer for windows that overlap: those that share a layer follow one another.
    layers = int(np.max(np.searchsorted(at, at + told["horizon"]) - np.arange(len(at)), initial=1))
    answers = np.full((layers, *truth.shape), np.nan)
    for step in range(told["horizon"]):
        answers[np.arange(len(at)) % layers, at + step] = given[:, step]
    count = np.isfinite(answers).sum(axis=0)
    return _ranked(np.abs(answers - truth), count, BETTER), _ranked(answers, count, 0.5) * scale + center


def _ranked(answers: np.ndarray, count: np.ndarray, share: float) -> np.ndarray:
    """Of the first `count` along the first axis, once sorted, the one at this share of them; NaN where there is none."""
    ordered = np.sort(answers, axis=0)  # NaN last
    place = np.maximum(0, np.ceil(share * count).astype(np.int64) - 1)
    return np.asarray(np.take_along_axis(ordered, place[None], axis=0)[0])


def joined_errors(errors: np.ndarray, slots: np.ndarray, told: Mapping[str, Any]) -> np.ndarray:
    """One number a step: each channel's error in units of its usual one at that time, joined so that the largest counts most, averaged over `smooth` steps.

    Args:
        errors: Shape `(steps, targets)`, NaN where unknown.
        slots: Whole steps since 1970, which say the time of the season, shape `(steps,)`.
        told: `typical` (the usual error of each target, one row a step of the season, or one row for all) and `smooth`.

    >>> joined_errors(np.array([[0.0], [3.0], [0.0]]), np.arange(3), {"typical": [[1.0]], "smooth": 3}).tolist()
    [1.5, 1.0, 1.5]
    """
    typical = np.asarray(told["typical"], np.float64)
    usual = typical[np.asarray(slots, np.int64) % len(typical)]
    one = np.mean((errors / usual) ** JOIN, axis=1) ** (1 / JOIN)
    width = min(told["smooth"], len(one))
    if width < 2:
        return np.asarray(one)
    there = np.isfinite(one)
    ones = np.ones(width)
    total, count = np.convolve(np.where(there, one, 0.0), ones, "same"), np.convolve(there.astype(np.float64), ones, "same")
    return np.asarray(np.where(there, total / np.maximum(count, 1.0), np.nan))


def scores(values: np.ndarray, logits: np.ndarray, at: np.ndarray, told: Mapping[str, Any], start: int) -> Scores:
    """How unusual every step of one series is.

    Args:
        values: As `step_errors` takes them, like the next two.
        logits: The network's outputs.
        at: The first step that each window answers.
        told: The content of the task's `anomaly`.
        start: Slot of the first step.
    """
    errors, expected = step_errors(values, logits, at, told)
    return Scores(joined_errors(errors, start + np.arange(len(errors)), told) / told["threshold"], expected)


def watch_rows(
    columns: Columns, preprocessing: Mapping[str, Any], told: Mapping[str, Any], logits: np.ndarray, decimal: str | None = None
) -> tuple[dict[str, list[str]], np.ndarray]:
    """Score and flag of every row that was brought, in its order.

    Args:
        columns: What was brought.
        preprocessing: The content of `preprocessing.json`, form `watched`.
        told: The content of the task's `anomaly`.
        logits: The network's answers to `watched_windows`, in that order.
        decimal: As `regular_series` takes it.

    Returns:
        What stands before each answer, by column name: series, stamp and `score` (1 is the threshold; empty where no window answers);
        and the answers, 1 for unusual, else 0, shape `(rows,)`.
    """
    series = regular_series(columns, preprocessing, decimal)
    found, begin = [], 0
    for one in series:
        at = answered_from(len(one.values), preprocessing)
        targets = one.values[:, list(preprocessing["targets"])]
        found.append(scores(targets, logits[begin : begin + len(at)], at, told, one.start).score)
        begin += len(at)
    names = [name for name in (preprocessing["id"], preprocessing["date"]) if name]
    cells = matched(columns, [*names, preprocessing["channels"][0]])
    count = len(cells[-1])
    slots = row_slots(dict(zip(names, cells, strict=False)), preprocessing, count)
    score = _at_rows(series, found, slots, cells[0] if preprocessing["id"] else None, count)
    leading = {name: ["" if cell is None else cell for cell in column] for name, column in zip(names, cells, strict=False)}
    leading = leading or {"step": [str(row + 1) for row in range(count)]}
    leading["score"] = ["" if not np.isfinite(value) else f"{value:.6g}" for value in score.tolist()]
    return leading, (np.nan_to_num(score, nan=0.0) > 1.0).astype(np.float64)


def _at_rows(series: Sequence[Regular], found: Sequence[np.ndarray], slots: np.ndarray, identity: Sequence[str | None] | None, count: int) -> np.ndarray:
    """The score of the step that each row belongs to, NaN where it belongs to none, shape `(rows,)`."""
    result = np.full(count, np.nan)
    members = {"": np.arange(count)}
    if identity is not None:
        order, starts, names = grouped(identity, None)
        members = {name: order[low:high] for name, low, high in zip(names, starts[:-1], starts[1:], strict=True)}
    for one, score in zip(series, found, strict=True):
        rows = members[one.name]
        place = np.where(np.isfinite(slots[rows]), slots[rows] - one.start, -1).astype(np.int64)
        inside = (place >= 0) & (place < len(score))
        result[rows[inside]] = score[place[inside]]
    return result
