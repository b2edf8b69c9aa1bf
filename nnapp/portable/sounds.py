"""Sound files to log-mel spectrograms: how strong each band of pitch is at each moment, in decibels."""

from __future__ import annotations

import io
import math
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from .errors import PortableError
from .wav import HIGHEST_RATE, LOWEST_RATE, Sound, read_wav

SOUND_SUFFIXES = frozenset({".wav", ".wave", ".flac", ".ogg", ".oga", ".mp3", ".aif", ".aiff"})
MOST_SAMPLES = 120_000_000
"""Numbers in one file, all channels together: 45 minutes at 44,100 a second."""
MOST_BYTES = 512 << 20
FLOOR = 80.0
"""Decibels below the loudest moment (or below full scale) at which a spectrogram ends: that is silence."""
SILENCE = 1e-4
"""Peak under which a sound is taken for silence: 80 dB below full scale."""
_CROSSINGS = 16
"""Zero crossings of the resampling filter on either side."""
_AT_ONCE = 1 << 15
"""Output samples that are resampled together, which bounds memory."""


def open_sound(source: str | Path | bytes, name: str | None = None) -> Sound:
    """Read a sound file by its content: WAV by NumPy, FLAC, Ogg, MP3 and AIFF by the package soundfile where it is installed.

    Args:
        source: A path, or the bytes of a file.
        name: What the person calls it; the file's own name, if there is one.

    Raises:
        PortableError: If it is no sound, is damaged, or is too long.
    """
    called = name or ("The sound" if isinstance(source, bytes) else Path(source).name)
    data = source if isinstance(source, bytes) else _bytes(Path(source))
    if data[:4] in {b"RIFF", b"RIFX", b"RF64"} and data[8:12] == b"WAVE":
        return read_wav(data, called)
    if not _packed(data):
        raise PortableError(f"{called} is no WAV or FLAC file.", "Save it as a WAV file of 16 bits (PCM).")
    try:
        import soundfile
    except ImportError as error:
        raise PortableError(
            f"{called} is no WAV file, and the package soundfile is not installed.", "Save it as WAV, or run: python -m pip install soundfile"
        ) from error
    try:
        with soundfile.SoundFile(io.BytesIO(data)) as stream:
            if stream.frames * stream.channels > MOST_SAMPLES or not LOWEST_RATE <= stream.samplerate <= HIGHEST_RATE:
                raise PortableError(
                    f"{called} is longer than {MOST_SAMPLES // 1_000_000} million samples, or its header is false.", "Cut it into shorter sounds."
                )
            samples = stream.read(min(stream.frames, MOST_SAMPLES), dtype="float32", always_2d=True)
            rate, promised = stream.samplerate, stream.frames
    except (soundfile.SoundFileError, RuntimeError, ValueError, TypeError, OSError) as error:
        if isinstance(error, PortableError):
            raise
        raise PortableError(f"{called} cannot be opened as a sound.", "It is damaged: save it again as WAV or FLAC.") from error
    if not len(samples):
        raise PortableError(f"{called} holds no sound at all.", "Record it again, or leave it out.")
    return Sound(np.nan_to_num(samples, nan=0.0, posinf=0.0, neginf=0.0), int(rate), len(samples) < promised)


