"""WAV files to samples, with NumPy alone: whole numbers of 8 to 32 bits, floats, telephone codes, and headers that lie."""

from __future__ import annotations

import struct
from typing import NamedTuple

import numpy as np

from .errors import PortableError

_PCM, _FLOAT, _A_LAW, _MU_LAW, _EXTENSIBLE = 1, 3, 6, 7, 0xFFFE
_CODES = {2: "ADPCM", 0x11: "ADPCM", 0x31: "GSM", 0x50: "MPEG", 0x55: "MP3", 0xFF: "AAC", 0x161: "WMA"}
_SAVE_AS = "Save it as a WAV file of 16 bits (PCM)."
LOWEST_RATE, HIGHEST_RATE = 1_000, 768_000
MOST_CHANNELS = 64


class Sound(NamedTuple):
    """A sound as it was stored.

    Attributes:
        samples: float32, shape `(frames, channels)`, full scale is -1 to 1.
        rate: Frames a second.
        cut_short: Whether the file ends before its header says so.
    """

    samples: np.ndarray
    rate: int
    cut_short: bool = False

    @property
    def seconds(self) -> float:
        """How long it is."""
        return len(self.samples) / self.rate


class _Format(NamedTuple):
    """What the header says of the samples."""

    code: int
    channels: int
    rate: int
    bits: int


def read_wav(data: bytes, name: str = "The sound") -> Sound:
    """Decode a WAV file.

    What the header says of lengths is taken for no more than it is: where the file ends earlier, the sound does too.

    Args:
        data: The file's bytes.
        name: What the person calls it, for messages.

    Raises:
        PortableError: If it is no WAV file, holds no sample, or is packed by a code that needs a library.

    >>> from struct import pack
    >>> header = pack("<4sI4s4sIHHIIHH4sI", b"RIFF", 40, b"WAVE", b"fmt ", 16, 1, 1, 8000, 16000, 2, 16, b"data", 4)
    >>> sound = read_wav(header + pack("<hh", 16384, -32768))
    >>> sound.samples.tolist(), sound.rate, sound.cut_short
    ([[0.5], [-1.0]], 8000, False)
    """
    if data[:4] not in {b"RIFF", b"RIFX", b"RF64"} or data[8:12] != b"WAVE":
        raise PortableError(f"{name} is no WAV file.", _SAVE_AS)
    order = ">" if data[:4] == b"RIFX" else "<"
    form, at, size = _chunks(data, order)
    if form is None or at is None:
        lacking = "header" if form is None else "samples"
        raise PortableError(f"{name} is a WAV file without its {lacking}.", "It is damaged: record or save it again.")
    _refuse(form, name)
    width = form.channels * ((form.bits + 7) // 8)
    # A recorder that was switched off, or that streams, leaves 0 or the largest number here.
    promised = len(data) - at if size in {0xFFFFFFFF, 0} else size
    held = min(promised, len(data) - at) // width * width
    if held <= 0:
        raise PortableError(f"{name} holds no sound at all: it has a header and no samples.", "Record it again, or leave it out.")
    samples = _decoded(np.frombuffer(data, np.uint8, held, at), form, order)
    return Sound(samples.reshape(-1, form.channels), form.rate, promised - held >= width)


def _chunks(data: bytes, order: str) -> tuple[_Format | None, int | None, int]:
    """The format, and where the samples begin and how many bytes they are said to have."""
    form, place, at = None, 12, None
    while place + 8 <= len(data):
        kind, size = data[place : place + 4], struct.unpack_from(f"{order}I", data, place + 4)[0]
        body = place + 8
        if kind == b"fmt " and form is None and size >= 16 and body + 16 <= len(data):
            form = _format(data[body : body + size], order)
        if kind == b"data":
            return form, body, size
        place = body + size + size % 2
    return form, at, 0


def _format(body: bytes, order: str) -> _Format:
    """The format chunk; of an extensible one the code that its long form names."""
    code, channels, rate, _, _, bits = struct.unpack_from(f"{order}HHIIHH", body)
    if code == _EXTENSIBLE and len(body) >= 26:
        code = struct.unpack_from(f"{order}H", body, 24)[0]
    return _Format(code, channels, rate, bits)


def _refuse(form: _Format, name: str) -> None:
    """Stop at what cannot be meant, or cannot be decoded here."""
    if form.code not in {_PCM, _FLOAT, _A_LAW, _MU_LAW}:
        raise PortableError(f"{name} is a WAV file packed as {_CODES.get(form.code, f'code {form.code}')}, which is not read.", _SAVE_AS)
    if not LOWEST_RATE <= form.rate <= HIGHEST_RATE or not 1 <= form.channels <= MOST_CHANNELS:
        claim = f"{form.channels} channels at {form.rate:,} samples a second"
        raise PortableError(f"{name} has a header that cannot be true: {claim}.", "Record or save it again.")
    allowed = {_PCM: range(1, 33), _FLOAT: (32, 64), _A_LAW: (8,), _MU_LAW: (8,)}[form.code]
    if form.bits not in allowed:
        raise PortableError(f"{name} has samples of {form.bits} bits, which no WAV file of its kind has.", _SAVE_AS)


def _decoded(raw: np.ndarray, form: _Format, order: str) -> np.ndarray:
    """Bytes to numbers with full scale at 1; what is no number (NaN, infinity) becomes silence."""
    if form.code == _FLOAT:
        floats = raw.view(np.dtype(f"{order}f{form.bits // 8}"))
        # Beyond 100 times full scale there is no recording, and squares would leave float32.
        return np.asarray(np.clip(np.nan_to_num(floats, nan=0.0, posinf=0.0, neginf=0.0), -100.0, 100.0), np.float32)
    if form.code == _MU_LAW:
        return np.asarray(_MU_TABLE[raw])
    if form.code == _A_LAW:
        return np.asarray(_A_TABLE[raw])
    width = (form.bits + 7) // 8
    if width == 1:
        return np.asarray((raw.astype(np.float32) - 128.0) / 128.0, np.float32)
    if width == 3:
        bytes_ = raw.reshape(-1, 3)[:, :: -1 if order == ">" else 1].astype(np.int32)
        whole = (bytes_[:, 0] << 8 | bytes_[:, 1] << 16 | bytes_[:, 2] << 24) >> 8
        return np.asarray(whole / np.float32(1 << 23), np.float32)
    return np.asarray(raw.view(np.dtype(f"{order}i{width}")) / float(1 << (8 * width - 1)), np.float32)


def _telephone_tables() -> tuple[np.ndarray, np.ndarray]:
    """What each byte of the mu-law and the A-law code stands for (ITU-T G.711)."""
    codes = np.arange(256)
    mu = codes ^ 0xFF
    size = (((mu & 0x0F) << 3) + 132 << ((mu & 0x70) >> 4)) - 132
    mu_values = np.where(mu & 0x80, -size, size)
    a = codes ^ 0x55
    step, part = (a & 0x70) >> 4, (a & 0x0F) << 4
    size = np.where(step == 0, part + 8, (part + 264) << np.maximum(step - 1, 0))
    a_values = np.where(a & 0x80, size, -size)
    return mu_values.astype(np.float32) / 32768, a_values.astype(np.float32) / 32768


_MU_TABLE, _A_TABLE = _telephone_tables()
