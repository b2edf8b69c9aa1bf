"""WAV files, resampling and spectrograms against known answers and SciPy."""

from __future__ import annotations

import contextlib
import io
import struct
from typing import Any

import numpy as np
import pytest
from scipy import signal

from nnapp.portable.errors import PortableError
from nnapp.portable.sounds import FLOOR, band_centers, fft_length, fitted, mel_filters, mono, open_sound, resampled, sound_input, spectrogram
from nnapp.portable.wav import Sound, read_wav
from tests.sound_files import FLOAT, noise, tone, wav

SETTINGS: dict[str, Any] = {"rate": 8000, "samples": 4000, "frame": 256, "hop": 80, "mels": 40, "low": 20.0, "high": 4000.0, "relative": True}


@pytest.mark.parametrize(("bits", "code"), [(8, 1), (16, 1), (24, 1), (32, 1), (32, FLOAT), (64, FLOAT)])
@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("long", [False, True])
def test_samples_of_every_width_come_out_as_they_were(bits: int, code: int, order: str, long: bool):
    samples = np.stack([tone(440, 0.05), -tone(200, 0.05)], axis=1)
    sound = read_wav(wav(samples, 44100, bits, code=code, order=order, long=long))
    assert sound.rate == 44100
    assert not sound.cut_short
    assert np.abs(sound.samples - samples).max() < 2.0 ** (2 - min(bits, 23))


def test_telephone_codes_follow_the_standard():
    # ITU-T G.711: the smallest and largest steps of both laws, on the 16-bit scale.
    for code, known in ((7, {0xFF: 0, 0x7F: 0, 0x80: 32124, 0x00: -32124}), (6, {0xD5: 8, 0x55: -8, 0xAA: 32256, 0x2A: -32256})):
        form = struct.pack("<HHIIHH", code, 1, 8000, 8000, 1, 8)
        data = bytes(known)
        file = b"RIFF" + struct.pack("<I", 0) + b"WAVEfmt " + struct.pack("<I", 16) + form + b"data" + struct.pack("<I", len(data)) + data
        assert (read_wav(file).samples[:, 0] * 32768).tolist() == list(known.values())


def test_a_header_that_promises_too_much_gives_what_is_there():
    sound = read_wav(wav(tone(440), claims=2_000_000_000))
    assert len(sound.samples) == 4000
    assert sound.cut_short


@pytest.mark.parametrize("claims", [0, 0xFFFFFFFF])
def test_a_recorder_that_never_wrote_the_length_is_read_to_the_end(claims: int):
    sound = read_wav(wav(tone(440), claims=claims))
    assert len(sound.samples) == 4000
    assert not sound.cut_short


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (wav(tone(440)[:0]), "it has a header and no samples"),
        (wav(tone(440))[:30], "without its header"),
        (wav(tone(440))[:40], "without its samples"),
        (wav(tone(440), rate=0), "cannot be true: 1 channels at 0 samples"),
        (wav(tone(440), code=0x55), "packed as MP3"),
        (b"RIFF\0\0\0\0WAVE", "without its header"),
        (b"\xff\xfbnothing that was ever a sound", "is no WAV or FLAC file"),
        (b"", "is no WAV or FLAC file"),
    ],
)
def test_what_is_no_sound_is_refused_in_a_sentence_with_a_way_out(data: bytes, problem: str):
    with pytest.raises(PortableError) as caught:
        open_sound(data, "a.wav")
    assert problem in caught.value.problem
    assert caught.value.remedy.endswith(".")


def test_every_cut_through_a_file_is_read_or_refused_but_never_a_fault():
    whole = wav(tone(440, 0.01), bits=24, long=True)
    for end in range(len(whole)):
        with contextlib.suppress(PortableError):
            assert len(open_sound(whole[:end], "a.wav").samples) > 0


def test_floats_that_are_no_numbers_become_silence():
    samples = np.array([0.5, np.nan, np.inf, -0.5], np.float32)
    assert read_wav(wav(samples, bits=32, code=FLOAT)).samples[:, 0].tolist() == [0.5, 0.0, 0.0, -0.5]


def test_flac_is_read_as_the_wav_it_was_made_of():
    soundfile = pytest.importorskip("soundfile")
    stream = io.BytesIO()
    soundfile.write(stream, tone(440), 8000, format="FLAC", subtype="PCM_16")
    from_flac, from_wav = open_sound(stream.getvalue()), open_sound(wav(tone(440)))
    assert from_flac.rate == from_wav.rate
    assert np.abs(from_flac.samples - from_wav.samples).max() < 1e-4
    with pytest.raises(PortableError, match="cannot be opened"):
        open_sound(stream.getvalue()[:30], "a.flac")


