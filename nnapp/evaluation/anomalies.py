"""Watched series: what is flagged and what is marked, step by step and stretch by stretch."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from nnapp.data.findings import counted
from nnapp.evaluation.base import evaluation
from nnapp.metrics import Predictions
from nnapp.metrics.ranges import Stretch, near, runs
from nnapp.metrics.steps import EXPECTED, FLAG, LABEL, SCORE, SERIES, SLOT, VALUES, anomaly_of
from nnapp.portable.stamps import stamp_texts
from nnapp.reports import Headline, Report

SHOWN = 1500
"""Points of the chart; beyond, each stands for the step with the highest score among several."""
MOST_STRETCHES = 200
FEW = 5
"""Marked stretches fewer than which decide little."""
UNSCORED = "The mark was looked at for this judgement only; the network never saw it."


@evaluation("watch", "anomaly", whole=True)
def watch(predictions: Predictions) -> Report:
    """Lay the watched channel, what was expected of it, and the score along time, all parts included.

    Returns:
        A report with a row a shown step of the series with the highest judged score: `id`, `stamp`, `part`, `value`, `expected`, `score` (1 is the
        threshold), `flagged` and `marked` (None where nothing is known). Where there are several channels, the one that is farthest off at the
        highest score is shown. The headline has `channel`, `step`, `series` (how many there are), `learned` (stamp at which the judged part begins),
        `highest` (score) and `flagged` (stretches of the judged part).
    """
    spec = anomaly_of(predictions.task)
    truth, given = predictions.y_true.astype(np.float64), predictions.prediction.astype(np.float64)
    judged = predictions.part == "test"
    score = np.nan_to_num(given[:, SCORE], nan=0.0)
    top = int(np.where(judged, score, -1.0).argmax())
    off = np.abs(truth[top, VALUES:] - given[top, EXPECTED:]) / np.asarray(spec.scales)
    channel = int(np.nan_to_num(off, nan=0.0).argmax())
    rows = np.flatnonzero(truth[:, SERIES] == truth[top, SERIES])
    shown = _thinned(rows, score)
    marks = [None if np.isnan(mark) else bool(mark) for mark in truth[shown, LABEL].tolist()]
    table = pd.DataFrame(
        {
            "id": predictions.ids[shown].astype(np.int64),
            "stamp": stamps(predictions, shown),
            "part": predictions.part[shown].astype(str),
            "value": truth[shown, VALUES + channel],
            "expected": given[shown, EXPECTED + channel],
            "score": given[shown, SCORE],
            "flagged": given[shown, FLAG] == 1,
            "marked": pd.Series(marks, dtype="object"),
        }
    )
    first = rows[judged[rows]]
    headline: Headline = {
        "channel": spec.targets[channel],
        "step": spec.step,
        "series": len(np.unique(truth[:, SERIES])),
        "learned": stamps(predictions, first[:1])[0] if len(first) else None,
        "highest": float(score[top]) if judged.any() else None,
        "flagged": len(flagged_runs(predictions, judged)),
    }
    caveats = [f"The threshold is {spec.margin:g} times the error that 99 of 100 steps stayed below while the network learned."]
    caveats += [UNSCORED] if spec.label else []
    caveats += [f"Each point stands for about {len(rows) // len(shown)} steps, the one with the highest score among them."] if len(shown) < len(rows) else []
    return Report("watch", "The series with what is unusual", table, headline, tuple(caveats))


@evaluation("flagged_stretches", "anomaly", whole=True)
def flagged_stretches(predictions: Predictions) -> Report:
    """List what was flagged, the strongest first, in all parts.

    Returns:
        A report with a row a stretch: `id` (row of the upload of its first step), `from`, `to`, `part`, `series` (where there are several), `steps`, `strength` (its highest score)
        and `marked` (whether a mark lies in it; None without marks). The headline has `stretches` and `judged` (those of the test part).
    """
    truth, given = predictions.y_true.astype(np.float64), predictions.prediction.astype(np.float64)
    found = flagged_runs(predictions, np.ones(len(predictions), np.bool_))
    rows = [
        (
            int(predictions.ids[low]), *stamps(predictions, np.array([low, high - 1])), str(predictions.part[high - 1]), int(truth[low, SERIES]) + 1,
            high - low, round(float(np.nanmax(given[low:high, SCORE])), 3), _any_mark(truth[low:high, LABEL]),
        )
        for low, high in found
    ]  # fmt: skip
    columns = ["id", "from", "to", "part", "series", "steps", "strength", "marked"]
    table = pd.DataFrame(rows, columns=columns).sort_values("strength", ascending=False, kind="stable", ignore_index=True).head(MOST_STRETCHES)
    table["marked"] = table["marked"].astype("object")
    table = table if len(np.unique(truth[:, SERIES])) > 1 else table.drop(columns="series")
    caveats = ["A strength of 1 lies at the threshold. Stretches of the train part are told too: the network has learned from them all the same."]
    return Report("flagged_stretches", "Flagged stretches", table, {"stretches": len(found), "judged": len(_of_test(predictions, found))}, tuple(caveats))


@evaluation("marked_stretches", "anomaly", whole=True)
def marked_stretches(predictions: Predictions) -> Report:
    """Say of every known anomaly whether it was found, and how soon.

    Returns:
        A report with a row a marked stretch: `id`, `from`, `to`, `part`, `steps`, `found`, `delay` (steps from its beginning to the first flag; None
        where it was missed) and `strength` (the highest score in it). The headline has `marked` and `found` of the test part.
    """
    truth, given = predictions.y_true.astype(np.float64), predictions.prediction.astype(np.float64)
    found = runs(truth[:, LABEL] == 1, truth[:, SERIES])
    rows = []
    for low, high in found:
        hits = np.flatnonzero(given[low:high, FLAG] == 1)
        strength = np.nan_to_num(given[low:high, SCORE], nan=0.0).max()
        ends = stamps(predictions, np.array([low, high - 1]))
        delay = float(hits[0]) if len(hits) else None
        rows.append((int(predictions.ids[low]), *ends, str(predictions.part[high - 1]), high - low, bool(len(hits)), delay, float(strength)))
    table = pd.DataFrame(rows, columns=["id", "from", "to", "part", "steps", "found", "delay", "strength"])
    judged = table[table["part"] == "test"]
    spec = anomaly_of(predictions.task)
    caveats = (UNSCORED,) if spec.label else ("No column marks known anomalies, so nothing can be scored.",)
    return Report("marked_stretches", "Known anomalies", table, {"marked": len(judged), "found": int(judged["found"].sum()), "step": spec.step}, caveats)


def flagged_runs(predictions: Predictions, among: NDArray[np.bool_]) -> list[Stretch]:
    """Flagged stretches among some steps; near ones are one."""
    flags = (predictions.prediction[:, FLAG] == 1) & among
    return runs(flags, predictions.y_true[:, SERIES], near(anomaly_of(predictions.task)))


def marked_in(predictions: Predictions) -> list[Stretch]:
    """Marked stretches of one part."""
    truth = predictions.y_true.astype(np.float64)
    return runs(truth[:, LABEL] == 1, truth[:, SERIES])


def few_stretches(predictions: Predictions) -> tuple[str, ...]:
    """A caveat where so few marked stretches are judged that a score says little."""
    count = len(marked_in(predictions))
    if not 0 < count < FEW:
        return ()
    lie = counted(count, "marked stretch lies", "marked stretches lie")
    return (f"Only {lie} in the judged part: one found or missed changes the share found by {100 / count:.0f} points, so these scores are a hint, no proof.",)


def stamps(predictions: Predictions, rows: NDArray[np.int64]) -> list[str]:
    """When these steps were; their count where there are no stamps."""
    return stamp_texts(predictions.y_true[rows, SLOT].astype(np.int64), anomaly_of(predictions.task).model_dump())


def _of_test(predictions: Predictions, found: list[Stretch]) -> list[Stretch]:
    return [(low, high) for low, high in found if (predictions.part[low:high] == "test").any()]


def _any_mark(marks: NDArray[np.float64]) -> bool | None:
    return None if np.isnan(marks).all() else bool(np.nanmax(marks) == 1)


def _thinned(rows: NDArray[np.int64], score: NDArray[np.float64]) -> NDArray[np.int64]:
    """Of every few steps the one with the highest score."""
    every = max(1, -(-len(rows) // SHOWN))
    blocks = [rows[start : start + every] for start in range(0, len(rows), every)]
    return np.array([block[int(score[block].argmax())] for block in blocks], np.int64)
