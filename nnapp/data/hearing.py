"""How sounds are heard: the rate, length and resolution that a network gets them in, chosen from the sounds where nobody did."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnapp.data.sounds import Sounds
from nnapp.data.specs import DataConfig, PreprocessingConfig

HIGHEST_RATE = 24_000
"""Samples a second of sounds that come with more: what is heard above 12,000 hertz tells few classes apart."""
SHARE = 95
"""Percent of the sounds that are not cut."""
SHORTEST, LONGEST = 0.25, 10.0
"""Seconds between which a length is chosen."""
_WINDOW = 0.032
"""Seconds of a frame, about: long enough to tell pitches, short enough to see a consonant."""
_STEP = 0.010
MOST_FRAMES = 256
"""Frames of a sound: longer sounds get longer steps, so that they still train within minutes."""
LOWEST_HERTZ = 20.0
"""Below is no sound, only rumble."""


@dataclass(frozen=True)
class Hearing:
    """Everything a spectrogram is made by.

    Attributes:
        rate: Samples a second.
        samples: Samples of every sound, once it is padded or cut.
        frame: Samples of one frame, a power of two.
        hop: Samples from one frame to the next.
        mels: Bands of pitch.
    """

    rate: int
    samples: int
    frame: int
    hop: int
    mels: int

    @property
    def frames(self) -> int:
        """Frames of a sound."""
        return 1 + (self.samples - self.frame) // self.hop

    @property
    def bytes(self) -> int:
        """Of one spectrogram."""
        return 4 * self.frames * self.mels


def hearing(sounds: Sounds, rows: NDArray[np.int64], config: DataConfig, preprocessing: PreprocessingConfig) -> Hearing:
    """Choose what was not chosen.

    Args:
        sounds: Rates and lengths of these decide.
        rows: Positions of the sounds that may be looked at: the train part's.
        config: May name the rate and the seconds.
        preprocessing: May name the bands and the step.
    """
    rate = config.sound_rate or usual_rate(sounds.rates[rows])
    seconds = config.sound_seconds or usual_seconds(sounds.seconds[rows])
    frame = 1 << max(5, round(np.log2(_WINDOW * rate)))
    wanted = max(round(seconds * rate), frame)
    step = preprocessing.sound_step / 1000 if preprocessing.sound_step else max(_STEP, (seconds - frame / rate) / (MOST_FRAMES - 1))
    hop = max(1, round(step * rate))
    frames = max(1, -(-(wanted - frame) // hop) + 1)
    mels = preprocessing.sound_bands or (40 if rate <= 12_000 else 64)
    return Hearing(rate, frame + (frames - 1) * hop, frame, hop, mels)


def usual_rate(rates: NDArray[np.int64]) -> int:
    """The commonest rate (of equally common ones the higher), halved until it is bearable.

    >>> usual_rate(np.array([8000, 8000, 44100])), usual_rate(np.array([44100])), usual_rate(np.array([96000]))
    (8000, 22050, 24000)
    """
    different, counts = np.unique(rates, return_counts=True)
    rate = int(different[len(counts) - 1 - int(counts[::-1].argmax())])
    while rate > HIGHEST_RATE:
        rate = (rate + 1) // 2
    return rate


def usual_seconds(seconds: NDArray[np.float64]) -> float:
    """A length that all but the longest sounds fit into, rounded up to a twentieth of a second.

    >>> usual_seconds(np.array([0.31, 0.5, 0.71])), usual_seconds(np.array([0.01])), usual_seconds(np.array([600.0]))
    (0.7, 0.25, 10.0)
    """
    typical = float(np.percentile(seconds, SHARE)) if len(seconds) else SHORTEST
    return float(np.clip(np.ceil(20 * typical - 1e-6) / 20, SHORTEST, LONGEST))
