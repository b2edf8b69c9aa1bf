"""Sounds for people: a player's WAV, and the spectrogram as a small picture."""

from __future__ import annotations

import io
import wave
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnapp.data.hearing import LOWEST_HERTZ, usual_rate
from nnapp.data.sounds import Sounds
from nnapp.portable.sounds import FLOOR, mono, spectrogram
from nnapp.portable.wav import Sound

PLAYED_SECONDS = 30.0
"""A player gets so much of a long sound: pages stay light."""
_BANDS = 48
_COLUMNS = 200
_PIXELS = (440, 176)
"""All pictures have one size, so that a page of them is calm: a short sound is drawn wider."""
_INK = np.array([(18, 22, 28), (31, 95, 191), (110, 168, 254), (232, 236, 241)], np.float64)
"""From silence to the loudest: legible on a light page and on a dark one."""


@dataclass(frozen=True)
class Clip:
    """One sound, ready to be shown.

    Attributes:
        path: Its name within the archive.
        wav: What a player plays.
        picture: Its spectrogram as a PNG, time to the right and pitch upwards.
        seconds: How long it is.
    """

    path: str
    wav: bytes
    picture: bytes
    seconds: float


def clip(sound: Sound, path: str = "") -> Clip:
    """A sound, ready to be shown."""
    return Clip(path, playable(sound), pictured(sound), sound.seconds)


def clips(sounds: Sounds, paths: Sequence[str]) -> list[Clip]:
    """Several sounds of an archive, ready to be shown.

    Raises:
        DataError: If the archive has no such sound.
    """
    return [clip(sound, path) for path, sound in sounds.decoded(paths).items()]


def some_of_each(sounds: Sounds, per_class: int, classes: int) -> dict[str, list[Clip]]:
    """The first sounds of each of the first classes."""
    wanted: dict[str, list[str]] = {name: [] for name in sounds.class_names[:classes]}
    for path, label in zip(sounds.paths, sounds.labels, strict=True):
        if label in wanted and len(wanted[label]) < per_class:
            wanted[label].append(path)
    made = iter(clips(sounds, [path for paths in wanted.values() for path in paths]))
    return {name: [next(made) for _ in paths] for name, paths in wanted.items()}


def playable(sound: Sound) -> bytes:
    """A sound as a WAV file that every browser plays: 16 bits, one channel, the first seconds of a long one."""
    samples = sound.samples[: int(PLAYED_SECONDS * sound.rate)].mean(axis=1)
    samples = samples / max(1.0, float(np.abs(samples).max(initial=0.0)))
    stream = io.BytesIO()
    with wave.open(stream, "wb") as written:
        written.setnchannels(1)
        written.setsampwidth(2)
        written.setframerate(sound.rate)
        written.writeframes(np.round(samples * 32767).astype("<i2").tobytes())
    return stream.getvalue()


def pictured(sound: Sound) -> bytes:
    """The log-mel spectrogram of (the first seconds of) a sound as a PNG."""
    rate = usual_rate(np.array([sound.rate]))
    samples = mono(Sound(sound.samples[: int(PLAYED_SECONDS * sound.rate)], sound.rate), rate)
    frame = max(32, round(0.032 * rate))
    samples = np.pad(samples, (0, max(0, frame - len(samples))))
    hop = max(1, round(0.008 * rate), (len(samples) - frame) // _COLUMNS)
    settings = {"rate": rate, "frame": frame, "hop": hop, "mels": _BANDS, "low": LOWEST_HERTZ, "high": rate / 2, "relative": True}
    return painted(spectrogram(samples, settings))


def painted(decibels: NDArray[np.float32]) -> bytes:
    """Decibels, shape `(frames, bands)`, as a PNG with time to the right and pitch upwards."""
    from PIL import Image

    strength = np.clip(decibels.T[::-1] / FLOOR + 1, 0, 1) * (len(_INK) - 1)
    colours = np.stack([np.interp(strength, np.arange(len(_INK)), _INK[:, channel]) for channel in range(3)], axis=2)
    stream = io.BytesIO()
    Image.fromarray(colours.astype(np.uint8)).resize(_PIXELS).save(stream, "PNG")
    return stream.getvalue()
