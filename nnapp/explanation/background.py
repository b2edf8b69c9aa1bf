"""The background: what a row or picture is compared with. Attributions say what moved the answer away from it."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from nnapp.explanation.network import Network

PictureBackground = Literal["train", "mean", "blurred", "black"]
MOST_LOOKED_AT = {"tabular": 20_000, "pictures": 1_000, "sounds": 1_000, "series": 2_000, "mixed": 1_000}
"""Train rows among which the background is sought."""


def spread_rows(network: Network, x: NDArray[np.generic], count: int, most: int, seed: int) -> NDArray[np.int64]:
    """Positions of `count` rows of `x` that lie evenly over the network's answers.

    Sorted by predicted class and output, every n-th row is taken from a random start: each row has the same
    chance, and the mean output is nearer to that of all rows than a plain sample's.
    """
    random = np.random.default_rng(seed)
    pool = np.sort(random.permutation(len(x))[:most])
    if len(pool) <= count:
        return pool.astype(np.int64)
    outputs = network.outputs(x[pool].astype(np.float32))
    best = outputs.max(axis=1) if outputs.shape[1] > 1 else outputs[:, 0]
    group = outputs.argmax(axis=1)
    order = np.lexsort((random.random(len(pool)), best, group))
    start = random.random()
    places = ((np.arange(count) + start) * len(pool) / count).astype(np.int64)
    return np.asarray(pool[order[places]], dtype=np.int64)


def picture_background(kind: PictureBackground, train: NDArray[np.generic], rows: NDArray[np.float32], black: float = 0.0) -> NDArray[np.float32]:
    """Background of pictures or spectrograms.

    Args:
        kind: `train`: the given pictures themselves; `mean`: their mean; `blurred`: each explained picture, blurred;
            `black`: nothing at all.
        train: Chosen pictures of the train part, `(m, height, width, channels)`.
        rows: Pictures to explain, `(n, height, width, channels)`.
        black: The value of nothing: of a spectrogram, silence.

    Returns:
        `(1, m, height, width, channels)`; for `blurred` `(n, 1, height, width, channels)`.
    """
    if kind == "train":
        return train.astype(np.float32)[None]
    if kind == "mean":
        return np.asarray(train.astype(np.float32).mean(axis=0)[None, None])
    if kind == "blurred":
        return blurred(rows)[:, None]
    return np.full((1, 1, *rows.shape[1:]), black, dtype=np.float32)


def blurred(pictures: NDArray[np.float32]) -> NDArray[np.float32]:
    """Gaussian blur with a standard deviation of a sixth of the side; edges are renormalised."""
    down, across = _gaussian(pictures.shape[1]), _gaussian(pictures.shape[2])
    return np.asarray(np.einsum("ij,njwc,vw->nivc", down, pictures, across, optimize=True), dtype=np.float32)


def _gaussian(side: int) -> NDArray[np.float64]:
    """Matrix whose rows are Gaussian weights around each place, `(side, side)`."""
    distance = np.arange(side)[:, None] - np.arange(side)[None, :]
    weights = np.exp(-0.5 * (distance / max(side / 6, 0.5)) ** 2)
    return np.asarray(weights / weights.sum(axis=1, keepdims=True))
