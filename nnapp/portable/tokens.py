"""From texts to the token ids that a network takes in: the ids that the library `tokenizers` gives, with no need of it.

Which characters make words is said by ranges of code points, not by Python's tables, so that every version of Python
(and the library) cuts a text alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

PADDING, UNKNOWN = 0, 1
"""Ids of what fills up short texts, and of words that the train part did not teach."""
LONGEST_WORD = 100
"""Characters; a longer run without a blank is no word, and unknown."""
INSIDE = "##"
"""Marks a piece that does not begin a word."""
REMEMBERED = 200_000
"""Different words whose ids are kept at hand."""

BLANKS = (
    (0x00, 0x20), (0x7F, 0xA0), (0xAD, 0xAD), (0x1680, 0x1680), (0x180E, 0x180E), (0x2000, 0x200B), (0x200E, 0x200F),
    (0x2028, 0x202F), (0x205F, 0x206F), (0x3000, 0x3000), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF), (0xFFF9, 0xFFFB), (0xE0000, 0xE0FFF),
)  # fmt: skip
"""What stands between words: blanks, controls, invisible marks and the variants of emoji."""
ALONE = (
    (0x21, 0x2F), (0x3A, 0x40), (0x5B, 0x60), (0x7B, 0x7E), (0xA1, 0xA9), (0xAB, 0xAC), (0xAE, 0xB4), (0xB6, 0xB9), (0xBB, 0xBF),
    (0xD7, 0xD7), (0xF7, 0xF7), (0xE00, 0xEFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x2010, 0x2027), (0x2030, 0x205E),
    (0x2070, 0x2BFF), (0x2E00, 0x2FFF), (0x3001, 0x303F), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0xFE10, 0xFE6F),
    (0xFF01, 0xFF0F), (0xFF1A, 0xFF20), (0xFF3B, 0xFF40), (0xFF5B, 0xFF65), (0x1F000, 0x1FAFF), (0x20000, 0x3FFFF),
)  # fmt: skip
"""Characters that are words of their own: signs, emoji, and the letters of scripts that put no blanks between words."""

_LATER = {0x1C89: 0x1C8A, 0xA7CB: 0x264, 0xA7CC: 0xA7CD, 0xA7CE: 0xA7CF, 0xA7D2: 0xA7D3, 0xA7D4: 0xA7D5, 0xA7DA: 0xA7DB, 0xA7DC: 0x19B}
_LATER |= {upper: upper + 0x20 for upper in range(0x10D50, 0x10D66)} | {upper: upper + 0x1B for upper in range(0x16EA0, 0x16EB9)}
_LATER |= {ord("Σ"): ord("σ")}
"""Capitals that some versions of Python do not know yet; and the sigma, which Python alone writes otherwise at the end of a word."""


def _set(ranges: Sequence[tuple[int, int]]) -> str:
    """The ranges as they stand between the brackets of a regular expression."""
    return "".join(f"\\U{low:08x}-\\U{high:08x}" for low, high in ranges)


_WORD = re.compile(f"[{_set(ALONE)}]|[^{_set(BLANKS)}{_set(ALONE)}]+")


def lower(text: str) -> str:
    """Small letters, one character at a time.

    >>> lower("ΟΔΟΣ Straße")
    'οδοσ straße'
    """
    return text.lower() if text.isascii() else text.translate(_LATER).lower()


def words(text: str) -> Iterator[str]:
    """The words of a text, signs and emoji being words of their own.

    >>> list(words("Don't stop👍 at 5.30"))
    ['Don', "'", 't', 'stop', '👍', 'at', '5', '.', '30']
    """
    return (found.group() for found in _WORD.finditer(text))


class Encoder:
    """Texts to ids.

    Args:
        vocabulary: Words (or pieces of words) by id; the first two stand for padding and the unknown.
        pieces: Whether words that the vocabulary lacks are put together from pieces: the longest first, as WordPiece does.
        lowercase: Whether capitals are made small first.
    """

    def __init__(self, vocabulary: Sequence[str], *, pieces: bool, lowercase: bool) -> None:
        self._known = {word: index for index, word in enumerate(vocabulary) if index > UNKNOWN}
        self._pieces = pieces
        self._lowercase = lowercase
        self._longest = max((len(word) for word in vocabulary), default=0)
        self._seen: dict[str, tuple[int, ...]] = {}

    def ids(self, text: str, most: int | None = None) -> list[int]:
        """The ids of a text, or its first `most`."""
        found: list[int] = []
        for word in words(lower(text) if self._lowercase else text):
            found += self._seen.get(word) or self._look_up(word)
            if most is not None and len(found) >= most:
                return found[:most]
        return found

    def array(self, cells: Sequence[str | None], length: int) -> np.ndarray:
        """The ids of texts, cut and filled up: int32, shape `(n, length)`; a missing text is an empty one."""
        result = np.full((len(cells), length), PADDING, np.int32)
        for row, cell in enumerate(cells):
            found = self.ids(cell or "", length)
            result[row, : len(found)] = found
        return result

    def _look_up(self, word: str) -> tuple[int, ...]:
        """The ids of a word, remembered."""
        if len(self._seen) >= REMEMBERED:
            self._seen.clear()
        whole = self._known.get(word)
        if len(word) > LONGEST_WORD and self._pieces:
            found: tuple[int, ...] = (UNKNOWN,)
        elif whole is not None:
            found = (whole,)
        else:
            found = self._in_pieces(word) if self._pieces else (UNKNOWN,)
        self._seen[word] = found
        return found

    def _in_pieces(self, word: str) -> tuple[int, ...]:
        """The longest known piece, then the longest of the rest; one that has none makes the whole word unknown."""
        found: list[int] = []
        start = 0
        while start < len(word):
            mark = INSIDE if start else ""
            for end in range(min(len(word), start + self._longest), start, -1):
                index = self._known.get(mark + word[start:end])
                if index is not None:
                    found.append(index)
                    start = end
                    break
            else:
                return (UNKNOWN,)
        return tuple(found)


def encoder(preprocessing: Mapping[str, Any]) -> Encoder:
    """The encoder that a `preprocessing.json` describes by `vocabulary`, `words` (`whole` or `pieces`) and `lowercase`."""
    return Encoder(preprocessing["vocabulary"], pieces=preprocessing["words"] == "pieces", lowercase=preprocessing["lowercase"])
