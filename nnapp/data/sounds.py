"""Sounds: a zip of class folders, every sound of which is known to open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from nnapp.data.archives import open_archive, read_entry
from nnapp.data.folders import THREADS, ClassFolders, batches
from nnapp.data.specs import DataKind
from nnapp.portable.sounds import SILENCE, open_sound, sound_input
from nnapp.portable.wav import Sound

_AT_ONCE = 256
"""Sounds decoded before the next are read: bounds memory while threads work ahead."""


@dataclass(frozen=True)
class Sounds(ClassFolders):
    """Sounds by class folder.

    Attributes:
        rates: Samples a second of each, shape `(n,)`.
        lengths: Samples of each, shape `(n,)`.
        channels: Channels of each, shape `(n,)`.
        peaks: Largest sample of each, full scale is 1, shape `(n,)`.
        cut: Whether each ends before its header says so, shape `(n,)`.
    """

    kinds: ClassVar[tuple[DataKind, ...]] = ("sounds",)
    noun: ClassVar[str] = "sound"
    version: ClassVar[int] = 1

    rates: NDArray[np.int64]
    lengths: NDArray[np.int64]
    channels: NDArray[np.int64]
    peaks: NDArray[np.float64]
    cut: NDArray[np.bool_]

    @property
    def seconds(self) -> NDArray[np.float64]:
        """How long each is, shape `(n,)`."""
        return self.lengths / self.rates

    @property
    def silent(self) -> NDArray[np.bool_]:
        """Whether each holds nothing that could be heard, shape `(n,)`."""
        return self.peaks <= SILENCE

    def load(self, preprocessing: Mapping[str, Any], rows: NDArray[np.int64], *, into: NDArray[np.float32]) -> NDArray[np.float32]:
        """Decode, and turn into spectrograms.

        Args:
            preprocessing: The content of `preprocessing.json`, kind `sounds`.
            rows: Positions of the wanted sounds.
            into: Takes them, shape `(n, frames, mels, 1)`.
        """
        with open_archive(self.archive, self.name) as archive, ThreadPoolExecutor(THREADS) as pool:

            def one(row: int) -> NDArray[np.float32]:
                return sound_input(open_sound(read_entry(archive, self.paths[row])), preprocessing)

            at = 0
            for batch in batches(rows.tolist(), _AT_ONCE):
                for array in pool.map(one, batch):
                    into[at] = array
                    at += 1
        return into

    def decoded(self, paths: Sequence[str]) -> dict[str, Sound]:
        """Several sounds by path.

        Raises:
            DataError: If the archive has no such sound.
        """
        return {path: open_sound(data, path) for path, data in self.contents(paths).items()}

    def facts(self) -> dict[str, Any]:
        """Rates, lengths, channels, peaks, and which are cut short."""
        return {name: getattr(self, name).tolist() for name in ("rates", "lengths", "channels", "peaks", "cut")}

    @classmethod
    def from_facts(cls, values: dict[str, Any]) -> dict[str, Any]:
        """Rates, lengths, channels, peaks, and which are cut short."""
        kinds = {"rates": np.int64, "lengths": np.int64, "channels": np.int64, "peaks": np.float64, "cut": np.bool_}
        return {name: np.asarray(values[name], kind) for name, kind in kinds.items()}
