"""A zip of class folders of sounds."""

from __future__ import annotations

import numpy as np

from nnapp.data.media import MEDIA
from nnapp.data.readers import reader
from nnapp.data.readers.class_folders import holds, look_through
from nnapp.data.readers.source import Source
from nnapp.data.sounds import Sounds
from nnapp.portable.sounds import open_sound


@reader("sounds", (".zip",), lambda source: holds(source, "sounds"))
def read_sounds(source: Source, skip_bad_rows: bool) -> Sounds:
    """Every sound is decoded once, so that what does not open is known now."""
    found = look_through(source, MEDIA["sounds"], _look)
    rates, lengths, channels, peaks, cut = (np.array(column) for column in zip(*found.seen, strict=True))
    return Sounds(**found.files, rates=rates, lengths=lengths, channels=channels, peaks=peaks.astype(np.float64), cut=cut)


def _look(data: bytes) -> tuple[int, int, int, float, bool]:
    """Rate, samples, channels, peak, and whether it ends before its header says so."""
    sound = open_sound(data)
    count, channels = sound.samples.shape
    return sound.rate, count, channels, float(np.abs(sound.samples).max()), sound.cut_short
