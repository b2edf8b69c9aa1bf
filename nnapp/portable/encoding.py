"""The numeric stage before a network's first layer, in NumPy: for int8 files, whose networks begin after it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

BOUND = np.float32(3.0)
"""Squashed features lie within -3 and 3."""


def squash(values: np.ndarray, center: Any, scale: Any) -> np.ndarray:
    """Standardise, then bend smoothly towards the bounds: `z / sqrt(1 + (z / 3) ** 2)`.

    Args:
        values: Shape `(n, d)`.
        center: Shape `(d,)`, in the features' units.
        scale: Shape `(d,)`, in the features' units.

    Returns:
        float32, shape `(n, d)`.
    """
    z = (np.asarray(values, np.float32) - np.asarray(center, np.float32)) / np.asarray(scale, np.float32)
    return np.asarray(z / np.sqrt(np.square(z / BOUND) + np.float32(1.0)), np.float32)


def standardized(series: np.ndarray, center: Any, scale: Any) -> np.ndarray:
    """Channels in units of the train part; further channels, such as the one that says which steps are there, stay.

    Args:
        series: Shape `(n, steps, channels)`.
        center: Of the first channels, in their units.
        scale: Likewise.

    Returns:
        float32, of the same shape.
    """
    result = np.array(series, np.float32)
    count = len(center)
    result[..., :count] = (result[..., :count] - np.asarray(center, np.float32)) / np.asarray(scale, np.float32)
    return result


def encode(features: np.ndarray, encoding: Mapping[str, Any]) -> np.ndarray:
    """Squash every feature and spread some over ramps, operation by operation as the network does it.

    Args:
        features: float32, shape `(n, d)`.
        encoding: `center`, `scale` and `knots` of `preprocessing.json`; feature indices may be texts, as JSON has them.

    Returns:
        float32, shape `(n, width)`: all squashed features, then the ramps, feature by feature in rising index.

    >>> encode(np.array([[0.0], [1.0]]), {"center": [0.0], "scale": [1.0], "knots": {"0": [0.0, 0.5, 1.0]}}).round(2).tolist()
    [[0.0, 0.0, 0.0], [0.949999988079071, 1.0, 0.8999999761581421]]
    """
    squashed = squash(features, encoding["center"], encoding["scale"])
    knots = {int(index): np.asarray(values, np.float64) for index, values in encoding["knots"].items()}
    width = squashed.shape[1] + sum(len(values) - 1 for values in knots.values())
    result = np.empty((len(squashed), width), np.float32)
    result[:, : squashed.shape[1]] = squashed
    at = squashed.shape[1]
    for index in sorted(knots):
        low, steps = knots[index][:-1].astype(np.float32), np.diff(knots[index]).astype(np.float32)
        ramps = (squashed[:, index : index + 1] - low) / steps
        np.clip(ramps, 0.0, 1.0, out=result[:, at : at + len(low)])
        at += len(low)
    return result
