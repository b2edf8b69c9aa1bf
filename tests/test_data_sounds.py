"""Zips of sounds: what is read, what is skipped with its reason, and what is told."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from nnapp.data.checks import run_checks
from nnapp.data.findings import Finding
from nnapp.data.listening import playable
from nnapp.data.readers import read
from nnapp.data.sounds import Sounds
from nnapp.data.store import DataStore
from nnapp.errors import DataError
from nnapp.portable.sounds import open_sound
from tests.data_files import config, zipped
from tests.sound_files import noise, tone, wav


def voices(count: int = 12, rate: int = 8000) -> dict[str, bytes]:
    """Low and high tones, no two alike."""
    pitches = {"low": 300, "high": 1500}
    return {f"{name}/{index}.wav": wav(tone(pitch + 10 * index, rate=rate), rate) for name, pitch in pitches.items() for index in range(count)}


def read_sounds(folder: Path, files: Mapping[str, bytes]) -> Sounds:
    sounds = read(zipped(folder, files, "sounds.zip"), "sounds.zip")
    assert isinstance(sounds, Sounds)
    return sounds


def told(folder: Path, files: Mapping[str, bytes]) -> dict[str, Finding]:
    return {finding.code: finding for finding in run_checks(read_sounds(folder, files), config())}


def test_class_is_the_folder_and_sounds_come_in_natural_order(tmp_path: Path):
    sounds = read_sounds(tmp_path, voices())
    assert sounds.class_names == ("high", "low")
    assert sounds.paths[:3] == ("high/0.wav", "high/1.wav", "high/2.wav")
    assert sounds.paths[11] == "high/11.wav"
    assert set(sounds.rates.tolist()) == {8000}
    assert set(sounds.seconds.tolist()) == {0.5}


def test_folders_called_train_and_test_are_the_split_also_inside_a_wrapping_folder(tmp_path: Path):
    files = {f"all/{part}/{name}": data for part in ("train", "valid", "test") for name, data in voices(2).items()}
    sounds = read_sounds(tmp_path, files)
    assert sorted(set(zip(sounds.parts, sounds.labels, strict=True))) == sorted(
        (part, name) for part in ("train", "validation", "test") for name in ("high", "low")
    )


def test_what_does_not_open_is_skipped_with_its_reason_and_the_rest_is_used(tmp_path: Path):
    files = {**voices(), "low/empty.wav": wav(tone(440)[:0]), "low/half.wav": wav(tone(440))[:30], "low/notes.txt": b"notes", "alone.wav": wav(tone(440))}
    sounds = read_sounds(tmp_path, files)
    assert sounds.rows == 24
    reasons = dict(sounds.skipped)
    assert "no samples" in reasons["low/empty.wav"]
    assert "without its header" in reasons["low/half.wav"]
    assert reasons["low/notes.txt"] == "its name is not that of a sound"
    assert reasons["alone.wav"] == "it lies in no class folder"
    assert [finding.code for finding in sounds.findings] == ["sounds_skipped"]


def test_the_larger_share_of_files_decides_whether_a_zip_is_of_sounds_or_of_pictures(tmp_path: Path):
    assert read_sounds(tmp_path, {**voices(), "cover.jpg": b"no picture"}).rows == 24


@pytest.mark.parametrize(
    ("files", "problem"),
    [
        ({"a.wav": wav(tone(440))}, "The sounds in sounds.zip lie in no class folders."),
        ({"low/a.wav": b"RIFF"}, "No sound in sounds.zip can be opened ('low/a.wav': is no WAV or FLAC file)."),
        ({"low/a.docx": b"text"}, "is a picture or a sound"),
    ],
)
def test_a_zip_without_one_good_sound_is_refused_with_a_way_out(tmp_path: Path, files: dict[str, bytes], problem: str):
    with pytest.raises(DataError) as caught:
        read_sounds(tmp_path, files)
    assert problem in caught.value.problem
    assert caught.value.remedy


def test_silence_stereo_rates_lengths_and_short_files_are_told(tmp_path: Path):
    odd = {
        "low/silent.wav": wav(np.zeros(4000, np.float32)),
        "low/stereo.wav": wav(np.stack([tone(310), tone(320)], axis=1)),
        "low/fine.wav": wav(tone(330, rate=44100), 44100),
        "low/long.wav": wav(tone(340, 30.0)),
        "low/cut.wav": wav(tone(350), claims=1 << 30),
    }
    found = told(tmp_path, {**voices(), **odd})
    assert found["sounds_silent"].severity == "warning"
    assert "'low/silent.wav'" in found["sounds_silent"].problem
    assert "'low/stereo.wav'" in found["sounds_stereo"].problem
    assert found["sounds_rates"].problem.startswith("The sounds have different rates: 8,000 (28) and 44,100 (1) samples a second.")
    assert "0.5 to 30.0 seconds" in found["sounds_lengths"].problem
    assert "'low/cut.wav'" in found["sounds_cut_short"].problem
    assert all(finding.remedy for finding in found.values())


def test_sounds_that_are_alike_raise_no_finding(tmp_path: Path):
    assert not {code for code in told(tmp_path, voices(80)) if code.startswith("sound")}


def test_copies_of_a_sound_in_two_classes_are_told(tmp_path: Path):
    assert "sound_two_classes" in told(tmp_path, {**voices(), "low/same.wav": wav(tone(1500))})


def test_a_reading_is_kept_beside_the_upload_and_read_back_alike(tmp_path: Path):
    store = DataStore(tmp_path / "home")
    sha256 = store.add(zipped(tmp_path, voices(), "sounds.zip"))
    first, again = store.open(sha256), store.open(sha256)
    assert isinstance(first, Sounds)
    assert isinstance(again, Sounds)
    assert first.to_json() == again.to_json()


def test_a_folder_on_the_disk_is_packed_and_read_as_a_zip_is(tmp_path: Path):
    for name, data in voices(2).items():
        path = tmp_path / "voices" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    store = DataStore(tmp_path / "home")
    sounds = store.open(store.add(tmp_path / "voices"))
    assert isinstance(sounds, Sounds)
    assert sounds.rows == 4


def test_a_player_gets_a_wav_of_16_bits_and_at_most_half_a_minute():
    made = open_sound(playable(open_sound(wav(np.stack([noise(40.0), noise(40.0)], axis=1), bits=24))))
    assert made.samples.shape == (30 * 8000, 1)


def test_the_hostile_sounds_are_survived(shared_data: Path):
    path = shared_data / "hostile" / "graph_ts_audio" / "audio_hostile.zip"
    sounds = read(path, path.name)
    assert isinstance(sounds, Sounds)
    assert sounds.rows == 10
    assert {name for name, _ in sounds.skipped} == {"0/zero_frames.wav", "1/truncated.wav", "1/mp3_named.wav"}


def test_an_empty_zip_is_told(tmp_path: Path):
    stream = io.BytesIO()
    zipfile.ZipFile(stream, "w").close()
    path = tmp_path / "empty.zip"
    path.write_bytes(stream.getvalue())
    with pytest.raises(DataError, match="holds no pictures or sounds"):
        read(path, "empty.zip")