def _bytes(path: Path) -> bytes:
    """A file that is not too large."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise PortableError(f"{path.name} is larger than {MOST_BYTES >> 20} MB.", "Cut it into shorter sounds.")
        return path.read_bytes()
    except OSError as error:
        raise PortableError(f"{path.name!r} cannot be read ({error.strerror}).", "Check the path.") from error


def _packed(data: bytes) -> bool:
    """Whether the first bytes are those of FLAC, Ogg, MP3 or AIFF: no other decoder is ever reached."""
    if data[:4] in {b"fLaC", b"OggS"} or data[:3] == b"ID3":
        return True
    return (data[:4] == b"FORM" and data[8:12] in {b"AIFF", b"AIFC"}) or (len(data) > 512 and data[0] == 0xFF and data[1] & 0xE6 == 0xE2)


def mono(sound: Sound, rate: int) -> np.ndarray:
    """One channel at another rate: the channels' mean, resampled.

    Args:
        sound: As it was stored.
        rate: Samples a second that are wanted.

    Returns:
        float32, shape `(samples,)`.
    """
    samples = sound.samples.mean(axis=1, dtype=np.float32) if sound.samples.shape[1] > 1 else sound.samples[:, 0]
    return resampled(samples, sound.rate, rate)


def resampled(samples: np.ndarray, rate: int, wanted: int) -> np.ndarray:
    """Another sampling rate, by a windowed sinc in polyphase form: what the new rate cannot hold is filtered out.

    Args:
        samples: float32, shape `(n,)`.
        rate: Samples a second now.
        wanted: Samples a second in the result.

    Returns:
        float32, shape `(ceil(n * wanted / rate),)`.
    """
    if rate == wanted or not len(samples):
        return np.asarray(samples, np.float32)
    divisor = math.gcd(rate, wanted)
    up, down = wanted // divisor, rate // divisor
    bank = _filters(up, down)
    taps = bank.shape[1]
    count = -(-len(samples) * up // down)
    padded = np.concatenate([np.zeros(taps // 2 - 1, np.float32), samples, np.zeros(taps, np.float32)])
    windows = np.lib.stride_tricks.sliding_window_view(padded, taps)
    result = np.empty(count, np.float32)
    for start in range(0, count, _AT_ONCE):
        place = np.arange(start, min(start + _AT_ONCE, count), dtype=np.int64) * down
        phase, base = place % up, place // up
        result[start : start + len(place)] = np.einsum("nk,nk->n", windows[base], bank[phase]) if up > 1 else windows[base] @ bank[0]
    return result


@lru_cache(maxsize=8)
def _filters(up: int, down: int) -> np.ndarray:
    """One filter for each place of an output sample between two input samples, shape `(up, taps)`, each of sum 1."""
    stretch = max(1.0, down / up)
    half = math.ceil(_CROSSINGS * stretch)
    # Tap k of phase p looks at the input sample k - half + 1 after the one before the output sample.
    distance = (np.arange(-half + 1, half + 1)[None, :] - np.arange(up)[:, None] / up) / stretch
    # A little below half the lower rate, so that the filter's slope ends where aliasing would begin.
    bank = np.sinc(0.95 * distance) * np.i0(8.0 * np.sqrt(np.clip(1 - (distance / _CROSSINGS) ** 2, 0, 1)))
    return np.asarray(bank / bank.sum(axis=1, keepdims=True), np.float32)


def fitted(samples: np.ndarray, count: int) -> np.ndarray:
    """Exactly `count` samples: silence on both sides of a shorter sound, the loudest stretch of a longer one.

    >>> fitted(np.ones(2, np.float32), 4).tolist()
    [0.0, 1.0, 1.0, 0.0]
    >>> fitted(np.array([0, 0, 1, 2, 0], np.float32), 2).tolist()
    [1.0, 2.0]
    """
    lacking = count - len(samples)
    if lacking >= 0:
        return np.pad(np.asarray(samples, np.float32), (lacking // 2, lacking - lacking // 2))
    energy = np.concatenate([[0.0], np.cumsum(np.square(samples, dtype=np.float64))])
    stretch = energy[count:] - energy[:-count]
    # The first of equals, though sums differ in their last digits.
    start = int(np.flatnonzero(stretch >= stretch.max() * (1 - 1e-9))[0])
    return np.asarray(samples[start : start + count], np.float32)


def spectrogram(samples: np.ndarray, preprocessing: Mapping[str, Any]) -> np.ndarray:
    """The log-mel spectrogram.

    Args:
        samples: float32, shape `(n,)`, at the rate of `preprocessing`.
        preprocessing: `rate`, `frame` and `hop` in samples, `mels` bands between `low` and `high` hertz, and `relative`:
            whether 0 dB is the sound's own loudest moment, or a full-scale sine.

    Returns:
        float32, shape `(frames, mels)`, from `-FLOOR` to 0 decibels (above 0 only if not relative and beyond full scale).
    """
    frame, hop = int(preprocessing["frame"]), int(preprocessing["hop"])
    pieces = np.lib.stride_tricks.sliding_window_view(np.asarray(samples, np.float32), frame)[::hop]
    window = _window(frame)
    spectrum = np.fft.rfft(pieces * window, fft_length(frame), axis=1)
    power = (np.square(spectrum.real) + np.square(spectrum.imag)) / np.square(window.sum() / 2)
    bands = np.asarray(power, np.float32) @ mel_filters(
        int(preprocessing["rate"]), fft_length(frame), int(preprocessing["mels"]), float(preprocessing["low"]), float(preprocessing["high"])
    )
    loudest = float(bands.max(initial=0.0)) if preprocessing["relative"] and np.abs(samples).max(initial=0.0) > SILENCE else 1.0
    decibels = 10 * np.log10(np.maximum(bands, 1e-30)) - 10 * math.log10(max(loudest, 1e-30))
    return np.asarray(np.maximum(decibels, -FLOOR), np.float32)


def sound_input(sound: Sound, preprocessing: Mapping[str, Any]) -> np.ndarray:
    """What the network takes in of one sound.

    Args:
        sound: As it was stored.
        preprocessing: The content of `preprocessing.json`, kind `sounds`.

    Returns:
        float32, shape `(frames, mels, 1)`.
    """
    samples = fitted(mono(sound, int(preprocessing["rate"])), int(preprocessing["samples"]))
    return spectrogram(samples, preprocessing)[:, :, None]


def fft_length(frame: int) -> int:
    """Points of the Fourier transform: twice the frame, as a power of two, so that narrow low bands find their bins.

    >>> fft_length(256), fft_length(400)
    (512, 1024)
    """
    return 1 << (2 * frame - 1).bit_length()


def mel(hertz: float | np.ndarray) -> Any:
    """The mel scale (O'Shaughnessy): equal steps sound equally far apart.

    >>> round(float(mel(1000)))
    1000
    """
    return 2595.0 * np.log10(1.0 + np.asarray(hertz) / 700.0)


def band_centers(mels: int, low: float, high: float) -> np.ndarray:
    """The pitch in hertz at the middle of each band, shape `(mels,)`."""
    return np.asarray(700.0 * (10.0 ** (np.linspace(mel(low), mel(high), mels + 2)[1:-1] / 2595.0) - 1.0))


@lru_cache(maxsize=8)
def mel_filters(rate: int, points: int, mels: int, low: float, high: float) -> np.ndarray:
    """Triangles that gather the bins of a power spectrum into bands, shape `(points // 2 + 1, mels)`."""
    edges = np.linspace(mel(low), mel(high), mels + 2)
    bins = mel(np.arange(points // 2 + 1) * rate / points)[:, None]
    rising = (bins - edges[:-2]) / (edges[1:-1] - edges[:-2])
    falling = (edges[2:] - bins) / (edges[2:] - edges[1:-1])
    return np.asarray(np.maximum(0.0, np.minimum(rising, falling)), np.float32)


@lru_cache(maxsize=8)
def _window(frame: int) -> np.ndarray:
    """A Hann window, periodic, float32."""
    return np.asarray(0.5 - 0.5 * np.cos(2 * np.pi * np.arange(frame) / frame), np.float32)
