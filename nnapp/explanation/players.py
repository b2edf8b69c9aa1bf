"""The game that shap's explainers play: who the players are, and what a coalition looks like to the network.

A column is one player, however many features it has; a picture's players are the squares of a grid. A player's
move is a whole number: from which row of a small pool (the background rows, then the explained row) its
features are taken. Equal features get equal numbers, so shap sees which players cannot matter.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def grid_players(height: int, width: int, channels: int, patches: int) -> NDArray[np.int64]:
    """Player of every value of a picture, flattened `(height * width * channels,)`: squares of a grid, row by row.

    Args:
        height: Pixels.
        width: Pixels.
        channels: Values a pixel; they belong to the same player.
        patches: Squares a side, at most.
    """
    down = np.arange(height) * min(patches, height) // height
    across = np.arange(width) * min(patches, width) // width
    square = down[:, None] * min(patches, width) + across[None, :]
    return np.repeat(square.ravel(), channels).astype(np.int64)


def spread_over_pixels(values: NDArray[np.float64], player: NDArray[np.int64], shape: tuple[int, int, int]) -> NDArray[np.float64]:
    """Give each pixel its equal part of its square's attribution.

    Args:
        values: `(n, players, o)`.
        player: What `grid_players` gave.
        shape: `(height, width, channels)`.

    Returns:
        `(n, height, width, o)`, whose sums over the pixels are those over the players.
    """
    height, width, channels = shape
    pixel = player.reshape(height * width, channels)[:, 0]
    share = 1.0 / np.bincount(pixel)
    return np.asarray((values * share[None, :, None])[:, pixel].reshape(len(values), height, width, -1))


def codes(pool: NDArray[np.float32], player: NDArray[np.int64]) -> NDArray[np.float64]:
    """Each pool row's moves, `(q, players)`: the first pool row whose features of that player are the same.

    Args:
        pool: Flattened rows, `(q, d)`.
        player: Player of each feature, `(d,)`.
    """
    found = np.zeros((len(pool), int(player.max()) + 1))
    for place in range(found.shape[1]):
        _, first, inverse = np.unique(pool[:, player == place], axis=0, return_index=True, return_inverse=True)
        found[:, place] = first[inverse.reshape(-1)]
    return found


def features_of(moves: NDArray[np.float64], pool: NDArray[np.float32], player: NDArray[np.int64]) -> NDArray[np.float32]:
    """The flattened rows that moves stand for, `(m, players)` to `(m, d)`.

    >>> features_of(np.array([[0.0, 1.0]]), np.array([[1.0, 2.0, 3.0], [7.0, 8.0, 9.0]], np.float32), np.array([0, 1, 1])).tolist()
    [[1.0, 8.0, 9.0]]
    """
    return np.asarray(pool[moves.astype(np.int64)[:, player], np.arange(pool.shape[1])])
