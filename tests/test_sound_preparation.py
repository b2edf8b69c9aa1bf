"""From a zip of sounds to the arrays of a network: chosen, fitted on the train part, and alike in the app and in a bundle."""

from __future__ import annotations

import numpy as np
import pytest

from nnapp.baselines.arrays import features_of
from nnapp.data.augmentation import Augmentation
from nnapp.data.dataset import SOUND
from nnapp.data.hearing import hearing
from nnapp.data.listening import some_of_each
from nnapp.data.prepare import Prepared, prepare
from nnapp.data.preprocessing import SoundPreprocessing
from nnapp.data.sounds import Sounds
from nnapp.data.specs import DataConfig, PreprocessingConfig, SplitSpec
from nnapp.data.store import DataStore
from nnapp.portable.inputs import from_files
from tests.export_examples import write_sounds


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> tuple[DataStore, str]:
    folder = tmp_path_factory.mktemp("sounds")
    write_sounds(folder / "sounds.zip", 3, sounds=90)
    store = DataStore(folder / "home")
    return store, store.add(folder / "sounds.zip")


def made(home: tuple[DataStore, str], **settings: object) -> Prepared:
    store, sha256 = home
    return prepare(store, DataConfig.parse({"sha256": sha256, **settings}), SplitSpec(), PreprocessingConfig(), bins=False, augmentation=Augmentation())


def test_rate_and_length_are_those_that_suit_nearly_all(home: tuple[DataStore, str]):
    fitted = made(home).preprocessing
    assert isinstance(fitted, SoundPreprocessing)
    assert fitted.rate == 8000
    assert fitted.seconds == pytest.approx(0.4, abs=0.011)
    assert (fitted.frame, fitted.hop, fitted.mels) == (256, 80, 40)
    assert fitted.data_spec.inputs[SOUND].shape == (fitted.frames, 40, 1)


def test_a_person_may_choose_otherwise(home: tuple[DataStore, str]):
    fitted = made(home, sound_seconds=0.2, sound_rate=16000).preprocessing
    assert isinstance(fitted, SoundPreprocessing)
    assert (fitted.rate, fitted.mels) == (16000, 64)
    assert fitted.seconds == pytest.approx(0.2, abs=0.011)


def test_long_sounds_get_longer_steps(home: tuple[DataStore, str]):
    store, sha256 = home
    sounds = store.open(sha256)
    assert isinstance(sounds, Sounds)
    heard = hearing(sounds, np.arange(3), DataConfig(sha256=sha256, sound_seconds=30.0), PreprocessingConfig())
    assert 200 < heard.frames <= 257


def test_bands_are_standardised_by_the_train_part_alone(home: tuple[DataStore, str]):
    ready = made(home)
    train = ready.parts.train.x[SOUND]
    standard = ready.data.inputs[SOUND].standard
    assert standard is not None
    assert np.allclose(standard.center, train.mean(axis=(0, 1, 3)), atol=1e-3)
    assert np.allclose(standard.scale, np.maximum(train.std(axis=(0, 1, 3)), 1.0), atol=1e-3)


def test_a_file_alone_gives_the_very_numbers_that_were_trained_on(home: tuple[DataStore, str]):
    ready, sounds = made(home), home[0].open(home[1])
    assert isinstance(sounds, Sounds)
    paths = [str(name) for name in ready.parts.test.ids]
    files = list(sounds.contents(paths).values())
    assert np.array_equal(from_files(files, ready.preprocessing.portable())[SOUND], ready.parts.test.x[SOUND])


def test_baselines_get_a_coarse_grid_of_loudness(home: tuple[DataStore, str]):
    test = made(home).parts.test
    features = features_of(test)
    assert features.shape == (len(test), 8 * 16 + 2 * 16)
    assert np.allclose(features[:, :128].mean(axis=1), test.x[SOUND].mean(axis=(1, 2, 3)), atol=1e-3)


def test_a_page_gets_a_player_and_a_picture_of_some_sounds_of_each_class(home: tuple[DataStore, str]):
    sounds = home[0].open(home[1])
    assert isinstance(sounds, Sounds)
    shown = some_of_each(sounds, per_class=2, classes=2)
    assert {name: len(clips) for name, clips in shown.items()} == {"pitch0": 2, "pitch1": 2}
    for clip in (clip for clips in shown.values() for clip in clips):
        assert clip.wav.startswith(b"RIFF")
        assert clip.picture.startswith(b"\x89PNG")
