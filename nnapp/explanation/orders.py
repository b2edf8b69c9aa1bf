"""Shapley values of words: what a word adds when texts are built up in random orders, there and back (Mitchell et al. 2022).

What the words of an order add telescopes to the whole answer, so base and values add up exactly however few orders
there are; how much the orders disagree tells how sure each value is, and texts on whose words they disagree get more.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from nnapp.explanation.gradients import Progress
from nnapp.explanation.texts import Row, coalitions

FEWEST = 2
"""Orders from which their disagreement can be told."""


class Answers(Protocol):
    """A network for texts.

    Attributes:
        lengths: Tokens of each input, by name.
        points: Texts that one call may hold.
    """

    lengths: dict[str, int]
    points: int

    def outputs(self, ids: dict[str, NDArray[np.int32]]) -> NDArray[np.float64]:
        """All outputs of texts, `(n, o)`."""
        ...


@dataclass(frozen=True)
class Orders:
    """When to stop trying orders.

    Attributes:
        most: Orders of each text at most.
        tolerance: Doubt about a word that is small enough, as a share of how far outputs usually lie from the base.
        deadline: `time.monotonic()` after which nothing more is tried.
        seed: The same seed tries the same orders.
    """

    most: int
    tolerance: float
    deadline: float
    seed: int


@dataclass(frozen=True)
class Shares:
    """What the words of the first `n` texts add.

    Attributes:
        values: Of each text `(words, o)`.
        base: Outputs for an empty text, `(o,)`.
        output: `(n, o)`.
        orders: The most that were tried for a text.
        doubt: Standard error of a word's value, in the outputs' unit: the usual one over all texts.
    """

    values: list[NDArray[np.float64]]
    base: NDArray[np.float64]
    output: NDArray[np.float64]
    orders: int
    doubt: float


@dataclass
class _Tally:
    """What the orders of one text have added up to so far."""

    text: Row
    total: NDArray[np.float64]
    square: NDArray[np.float64]
    random: np.random.Generator
    orders: int = 0
    output: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))

    @property
    def error(self) -> NDArray[np.float64]:
        """Standard error of each word's value, `(words, o)`; infinite before the second order."""
        if self.orders < FEWEST:
            return np.full(self.total.shape, np.inf)
        variance = np.maximum(self.square - self.total**2 / self.orders, 0) / (self.orders - 1)
        return np.sqrt(variance / self.orders)


def shapley(network: Answers, texts: Sequence[Row], orders: Orders, progress: Progress) -> Shares:
    """Share every output among the words of each text.

    Args:
        network: Answers texts.
        texts: Cut into words.
        orders: How many orders are tried.
        progress: Told the share of the texts that are done.
    """
    base = network.outputs({name: np.zeros((1, length), np.int32) for name, length in network.lengths.items()})[0]
    seeds = np.random.SeedSequence(orders.seed).spawn(len(texts))
    tallies = [
        _Tally(text, np.zeros((text.words, len(base))), np.zeros((text.words, len(base))), np.random.default_rng(seed))
        for text, seed in zip(texts, seeds, strict=True)
    ]
    begun: list[_Tally] = []
    for block in _blocks(tallies, network.points):
        _one_order(network, block)
        begun += block
        progress(0.5 * len(begun) / len(texts))
        if time.monotonic() > orders.deadline:
            break
    output = np.stack([tally.output for tally in begun])
    enough = orders.tolerance * np.sqrt(np.mean((output - base) ** 2, axis=0))
    _refine(network, begun, orders, enough, progress)
    doubts = [float(np.sqrt(np.mean(tally.error**2))) for tally in begun if tally.text.words and tally.orders >= FEWEST]
    values = [tally.total / max(1, tally.orders) for tally in begun]
    return Shares(values, base, output, max(tally.orders for tally in begun), float(np.mean(doubts)) if doubts else 0.0)


def _refine(network: Answers, begun: list[_Tally], orders: Orders, enough: NDArray[np.float64], progress: Progress) -> None:
    """Try more orders of the texts whose words are in doubt."""
    while time.monotonic() < orders.deadline:
        todo = [tally for tally in begun if tally.text.words > 1 and tally.orders < orders.most and (_usual(tally.error) > enough).any()]
        if not todo:
            return
        for block in _blocks(todo, network.points):
            _one_order(network, block)
            if time.monotonic() > orders.deadline:
                return
        progress(1 - 0.5 * len(todo) / len(begun))


def _usual(error: NDArray[np.float64]) -> NDArray[np.float64]:
    """Of all words together, `(o,)`."""
    return np.asarray(np.sqrt(np.mean(error**2, axis=0)))


def _blocks(tallies: Sequence[_Tally], points: int) -> list[list[_Tally]]:
    """Texts whose coalitions fit into one call; at least one text each."""
    blocks: list[list[_Tally]] = [[]]
    held = 0
    for tally in tallies:
        own = 2 * tally.text.words + 1
        if blocks[-1] and held + own > points:
            blocks.append([])
            held = 0
        blocks[-1].append(tally)
        held += own
    return blocks


def _one_order(network: Answers, block: Sequence[_Tally]) -> None:
    """Build every text of a block up in one more order, there and back."""
    known = [_built_up(tally.random.permutation(tally.text.words)) for tally in block]
    ids = {
        name: np.concatenate([coalitions(tally.text.tokens[name], length, stays[0]) for tally, stays in zip(block, known, strict=True)])
        for name, length in network.lengths.items()
    }
    outputs = network.outputs(ids)
    at = 0
    for tally, (stays, order) in zip(block, known, strict=True):
        own = outputs[at : at + len(stays)]
        at += len(stays)
        count = tally.text.words
        tally.output = own[count]
        added = np.zeros_like(tally.total)
        back = np.concatenate([own[:1], own[count + 1 :], own[count : count + 1]])  # from nothing, the last words first, to all
        added[order] = (np.diff(own[: count + 1], axis=0) + np.diff(back, axis=0)[::-1]) / 2
        tally.total = tally.total + added
        tally.square = tally.square + added**2
        tally.orders += 1


def _built_up(order: NDArray[np.int64]) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
    """Which words are there: none, the first of the order, the first two, …, all; then the last, the last two, … all but the first.

    Returns:
        `(2 * words, words)` (one row for no words), and the order.
    """
    count = len(order)
    place = np.empty(count, np.int64)
    place[order] = np.arange(count)
    there = place[None, :] < np.arange(count + 1)[:, None]
    back = place[None, :] >= np.arange(count - 1, 0, -1)[:, None]
    return np.concatenate([there, back]), order
