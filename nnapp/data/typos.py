"""Slips of the fingers, for the texts that a network learns from."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

READINGS = 3
"""Readings of every text with typos, beside the one as it is written: each epoch takes one of the four by chance."""
_WORD = re.compile(r"[^\W\d_]{3,40}")
"""Letters of any script in a row; shorter words, numbers and signs are left alone, since a slip there changes the meaning."""


def _exchanged(word: str, place: int) -> str:
    return word[:place] + word[place + 1] + word[place] + word[place + 2 :]


def _left_out(word: str, place: int) -> str:
    return word[:place] + word[place + 1 :]


def _doubled(word: str, place: int) -> str:
    return word[: place + 1] + word[place:]


SLIPS: tuple[Callable[[str, int], str], ...] = (_exchanged, _left_out, _doubled)
"""Two letters change places, one is left out, one is struck twice: each at a place from 0 to the word's length less 2."""


def with_typos(texts: Sequence[str | None], share: float, seed: int) -> list[str | None]:
    """Texts of whose words some have one slip each; the same ones for the same seed.

    Args:
        texts: As they were written.
        share: Of the words of three letters and more.
        seed: Of the chance.

    >>> with_typos(["hello there", None, "42 is ok"], 1.0, seed=1)
    ['hhello tehre', None, '42 is ok']
    """
    random = np.random.default_rng(seed)
    return [None if text is None else _slipped(text, share, random) for text in texts]


def _slipped(text: str, share: float, random: np.random.Generator) -> str:
    chances = iter(_drawn(len(text), random))

    def slip(found: re.Match[str]) -> str:
        happens, kind, place = next(chances)
        word = found.group()
        return word if happens >= share or not word.isalpha() else SLIPS[int(kind * len(SLIPS))](word, int(place * (len(word) - 1)))

    return _WORD.sub(slip, text)


def _drawn(letters: int, random: np.random.Generator) -> NDArray[np.float64]:
    """Three chances for every word that a text of so many letters may have."""
    return random.random((letters // 3 + 1, 3))
