"""From logits to answers, and from answers to the predictions file."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TextIO

import numpy as np

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What spreadsheets take for the beginning of a formula."""


def units_of(output: Mapping[str, Any]) -> tuple[Any, Any]:
    """Centre and scale of an output as `decode` takes them: numbers, or for windows of a series one a unit, step by step.

    >>> units_of({"center": 1.0, "scale": 2.0, "forecast": None})
    (1.0, 2.0)
    """
    several = output.get("forecast") or output.get("anomaly")
    if several is None:
        return output["center"], output["scale"]
    return np.tile(several["centers"], several["horizon"]), np.tile(several["scales"], several["horizon"])


def decode(logits: np.ndarray, kind: str, center: Any, scale: Any, thresholds: Sequence[float] = ()) -> tuple[np.ndarray, np.ndarray | None]:
    """Turn logits into predictions and probabilities.

    Args:
        logits: Shape `(n, units)`: one unit for `binary` (the positive class) and `regression`.
        kind: `binary`, `multiclass`, `multilabel`, `regression`, `forecasting` or `anomaly`.
        center: Added to a regression's output, or to each of a forecast's, shape `(units,)`.
        scale: Multiplies them first.
        thresholds: Of several labels, the probability above which each is given; empty for one half.

    Returns:
        Class indices (int64) and probabilities of shape `(n, k)`, or values (float64) and None; of several labels
        0 and 1, shape `(n, k)`, and the probability of each.

    >>> decode(np.array([[0.0], [2.0]]), "binary", 0.0, 1.0)[0].tolist()
    [0, 1]
    """
    wide = logits.astype(np.float64).reshape(len(logits), math.prod(logits.shape[1:]))
    if kind in {"forecasting", "anomaly"}:
        return wide[:, : np.size(center)] * scale + center, None  # what follows is a forecast's interval
    if kind == "regression":
        return wide[:, 0] * scale + center, None
    if kind == "binary":
        # The positive class wins only above one half: a tie is the commoner class.
        positive = 1.0 / (1.0 + np.exp(-np.clip(wide[:, 0], -700, 700)))
        probabilities = np.stack([1.0 - positive, positive], axis=1)
        return (wide[:, 0] > 0).astype(np.int64), probabilities
    if kind == "multilabel":
        each = 1.0 / (1.0 + np.exp(-np.clip(wide, -700, 700)))
        limits = np.asarray(thresholds, np.float64) if len(thresholds) else np.full(wide.shape[1], 0.5)
        return (each > limits).astype(np.int64), each
    shifted = np.exp(wide - wide.max(axis=1, keepdims=True)) if len(wide) else wide
    probabilities = shifted / shifted.sum(axis=1, keepdims=True)
    return probabilities.argmax(axis=1).astype(np.int64), probabilities


def interval_of(logits: np.ndarray, output: Mapping[str, Any]) -> np.ndarray | None:
    """Low and high end of a forecast.

    Args:
        logits: Shape `(n, 3 * steps * targets)`: the forecast, how far below and how far above it the truth may lie.
        output: With `forecast`; its `widths` draw both ends apart or together, target by target.

    Returns:
        Shape `(n, 2, steps * targets)`, in the targets' units; None where no interval was asked for.

    >>> forecast = {"horizon": 1, "targets": ["a"], "centers": [10.0], "scales": [2.0], "interval": 0.8, "widths": [2.0]}
    >>> interval_of(np.array([[0.0, 1.0, 0.5]]), {"forecast": forecast}).tolist()
    [[[6.0], [12.0]]]
    """
    forecast = output.get("forecast")
    if forecast is None or forecast.get("interval") is None:
        return None
    center, scale = units_of(output)
    middle, below, above = np.moveaxis(logits.astype(np.float64).reshape(len(logits), 3, np.size(center)), 1, 0)
    width = np.tile(forecast["widths"], forecast["horizon"]) if len(forecast["widths"]) else 1.0
    # Rounding in a small file may make a distance of nothing negative.
    ends = (middle - width * np.maximum(below, 0.0), middle + width * np.maximum(above, 0.0))
    return np.stack([end * scale + center for end in ends], axis=1)


def answer_header(class_names: Sequence[str], *, files: bool = False, interval: bool = False) -> list[str]:
    """Names of the columns of a predictions file; a regression has no classes.

    >>> answer_header(["no", "yes"], files=True)
    ['file', 'prediction', 'p_no', 'p_yes']
    """
    return [*(["file"] if files else []), "prediction", *(["low", "high"] if interval else []), *(f"p_{name}" for name in class_names)]


def answer_rows(
    prediction: np.ndarray,
    probabilities: np.ndarray | None,
    class_names: Sequence[str],
    files: Sequence[str] | None = None,
    interval: np.ndarray | None = None,
) -> Iterator[list[str]]:
    """Answers as cells: the file where there are files, the class name or number, its low and high end, a probability a class.

    Args:
        prediction: Class indices or values, shape `(n,)`; of several labels 0 and 1, shape `(n, k)`.
        probabilities: Shape `(n, k)`, or None.
        class_names: By class index.
        files: Name of each picture, shape `(n,)`.
        interval: Low and high end of each value, shape `(n, 2)`.
    """
    for row, answer in enumerate(prediction.tolist()):
        cells = [] if files is None else [harmless(files[row])]
        cells.append(f"{answer:.9g}" if probabilities is None else harmless(answer_text(answer, class_names)))
        if interval is not None:
            cells += [f"{end:.9g}" for end in interval[row].tolist()]
        if probabilities is not None:
            cells += [f"{value:.9g}" for value in probabilities[row].tolist()]
        yield cells


def answer_text(answer: int | Sequence[int], class_names: Sequence[str]) -> str:
    """The name of a class by its index, or those of several labels by 0 and 1, joined by bars.

    >>> answer_text(1, ["a", "b", "c"]), answer_text([1, 0, 1], ["a", "b", "c"])
    ('b', 'a|c')
    """
    if isinstance(answer, Sequence):
        return "|".join(name for name, given in zip(class_names, answer, strict=True) if given)
    return class_names[int(answer)]


def write_answers(
    stream: TextIO,
    prediction: np.ndarray,
    probabilities: np.ndarray | None,
    class_names: Sequence[str],
    *,
    files: Sequence[str] | None = None,
    leading: Mapping[str, Sequence[str]] | None = None,
    interval: np.ndarray | None = None,
) -> None:
    """Write the predictions CSV: the same from the app, the command line and a bundle.

    Args:
        stream: Where to.
        prediction: As `answer_rows` takes it, like the next three.
        probabilities: Of the classes.
        class_names: By class index.
        files: Name of each file.
        leading: Columns of text that stand first, by name.
        interval: Low and high end of each value, shape `(n, 2)`.
    """
    writer = csv.writer(stream, lineterminator="\n")
    before = leading or {}
    writer.writerow([harmless(name) for name in (*before, *answer_header(class_names, files=files is not None, interval=interval is not None))])
    rows = answer_rows(prediction, probabilities, class_names, files, interval)
    writer.writerows([*(harmless(cells[index]) for cells in before.values()), *row] for index, row in enumerate(rows))


def harmless(text: str) -> str:
    """A text that no spreadsheet runs as a formula; numbers stay numbers.

    >>> harmless("=1+1"), harmless("-1"), harmless("plain")
    ("'=1+1", '-1', 'plain')
    """
    if not text.startswith(_FORMULA):
        return text
    try:
        float(text)
    except ValueError:
        return f"'{text}"
    return text
