"""Finds the words, or the pieces of words, that a network for text is to know; from the train part's texts only."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator

from nnapp.portable.tokens import INSIDE, LONGEST_WORD, lower, words

SPECIAL = ("[PAD]", "[UNK]")
"""The first two of every vocabulary: what fills up short texts, and what stands for an unknown word."""
_START = "▁"
"""Marks the beginning of a word while pieces are sought. It is a sign, so no word has it inside."""
_LETTERS = 2_000
"""Different characters from which pieces are made; words with a rarer one are not looked at."""


def fit_vocabulary(texts: Iterable[str | None], size: int, *, pieces: bool, lowercase: bool, fewest: int = 2) -> tuple[str, ...]:
    """The vocabulary, by id.

    Args:
        texts: Of the train part; None is a missing one.
        size: Entries at most, the special ones among them.
        pieces: Whether rare words are to be put together from pieces.
        lowercase: Whether capitals are made small first.
        fewest: How often a word (or a pair of pieces) must occur to get an entry.

    Returns:
        The same for the same texts, in whatever order they come.
    """
    counts: Counter[str] = Counter()
    for text in texts:
        if text:
            counts.update(words(lower(text) if lowercase else text))
    found = _pieces(counts, size - len(SPECIAL), fewest) if pieces else _common(counts, size - len(SPECIAL), fewest)
    return (*SPECIAL, *found)


def _common(counts: Counter[str], most: int, fewest: int) -> list[str]:
    """The commonest words; ties are broken by name."""
    common = sorted((word for word in counts if counts[word] >= fewest), key=lambda word: (-counts[word], word))
    return common[:most]


def _pieces(counts: Counter[str], most: int, fewest: int) -> list[str]:
    """Pieces found by byte-pair encoding, written as WordPiece wants them.

    The library's own WordPiece trainer gives other ids at every call, so its trainer of pairs is taken, which does not.
    """
    letters = Counter[str]()
    for word, count in counts.items():
        if len(word) <= LONGEST_WORD:
            letters.update(dict.fromkeys(word, count))
    known = set(_common(letters, min(_LETTERS, max(1, most // 4)), fewest))
    usable = {word: count for word, count in sorted(counts.items()) if len(word) <= LONGEST_WORD and known.issuperset(word)}
    trained = _trained(usable, most + 1, fewest)
    named = [token.removeprefix(_START) if token.startswith(_START) else INSIDE + token for token in trained if token != _START]
    return named[:most]


def _trained(counts: dict[str, int], size: int, fewest: int) -> list[str]:
    """Tokens of the library, by its own ids."""
    # Threads of its own would outlive the fitting, in a process that may fork.
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    from tokenizers import Tokenizer, models, pre_tokenizers, trainers

    library = Tokenizer(models.BPE())
    library.pre_tokenizer = pre_tokenizers.CharDelimiterSplit(" ")
    trainer = trainers.BpeTrainer(vocab_size=size, min_frequency=fewest, show_progress=False)
    library.train_from_iterator(_repeated(counts), trainer)
    vocabulary = library.get_vocab()
    return sorted(vocabulary, key=lambda token: vocabulary[token])


def _repeated(counts: dict[str, int]) -> Iterator[str]:
    """Every word as often as it occurs, in lines."""
    for word, count in counts.items():
        for start in range(0, count, 1_000):
            yield " ".join([_START + word] * min(1_000, count - start))
