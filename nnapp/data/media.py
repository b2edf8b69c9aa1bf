"""Media: the kinds of files that come in class folders, and the words for them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath

from nnapp.portable.sounds import SOUND_SUFFIXES
from nnapp.portable.texts import TEXT_SUFFIXES

PICTURE_SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".gif", ".webp", ".bmp", ".tif", ".tiff"})


@dataclass(frozen=True)
class Medium:
    """A kind of files.

    Attributes:
        noun: What one is called.
        suffixes: What their names end in, lower case with the dot.
        example: Two files in class folders, as people would name them.
        again: How to save a file that does not open.
    """

    noun: str
    suffixes: frozenset[str]
    example: tuple[str, str]
    again: str

    @property
    def form(self) -> str:
        """How the files must lie."""
        return f"Put the {self.noun}s of each class into a folder of its own, as in {self.example[0]} and {self.example[1]}, and zip the folders."

    def has(self, name: str) -> bool:
        """Whether a file is named like one of this medium."""
        return PurePosixPath(name).suffix.lower() in self.suffixes


MEDIA: dict[str, Medium] = {
    "pictures": Medium("picture", PICTURE_SUFFIXES, ("cat/1.jpg", "dog/1.jpg"), "Save the pictures again as PNG or JPEG."),
    "sounds": Medium("sound", SOUND_SUFFIXES, ("yes/1.wav", "no/1.wav"), "Save the sounds again as WAV of 16 bits, or FLAC."),
}
TEXTS = Medium("text", TEXT_SUFFIXES, ("praise/1.txt", "blame/1.txt"), "Save the texts again as UTF-8.")
"""Read as a table, one row a file."""
TABLE_SUFFIXES = frozenset({".csv", ".tsv", ".xlsx", ".parquet", ".jsonl", ".ndjson"})
"""Of tables that may stand beside pictures."""
FILE_SUFFIXES = frozenset().union(*(medium.suffixes for medium in MEDIA.values()))
"""Of every medium."""


def medium_of(names: Iterable[str]) -> str | None:
    """The medium that most of these files are named like; None if none is.

    >>> medium_of(["a/1.wav", "a/2.WAV", "cover.jpg"]), medium_of(["a.txt"])
    ('sounds', None)
    """
    suffixes = Counter(PurePosixPath(name).suffix.lower() for name in names)
    counts = {name: sum(suffixes[suffix] for suffix in medium.suffixes) for name, medium in MEDIA.items()}
    best = max(counts, key=lambda name: counts[name])
    return best if counts[best] else None


def media_words(join: str = "or") -> str:
    """Every medium in the plural, as people list them.

    >>> media_words()
    'pictures or sounds'
    """
    return f" {join} ".join(f"{medium.noun}s" for medium in MEDIA.values())
