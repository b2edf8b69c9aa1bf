"""Where decoded pictures lie: in memory, or in a file that is mapped into it when they are many."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from nnapp.data.memory import budget
from nnapp.data.pictures import Pictures

USUAL_SIDE = 64
"""Side in pixels of pictures that come larger."""
FINE_SIDE = 96
FEW_PICTURES = 2_000
"""Up to so many pictures a finer side still trains within minutes."""
SIDES = (384, 256, 224, 192, 160, 128, 96, 64, 48, 32, 24, 16, 8)
"""Sides that are proposed instead of one that takes too much."""
SPARE_DISK = 256 << 20
"""Bytes of the disk that stay free: the run itself writes, too."""


@dataclass(frozen=True)
class Decoding:
    """The decoded pictures of a run, all parts together, before they are decoded.

    Attributes:
        rows: Number of pictures, those of an official test file among them.
        side: Of the square, in pixels.
        channels: 1 or 3.
        budget: Bytes they may take in memory.
        folder: Where a file for them would lie.
    """

    rows: int
    side: int
    channels: int
    budget: int
    folder: Path

    @classmethod
    def of(cls, pictures: Pictures, side: int | None = None, rows: int | None = None) -> Decoding:
        """How the pictures (or so many rows, each with one of them) would be decoded, and what is free for it now."""
        channels = 1 if pictures.grey else 3
        return cls(pictures.rows if rows is None else rows, side or usual_size(pictures), channels, budget(), pictures.archive.parent)

    def bytes_at(self, side: int) -> int:
        """Bytes of all pictures at another side."""
        return self.rows * side * side * self.channels

    @property
    def bytes(self) -> int:
        """Bytes of all pictures."""
        return self.bytes_at(self.side)

    @property
    def on_disk(self) -> bool:
        """Whether they are more than memory may hold."""
        return self.bytes > self.budget

    @property
    def lacking_disk(self) -> int:
        """Bytes that must be freed on the disk before they have room there; 0 where they have."""
        return max(0, self.bytes + SPARE_DISK - shutil.disk_usage(self.folder).free)

    @property
    def fitting_side(self) -> int | None:
        """The largest smaller side at which they fit into memory, if there is one."""
        return next((side for side in SIDES if side < self.side and self.bytes_at(side) <= self.budget), None)


def usual_size(pictures: Pictures) -> int:
    """The pictures' own side where they are small; else a side that trains within minutes."""
    longest = np.sort(pictures.sizes.max(axis=1))
    if len(longest) == 0:
        return USUAL_SIDE
    typical = int(longest[int(0.9 * (len(longest) - 1))])
    most = FINE_SIDE if len(longest) <= FEW_PICTURES and typical >= FINE_SIDE else USUAL_SIDE
    return int(np.clip(typical, 8, most))
