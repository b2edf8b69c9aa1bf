"""Texts cut into the words that people see, and each word's tokens: the players of an explanation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnapp.portable.inputs import token_input
from nnapp.portable.tokens import Encoder, encoder, lower, words

LONGEST_WORD, LONGEST_GAP, LONGEST_REST = 60, 20, 300
"""Characters of a word, of what stands between two, and of what the network does not read, that are kept to be shown."""
APOSTROPHES = frozenset("'\u2019")


@dataclass(frozen=True)
class Tokens:
    """What of one text goes into one input.

    Attributes:
        ids: Token ids, int32 `(t,)`, without padding.
        word: For each the position of its word in the row, `(t,)`.
    """

    ids: NDArray[np.int32]
    word: NDArray[np.int64]


@dataclass(frozen=True)
class Row:
    """The texts of one row.

    Attributes:
        segments: What stands before the first word, the first word, what stands before the second, …, what follows the last.
        tokens: By input name.
    """

    segments: tuple[str, ...]
    tokens: dict[str, Tokens]

    @property
    def words(self) -> int:
        """How many words there are."""
        return len(self.segments) // 2


def rows_of(cells: Mapping[str, Sequence[str | None]], preprocessing: Mapping[str, Any]) -> list[Row]:
    """Cut the texts of rows into words.

    Args:
        cells: Of every column of text, one cell a row.
        preprocessing: A network's `preprocessing.json`: `columns` of texts, and what an `Encoder` is made of.
    """
    read, columns = encoder(preprocessing), preprocessing["columns"]
    names = [column["name"] for column in columns]
    return [
        _row(dict(zip(names, texts, strict=True)), columns, read, preprocessing["lowercase"]) for texts in zip(*(cells[name] for name in names), strict=True)
    ]


def _row(texts: Mapping[str, str | None], columns: Sequence[Mapping[str, Any]], read: Encoder, lowercase: bool) -> Row:
    segments, tokens, gap = [], {}, ""
    for index, column in enumerate(columns):
        text = texts[column["name"]] or ""
        gap += f"{column['name']}: " if len(columns) > 1 else ""
        ids: list[int] = []
        of: list[int] = []
        at = 0
        for start, end in spans(text, lowercase):
            found = read.ids(text[start:end])
            if len(ids) >= column["length"]:
                break
            segments += [gap + _cut(text[at:start], LONGEST_GAP), _cut(text[start:end], LONGEST_WORD)]
            ids += found
            of += [len(segments) // 2 - 1] * len(found)
            gap, at = "", end
        gap += _cut(text[at:], LONGEST_REST) + ("\n" if index + 1 < len(columns) else "")
        length = column["length"]
        tokens[token_input(index)] = Tokens(np.array(ids[:length], np.int32), np.array(of[:length], np.int64))
    return Row((*segments, gap), tokens)


def spans(text: str, lowercase: bool) -> Iterator[tuple[int, int]]:
    """Where each word of a text begins and ends; letters around an apostrophe are one word.

    >>> [("I don't know." )[start:end] for start, end in spans("I don't know.", True)]
    ['I', "don't", 'know', '.']
    """
    held: list[tuple[int, int]] = []  # at most: letters, apostrophe
    for start, end in _bare_spans(text, lowercase):
        joined = bool(held) and held[-1][1] == start
        if len(held) == 2 and joined and text[start].isalpha():
            held = [(held[0][0], end)]
        elif len(held) == 1 and joined and text[start:end] in APOSTROPHES and text[held[0][1] - 1].isalpha():
            held.append((start, end))
        else:
            yield from held
            held = [(start, end)]
    yield from held


def _bare_spans(text: str, lowercase: bool) -> Iterator[tuple[int, int]]:
    """Where each word that the encoder knows of begins and ends, in the text as it was written."""
    shown = lower(text) if lowercase else text
    back = None if len(shown) == len(text) else np.repeat(np.arange(len(text)), [len(lower(letter)) for letter in text])
    at = 0
    for word in words(shown):
        start = shown.index(word, at)
        at = start + len(word)
        yield (start, at) if back is None else (int(back[start]), int(back[at - 1]) + 1)


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def coalitions(tokens: Tokens, length: int, known: NDArray[np.bool_]) -> NDArray[np.int32]:
    """Token ids of a text of which some words are left out and the others close up, int32 `(m, length)`.

    Args:
        tokens: Of the whole text.
        length: What the network takes in.
        known: Which words stay, `(m, words)`.

    >>> coalitions(Tokens(np.array([7, 8, 9], np.int32), np.array([0, 1, 1])), 4, np.array([[True, False], [False, True]])).tolist()
    [[7, 0, 0, 0], [8, 9, 0, 0]]
    """
    made = np.zeros((len(known), length), np.int32)
    if len(tokens.ids):
        stays = known[:, tokens.word]
        row, column = np.nonzero(stays)
        made[row, np.cumsum(stays, axis=1)[row, column] - 1] = tokens.ids[column]
    return made
