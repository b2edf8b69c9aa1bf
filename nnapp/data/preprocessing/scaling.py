"""Fits the encoding that stands inside the network: centres, scales and ramps, from the train part's features."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from nnapp.data.dataset import Encoding
from nnapp.data.preprocessing.columns import Role, center_and_scale
from nnapp.portable.encoding import squash

AS_IT_IS = math.sqrt(8) / 3
"""The scale under which 0 stays 0 and 1 stays 1 when squashed: `z / sqrt(1 + z * z / 9)` is 1 for `z = 3 / sqrt(8)`."""

ROWS_A_RAMP = 100
"""Train rows that a ramp needs to be worth its weights."""
RAMPS_IN_ALL = 4096
"""Ramps that all numbers share at most: every one costs a row of the first layer's weights."""
NARROWEST = 1e-4
"""Distance of two knots, in squashed units; nearer ones are one."""


def fit_encoding(features: NDArray[np.float32], roles: Sequence[Role], bins: int) -> Encoding:
    """Fit centre, scale and knots feature by feature.

    Args:
        features: Of the train part, shape `(n, d)`.
        roles: Shape `(d,)`: numbers are standardised by median and quartiles and get ramps; zeros and ones, and the
            sines and cosines of dates, pass (nearly) as they are, without ramps.
        bins: Ramps a number gets at most; 0 for none.
    """
    center = np.zeros(len(roles))
    scale = np.full(len(roles), AS_IT_IS)
    knots: dict[int, tuple[float, ...]] = {}
    most = min(bins, max(4, len(features) // ROWS_A_RAMP), max(2, RAMPS_IN_ALL // max(1, roles.count("number"))))
    for index, role in enumerate(roles):
        values = features[:, index].astype(np.float64)
        if role != "number" or _only_zero_and_one(values):
            continue
        center[index], scale[index] = center_and_scale(values)
        if bins:
            found = find_knots(squash(features[:, index : index + 1], center[index], scale[index])[:, 0].astype(np.float64), most)
            if len(found) > 2:
                knots[index] = tuple(found)
    return Encoding(center=tuple(center.tolist()), scale=tuple(scale.tolist()), knots=knots)


def find_knots(values: NDArray[np.float64], bins: int) -> list[float]:
    """Rising knots, at most `bins + 1`: quantiles, and where many values are alike, quantiles of the different ones in addition.

    >>> find_knots(np.array([0.0, 0.0, 0.0, 0.0, 1.0, 2.0]), 4)
    [0.0, 1.0, 2.0]
    """
    different = np.unique(values)
    if len(different) <= bins + 1:
        return _apart(different)
    knots = np.unique(np.quantile(values, np.linspace(0, 1, bins + 1)))
    spare = bins + 1 - len(knots)
    if spare > 0:
        knots = np.union1d(knots, np.quantile(different, np.linspace(0, 1, spare + 2)[1:-1]))
    return _apart(knots)


def _apart(knots: NDArray[np.float64]) -> list[float]:
    """Knots in rising order, each at least `NARROWEST` above the one before; rounded, so that the JSON stays short."""
    kept: list[float] = []
    for knot in np.round(knots, 6).tolist():
        if not kept or knot - kept[-1] >= NARROWEST:
            kept.append(knot)
    return kept


def _only_zero_and_one(values: NDArray[np.float64]) -> bool:
    return bool(((values == 0) | (values == 1)).all())
