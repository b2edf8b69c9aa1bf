"""Sounds in class folders."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from nnapp.data.dataset import SOUND, Standard
from nnapp.data.hearing import LOWEST_HERTZ, hearing
from nnapp.data.kinds.base import KINDS, Given, Kind
from nnapp.data.memory import room
from nnapp.data.pictures import Data
from nnapp.data.preprocessing import Preprocessing, SoundPreprocessing
from nnapp.data.sounds import Sounds
from nnapp.data.specs import DataConfig, PreprocessingConfig

_LOOKED_AT = 2_000
"""Sounds of the train part from which mean and spread of the bands are taken, at most."""
_LEAST_SPREAD = 1.0
"""Decibels: a band in which nothing ever happens is not blown up."""


class SoundFolders(Kind):
    """Every sound becomes a log-mel spectrogram of one size."""

    noun: ClassVar[str] = "sound"

    def fit(self, given: Given) -> SoundPreprocessing:
        """Rates and lengths of the train part choose the resolution, unless a person did; its spectrograms give the scale."""
        assert isinstance(given.data, Sounds)
        heard = hearing(given.data, given.rows, given.config, given.preprocessing)
        bare = SoundPreprocessing(
            rate=heard.rate,
            samples=heard.samples,
            frame=heard.frame,
            hop=heard.hop,
            mels=heard.mels,
            low=LOWEST_HERTZ,
            high=heard.rate / 2,
            relative=given.preprocessing.sound_loudness == "relative",
            standard=Standard(center=(0.0,) * heard.mels, scale=(1.0,) * heard.mels),
            augmentation=given.augmentation,
        )
        spaced = np.linspace(0, len(given.rows) - 1, min(len(given.rows), _LOOKED_AT)).astype(np.int64)
        spectrograms = self.inputs(given.data, given.rows[spaced], bare)[SOUND].astype(np.float64)
        center, scale = spectrograms.mean(axis=(0, 1, 3)), np.maximum(spectrograms.std(axis=(0, 1, 3)), _LEAST_SPREAD)
        standard = Standard(center=tuple(np.round(center, 4).tolist()), scale=tuple(np.round(scale, 4).tolist()))
        return bare.model_copy(update={"standard": standard})

    def inputs(self, data: Data, rows: NDArray[np.int64], fitted: Preprocessing, *, on_disk: bool = False) -> dict[str, NDArray[np.generic]]:
        """Spectrograms, float32."""
        assert isinstance(data, Sounds)
        assert isinstance(fitted, SoundPreprocessing)
        place = room((len(rows), *fitted.shape), data.archive.parent if on_disk else None, np.float32)
        return {SOUND: data.load(fitted.portable(), rows, into=place)}

    def entry_shape(self, data: Data, config: DataConfig) -> tuple[int | None, ...]:
        """Moments and bands, as all sounds would choose them."""
        assert isinstance(data, Sounds)
        heard = hearing(data, np.arange(data.rows), config, PreprocessingConfig())
        return heard.frames, heard.mels, 1

    def ids(self, data: Data, rows: NDArray[np.int64]) -> NDArray[np.str_]:
        """Names within the archive."""
        assert isinstance(data, Sounds)
        return np.array(data.paths, dtype=np.str_)[rows]


KINDS.register("sounds")(SoundFolders())
