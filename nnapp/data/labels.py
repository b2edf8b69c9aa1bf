"""Several labels at once: joined by a bar in one column, or a column of yes and no each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from nnapp.data.texts import Texts

SEPARATOR = "|"
MOST_LABELS = 1_000
JOINED = 0.005
"""Share of cells with a bar from which a column is taken for one of joined labels."""
FEWEST = 3
"""Times that a label occurs on average, in a column that is one of joined labels."""
NOT_KNOWN = -1

_YES, _NO = frozenset({"1", "1.0", "true", "yes", "y", "t"}), frozenset({"0", "0.0", "false", "no", "n", "f", ""})


def split(cell: str | None) -> tuple[str, ...]:
    """The labels of a cell, each once.

    >>> split(" joy | anger|joy"), split(None)
    (('joy', 'anger'), ())
    """
    parts = (" ".join(part.split()) for part in (cell or "").split(SEPARATOR))
    return tuple(dict.fromkeys(part for part in parts if part))


def label_counts(cells: Texts) -> Counter[str]:
    """How many cells have each label."""
    different, counts = cells.counts()
    found: Counter[str] = Counter()
    for cell, count in zip(different, counts.tolist(), strict=True):
        for label in split(cell):
            found[label] += count
    return found


def are_joined(cells: Texts) -> bool:
    """Whether a column looks like one of labels joined by bars: some cells have several, and few labels make all of them up."""
    different, counts = cells.counts()
    several = sum(count for cell, count in zip(different, counts.tolist(), strict=True) if len(split(cell)) > 1)
    if several == 0 or several < JOINED * len(cells):
        return False
    found = label_counts(cells)
    return 2 <= len(found) <= MOST_LABELS and sum(found.values()) >= FEWEST * len(found)


def joined_answers(cells: Texts, names: Sequence[str]) -> tuple[NDArray[np.int64], Counter[str]]:
    """Which labels each row has.

    Returns:
        0 and 1, shape `(n, k)`; and labels that are not among `names`, with their counts. A row all of whose labels are unknown is `NOT_KNOWN` throughout.
    """
    place = {name: index for index, name in enumerate(names)}
    different, places = cells.different()
    rows = np.zeros((len(different), len(names)), np.int64)
    unknown: Counter[str] = Counter()
    each = np.bincount(places, minlength=len(different))
    for row, cell in enumerate(different):
        labels = split(cell)
        known = [place[label] for label in labels if label in place]
        rows[row, known] = 1
        for label in labels:
            if label not in place:
                unknown[label] += int(each[row])
        if labels and not known:
            rows[row] = NOT_KNOWN
    return rows[places], unknown


def column_answers(columns: Sequence[Texts]) -> NDArray[np.int64]:
    """Yes and no, shape `(n, k)`; a row with any other word is `NOT_KNOWN` throughout."""
    read = [np.array([_yes(cell) for cell in different], np.int64)[places] for different, places in (column.different() for column in columns)]
    answers = np.stack(read, axis=1)
    answers[(answers == NOT_KNOWN).any(axis=1)] = NOT_KNOWN
    return answers


def _yes(cell: str | None) -> int:
    """1, 0, or not known."""
    word = (cell or "").strip().casefold()
    return 1 if word in _YES else 0 if word in _NO else NOT_KNOWN


def strata(answers: NDArray[np.int64]) -> NDArray[np.int64]:
    """One class a row, by which parts are drawn alike: its rarest label, or one more for rows without any; -1 where not known."""
    counts = (answers == 1).sum(axis=0)
    price = np.where(answers == 1, counts[None, :], np.iinfo(np.int64).max)
    rarest = np.where((answers == 1).any(axis=1), price.argmin(axis=1), answers.shape[1])
    return np.where((answers == NOT_KNOWN).any(axis=1), -1, rarest)
