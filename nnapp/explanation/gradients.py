"""Expected gradients: the gradient integrated along straight paths from background rows to a row (Erion et al. 2021).

Where the network bends sharply within a path, a few nodes miss some of it. The miss is the additivity residual,
which is exactly measurable: rows whose residual is too large are integrated again with twice the nodes, until it
is small or time is up.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Progress = Callable[[float], None]
"""Told the share that is done, from 0 to 1."""


class Gradients(Protocol):
    """How the gradient along paths is found; `nnapp.explanation.quadrature` has two ways.

    Attributes:
        points: How many nodes of all paths together one call may hold.
    """

    points: int

    def along(self, x: NDArray[np.float32], chosen: NDArray[np.int32], background: NDArray[np.float32], count: int, some: slice) -> NDArray[np.float64]:
        """What some of `count` nodes a path add to the integrals from every background row to every row.

        Args:
            x: Rows, `(r, *shape)`.
            chosen: Output to explain for each row, `(r,)`.
            background: `(1, m, *shape)` for all rows alike, or `(r, m, *shape)`.
            count: Nodes on the whole path.
            some: Which of them, `k`. The call holds `r * m * k` points.

        Returns:
            `(r, *shape)`, summed (not averaged) over the `m` background rows.
        """
        ...


@dataclass(frozen=True)
class Paths:
    """From where to where the gradient is integrated.

    Attributes:
        x: Rows, `(n, *shape)`.
        chosen: Output index of each row, `(n,)`.
        background: `(1, m, *shape)` for all rows alike, or `(n, m, *shape)`.
        rise: What the attributions must sum to: output minus mean output of the background, `(n,)`.
    """

    x: NDArray[np.float32]
    chosen: NDArray[np.int32]
    background: NDArray[np.float32]
    rise: NDArray[np.float64]

    def rows(self, index: NDArray[np.int64]) -> Paths:
        """The paths to these rows."""
        own = self.background if len(self.background) == 1 else self.background[index]
        return Paths(self.x[index], self.chosen[index], own, self.rise[index])


@dataclass(frozen=True)
class Integral:
    """Attributions of one output for `n` rows.

    Attributes:
        values: `(n, *shape)`, averaged over the background.
        residual: Output minus base minus the sum of the values, `(n,)`.
        nodes: Nodes used for each row, `(n,)`.
    """

    values: NDArray[np.float64]
    residual: NDArray[np.float64]
    nodes: NDArray[np.int64]


@dataclass(frozen=True)
class Accuracy:
    """When to stop adding nodes.

    Attributes:
        nodes: Nodes to begin with.
        most: Nodes never to pass.
        tolerance: Largest residual that is small enough, in the output's unit.
        deadline: `time.monotonic()` after which no nodes are added.
    """

    nodes: int
    most: int
    tolerance: float
    deadline: float


def integrate(gradients: Gradients, paths: Paths, accuracy: Accuracy, progress: Progress) -> Integral:
    """Attribute the chosen output of every row.

    Args:
        gradients: Where they come from.
        paths: From where to where, and what the attributions must sum to.
        accuracy: When to stop adding nodes.
        progress: Told how far the first pass is; later ones are few rows, as a rule.
    """
    values = np.zeros(paths.x.shape)
    residual = np.full(len(paths.x), np.inf)
    nodes = np.zeros(len(paths.x), dtype=np.int64)
    todo = np.arange(len(paths.x))
    count = accuracy.nodes
    while len(todo):
        part = paths.rows(todo)
        again = one_pass(gradients, part, count, progress if count == accuracy.nodes else _unheard)
        left = part.rise - again.reshape(len(todo), -1).sum(axis=1)
        better = np.abs(left) < np.abs(residual[todo])
        kept = todo[better]
        values[kept], residual[kept], nodes[kept] = again[better], left[better], count
        todo = todo[np.abs(residual[todo]) > accuracy.tolerance]
        count *= 2
        if count > accuracy.most or time.monotonic() > accuracy.deadline:
            break
    return Integral(values, residual, nodes)


def one_pass(gradients: Gradients, paths: Paths, count: int, progress: Progress) -> NDArray[np.float64]:
    """Integrate all rows with `count` nodes, in blocks that fit `points`."""
    x, background = paths.x, paths.background
    values = np.zeros(x.shape)
    for rows, others, some in blocks(len(x), background.shape[1], count, gradients.points):
        own = background[:, others] if len(background) == 1 else background[rows, others]
        values[rows] += gradients.along(x[rows], paths.chosen[rows], own, count, some)
        progress(rows.stop / len(x))
    return np.asarray(values / background.shape[1])


def blocks(rows: int, background: int, nodes: int, most: int) -> Iterator[tuple[slice, slice, slice]]:
    """Slices of rows, background rows and nodes, none of whose products passes `most`.

    >>> [(r.stop, b.stop, n.stop) for r, b, n in blocks(3, 4, 2, 8)]
    [(1, 4, 2), (2, 4, 2), (3, 4, 2)]
    """
    node_step = min(nodes, most)
    background_step = max(1, min(background, most // node_step))
    row_step = max(1, most // (node_step * background_step)) if background_step == background else 1
    for row in range(0, rows, row_step):
        for other in range(0, background, background_step):
            for node in range(0, nodes, node_step):
                yield slice(row, min(row + row_step, rows)), slice(other, min(other + background_step, background)), slice(node, min(node + node_step, nodes))


def _unheard(_share: float) -> None:
    """Progress that nobody follows."""
