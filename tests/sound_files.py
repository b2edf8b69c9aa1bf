"""Sounds that several tests write."""

from __future__ import annotations

import struct

import numpy as np
from numpy.typing import NDArray

PCM, FLOAT, EXTENSIBLE = 1, 3, 0xFFFE


def tone(hertz: float, seconds: float = 0.5, rate: int = 8000, *, loudness: float = 0.5) -> NDArray[np.float32]:
    """A sine."""
    return (loudness * np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate)).astype(np.float32)


def noise(seconds: float = 0.5, rate: int = 8000, *, loudness: float = 0.1, seed: int = 0) -> NDArray[np.float32]:
    """White noise, which holds every pitch."""
    return (loudness * np.random.default_rng(seed).normal(size=round(seconds * rate))).astype(np.float32)


def stored(samples: NDArray[np.float32], bits: int, *, code: int = PCM, order: str = "<") -> bytes:
    """Samples of -1 to 1, shape `(n,)` or `(n, channels)`, as the bytes of a data chunk."""
    if code == FLOAT:
        return samples.astype(f"{order}f{bits // 8}").tobytes()
    if bits == 8:
        return np.round(samples * 127 + 128).astype(np.uint8).tobytes()
    whole = np.round(samples.astype(np.float64) * (2 ** (bits - 1) - 1))
    if bits == 24:
        wide = whole.astype(f"{order}i4").reshape(-1).view(np.uint8).reshape(-1, 4)
        return (wide[:, :3] if order == "<" else wide[:, 1:]).tobytes()
    return whole.astype(f"{order}i{bits // 8}").tobytes()


def wav(
    samples: NDArray[np.float32], rate: int = 8000, bits: int = 16, *, code: int = PCM, order: str = "<", claims: int | None = None, long: bool = False
) -> bytes:
    """A WAV file.

    Args:
        samples: Of -1 to 1, shape `(n,)` or `(n, channels)`.
        rate: Samples a second.
        bits: Of a sample.
        code: Whole numbers or floats.
        order: `>` for the rare RIFX form.
        claims: Bytes of samples that the header promises, where it lies.
        long: Whether the header is of the extensible form.
    """
    channels = 1 if samples.ndim == 1 else samples.shape[1]
    data = stored(samples, bits, code=code, order=order)
    width = channels * bits // 8
    form = struct.pack(f"{order}HHIIHH", EXTENSIBLE if long else code, channels, rate, rate * width, width, bits)
    if long:
        form += struct.pack(f"{order}HHIH", 22, bits, 0, code) + bytes.fromhex("000000001000800000aa00389b71")
    chunks = b"WAVE" + b"fmt " + struct.pack(f"{order}I", len(form)) + form
    chunks += b"LIST" + struct.pack(f"{order}I", 3) + b"abc\0" + b"data" + struct.pack(f"{order}I", len(data) if claims is None else claims) + data
    return (b"RIFF" if order == "<" else b"RIFX") + struct.pack(f"{order}I", len(chunks)) + chunks