def test_stereo_is_mixed_down_to_the_mean():
    samples = np.stack([tone(440), np.zeros(4000, np.float32)], axis=1)
    assert np.allclose(mono(Sound(samples, 8000), 8000), tone(440) / 2)


@pytest.mark.parametrize(("rate", "wanted"), [(44100, 22050), (48000, 16000), (44100, 16000), (8000, 22050), (44101, 16000), (11025, 8000)])
def test_a_tone_keeps_its_pitch_loudness_and_place_at_another_rate(rate: int, wanted: int):
    result = resampled(tone(440, 1.0, rate), rate, wanted)
    assert len(result) == wanted
    assert np.abs(result - tone(440, 1.0, wanted))[300:-300].max() < 1e-4


def test_what_the_new_rate_cannot_hold_is_filtered_out_as_scipy_does():
    high = tone(7000, 1.0, 16000)
    assert np.abs(resampled(high, 16000, 8000))[300:-300].max() < 1e-4
    rough = noise(1.0, 16000)
    middle = signal.sosfiltfilt(signal.butter(8, 3000, fs=16000, output="sos"), rough).astype(np.float32)
    ours, theirs = resampled(middle, 16000, 8000), signal.resample_poly(middle, 1, 2)
    assert np.abs(ours - theirs)[100:-100].max() < 0.02 * np.abs(theirs).max()


@pytest.mark.parametrize("hertz", [150.0, 440.0, 1000.0, 2500.0, 3600.0])
def test_a_sine_is_loudest_in_the_band_of_its_pitch(hertz: float):
    bands = spectrogram(tone(hertz), SETTINGS).mean(axis=0)
    assert int(bands.argmax()) == int(np.abs(band_centers(40, 20.0, 4000.0) - hertz).argmin())
    assert bands.max() > -3


def test_the_spectrogram_is_the_one_that_scipy_and_the_definition_of_mel_bands_give():
    samples, frame, hop, points = noise(0.5) + tone(700), 256, 64, fft_length(256)
    transform = signal.ShortTimeFFT(signal.windows.hann(frame, sym=False), hop, 8000, mfft=points)
    # SciPy's frames are centred: the first that lies wholly inside is the one at half a frame.
    first, count = frame // 2 // hop - transform.p_min, 1 + (len(samples) - frame) // hop
    power = (np.abs(transform.stft(samples)) ** 2).T[first : first + count]
    edges = np.linspace(2595 * np.log10(1 + 20 / 700), 2595 * np.log10(1 + 4000 / 700), 42)
    pitch = 2595 * np.log10(1 + np.arange(points // 2 + 1) * 8000 / points / 700)
    triangles = np.stack([np.interp(pitch, edges[band : band + 3], [0, 1, 0]) for band in range(40)], axis=1)
    known = 10 * np.log10(power @ triangles)
    known = np.maximum(known - known.max(), -FLOOR)
    assert np.abs(spectrogram(samples, {**SETTINGS, "hop": hop}) - known).max() < 0.01


def test_every_band_gathers_some_bin():
    for rate, frame, mels in ((8000, 256, 40), (16000, 512, 64), (22050, 512, 64), (24000, 1024, 128)):
        assert (mel_filters(rate, fft_length(frame), mels, 20.0, rate / 2).sum(axis=0) > 0).all()


def test_loudness_counts_only_where_it_is_asked_for():
    quiet, loud = tone(440, loudness=0.01), tone(440, loudness=0.5)
    assert np.allclose(spectrogram(quiet, SETTINGS), spectrogram(loud, SETTINGS), atol=1e-3)
    absolute = {**SETTINGS, "relative": False}
    difference = spectrogram(loud, absolute).max() - spectrogram(quiet, absolute).max()
    assert difference == pytest.approx(20 * np.log10(50), abs=0.01)


def test_silence_is_the_floor_everywhere():
    for relative in (True, False):
        assert (spectrogram(np.zeros(4000, np.float32), {**SETTINGS, "relative": relative}) == -FLOOR).all()


def test_a_short_sound_is_padded_and_a_long_one_keeps_its_loudest_stretch():
    assert sound_input(Sound(tone(440, 0.1)[:, None], 8000), SETTINGS).shape == (47, 40, 1)
    long = np.concatenate([np.zeros(9000, np.float32), tone(440, 0.5), np.zeros(9000, np.float32)])
    assert np.array_equal(fitted(long, 4000), tone(440, 0.5))
    assert np.array_equal(fitted(np.zeros(9, np.float32), 4), np.zeros(4))
