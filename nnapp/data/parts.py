"""The words by which people's files, folders and columns call the parts."""

from __future__ import annotations

from collections.abc import Sequence

from nnapp.data.specs import Part

PART_WORDS: dict[str, Part] = {
    **dict.fromkeys(("train", "training", "tr", "fit"), "train"),
    **dict.fromkeys(("validation", "valid", "val", "dev", "development"), "validation"),
    **dict.fromkeys(("test", "testing", "holdout", "eval", "evaluation"), "test"),
}


def part_called(word: str | None) -> Part | None:
    """The part that a word names, if it names one.

    >>> part_called(" Valid "), part_called("cat")
    ('validation', None)
    """
    return PART_WORDS.get((word or "").strip().lower())


def says_parts(words: Sequence[str]) -> bool:
    """Whether these words, all of a column's different ones, name the train and test part and nothing else."""
    found = {part_called(word) for word in words}
    return None not in found and {"train", "test"} <= found
