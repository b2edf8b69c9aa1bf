"""From logits to answers."""

from __future__ import annotations

import numpy as np


def decode(logits: np.ndarray, kind: str, center: float, scale: float) -> tuple[np.ndarray, np.ndarray | None]:
    """Turn logits into predictions and probabilities.

    Args:
        logits: Shape `(n, units)`: one unit for `binary` (the positive class) and `regression`.
        kind: `binary`, `multiclass` or `regression`.
        center: Added to a regression's output.
        scale: Multiplies a regression's output first.

    Returns:
        Class indices (int64) and probabilities of shape `(n, k)`, or values (float64) and None.

    >>> decode(np.array([[0.0], [2.0]]), "binary", 0.0, 1.0)[0].tolist()
    [0, 1]
    """
    wide = logits.astype(np.float64).reshape(len(logits), -1)
    if kind == "regression":
        return wide[:, 0] * scale + center, None
    if kind == "binary":
        # The positive class wins only above one half: a tie is the commoner class.
        positive = 1.0 / (1.0 + np.exp(-np.clip(wide[:, 0], -700, 700)))
        probabilities = np.stack([1.0 - positive, positive], axis=1)
        return (wide[:, 0] > 0).astype(np.int64), probabilities
    shifted = np.exp(wide - wide.max(axis=1, keepdims=True)) if len(wide) else wide
    probabilities = shifted / shifted.sum(axis=1, keepdims=True)
    return probabilities.argmax(axis=1).astype(np.int64), probabilities
