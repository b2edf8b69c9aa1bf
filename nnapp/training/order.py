"""The order of rows: a pure function of the seed and the epoch, so that a resumed run sees the same rows."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def epoch_order(rows: int, seed: int, epoch: int, readings: int = 1) -> NDArray[np.int64]:
    """A permutation of `rows` positions for one epoch, whatever was drawn before.

    Args:
        rows: How many there are.
        seed: Of the run.
        epoch: Counted from 0.
        readings: Of each row; one is drawn for every row, and that of row `i` in reading `r` stands at `r * rows + i`.

    >>> epoch_order(5, seed=1, epoch=3).tolist() == epoch_order(5, seed=1, epoch=3).tolist()
    True
    """
    random = np.random.default_rng([seed, epoch])
    order = random.permutation(rows)
    return order if readings == 1 else order + rows * random.integers(readings, size=rows)
