"""The comparison of a file's answers with the network's, on the whole test part. NumPy only."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nnapp.data.dataset import Dataset
from nnapp.export.job import Conversion
from nnapp.export.spec import SHOWN_IDS, Change, Export
from nnapp.metrics import METRICS, answers_to, headline, judged_ids, paired_difference, score, text_of_metric, true_answers
from nnapp.metrics.steps import FLAG
from nnapp.tasks import Answers, TaskSpec

TOLERANCE = 0.01
"""Of a target's standard deviation: a regression's answer within it is the same answer."""
LOSS = 0.01
"""A loss of accuracy, or a rise of RMSE by this share, that is worth a warning."""
SMALL = 1e-9
ANOTHER = {
    "tflite-int8": "Choose tflite-dynamic (the same size) or tflite-float16 (half the size), or train on more rows and export again.",
    "tflite-dynamic": "Choose tflite-float16: half the size, at almost no loss.",
}


def agrees(task: TaskSpec, network: Answers, file: Answers) -> NDArray[np.bool_]:
    """Which rows have the same answer, shape `(n,)`: the same class or flag, or a number within `TOLERANCE`."""
    if task.kind == "anomaly":
        flags: NDArray[np.bool_] = np.asarray(file.prediction[:, FLAG] == network.prediction[:, FLAG], np.bool_)
        return flags
    if task.is_number:
        near = np.asarray(np.abs(file.prediction - network.prediction) <= TOLERANCE * np.asarray(task.units_of_target[1]))
        rows: NDArray[np.bool_] = np.asarray(near.reshape(len(near), -1).all(axis=1), np.bool_)
        return rows
    same: NDArray[np.bool_] = file.prediction == network.prediction
    return same if same.ndim == 1 else np.asarray(same.all(axis=1), np.bool_)


def judged(name: str, path: Path, test: Dataset, made: Conversion, *, encoded_outside: bool = False, caveats: tuple[str, ...] = ()) -> Export:
    """Write the passport of a file.

    Args:
        name: Of the format.
        path: Where the file lies.
        test: What it was run on.
        made: Its answers, and the network's.
        encoded_outside: Whether numbers must be encoded before they are fed in.
        caveats: Sentences; a loss of accuracy is added.
    """
    task, truth, ids = test.task, true_answers(test), judged_ids(test)
    network, file = answers_to(test, made.reference), answers_to(test, made.logits)
    same = agrees(task, network, file)
    before, after = score(task, truth, network), score(task, truth, file)
    loss = loss_in_words(task, len(ids), before, after)
    return Export(
        format=name,
        path=str(path),
        bytes=path.stat().st_size,
        rows=len(ids),
        test=after,
        network=before,
        agreement=float(same.mean()) if len(ids) else None,
        max_abs_error=float(np.abs(made.logits.astype(np.float64) - made.reference).max()) if len(test) else None,
        flipped=int((~same).sum()),
        flipped_ids=tuple(ids[~same][:SHOWN_IDS].tolist()),
        flipped_by_class=_by_class(task, truth[~same]),
        change=_change(task, truth, network, file),
        latency_ms=made.latency_ms,
        seconds=made.seconds,
        encoded_outside=encoded_outside,
        caveats=(*caveats, *([loss] if loss else [])),
        remedy=ANOTHER.get(name, "Choose tflite (float32), which answers exactly as the network does.") if loss else "",
    )


def _by_class(task: TaskSpec, truth: NDArray[np.int64] | NDArray[np.float64]) -> dict[str, int]:
    """Flipped rows by their true class; classes without any are left out."""
    if task.is_number:
        return {}
    counts = truth.sum(axis=0) if truth.ndim > 1 else np.bincount(truth.astype(np.int64), minlength=len(task.class_names))
    return {name: int(count) for name, count in zip(task.class_names, counts, strict=True) if count}


def _change(task: TaskSpec, truth: NDArray[np.int64] | NDArray[np.float64], network: Answers, file: Answers) -> Change:
    """The file's headline metric against the network's, with its interval."""
    metric = headline(task)
    if np.array_equal(network.prediction, file.prediction):
        return Change(metric=metric, value=0.0 if len(truth) else None, low=0.0 if len(truth) else None, high=0.0 if len(truth) else None)
    difference = paired_difference(task, truth, file, network, metric)
    return Change(metric=metric, value=difference.value, low=difference.low, high=difference.high, verdict=difference.verdict)


def loss_in_words(task: TaskSpec, rows: int, before: dict[str, float | None], after: dict[str, float | None]) -> str:
    """What the file loses, as a sentence; empty when it is within one point or one row (regression: 1 % of RMSE)."""
    metric = headline(task)
    old, new = before[metric], after[metric]
    if old is None or new is None:
        return ""
    allowed = old * LOSS if task.is_number else max(LOSS, 1 / max(rows, 1))
    fallen = old - new if METRICS[metric].higher_is_better else new - old
    if fallen <= allowed + SMALL:
        return ""
    name = f"{METRICS[metric].title} {'falls' if METRICS[metric].higher_is_better else 'rises'}"
    return f"{name} from {text_of_metric(metric, old)} to {text_of_metric(metric, new)} on the {rows} test rows."
