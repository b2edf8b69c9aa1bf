"""What stands between a spectrogram and the first convolution: it hides and moves while training, and only standardises when answering."""

from __future__ import annotations

import numpy as np
import pytest

from nnapp.architectures import ARCHITECTURES
from nnapp.architectures.inputs import sound_input
from nnapp.data.augmentation import Augmentation
from nnapp.data.dataset import SOUND, DataSpec, InputSpec, Standard
from tests.architecture_samples import data_of, small, task_of
from tests.export_examples import KERAS_MEETS_NUMPY

pytestmark = [pytest.mark.tensorflow, KERAS_MEETS_NUMPY]

FRAMES, BANDS = 40, 20


def entry(augmentation: Augmentation | None):
    import keras

    standard = Standard(center=(-40.0,) * BANDS, scale=(20.0,) * BANDS)
    data = DataSpec(kind="sounds", inputs={SOUND: InputSpec(shape=(FRAMES, BANDS, 1), role="spectrogram", standard=standard, augmentation=augmentation)})
    inputs, sound = sound_input(data)
    return keras.Model(inputs, sound)


def loud(count: int) -> dict[str, np.ndarray]:
    return {SOUND: np.full((count, FRAMES, BANDS, 1), -20.0, np.float32)}


def test_an_answer_is_given_to_the_standardised_sound_alone():
    everything = Augmentation(shift=0.3, noise=0.2, time_mask=0.5, pitch_mask=0.5)
    assert np.array_equal(np.asarray(entry(everything)(loud(3), training=False)), np.ones((3, FRAMES, BANDS, 1)))


def test_masks_hide_one_stretch_of_time_and_one_of_pitch_up_to_the_wanted_share():
    hidden = np.asarray(entry(Augmentation(shift=0.0, time_mask=0.5, pitch_mask=0.0))(loud(300), training=True))[:, :, 0, 0] == 0
    assert hidden.any()
    assert not hidden.all()
    assert hidden.sum(axis=1).max() <= 0.5 * FRAMES + 1
    assert (np.abs(np.diff(hidden.astype(int), axis=1)).sum(axis=1) <= 2).all()  # one stretch
    pitches = np.asarray(entry(Augmentation(shift=0.0, time_mask=0.0, pitch_mask=0.3))(loud(300), training=True))[:, 0, :, 0] == 0
    assert 0 < pitches.sum(axis=1).max() <= 0.3 * BANDS + 1


def test_masks_fall_everywhere():
    hidden = np.asarray(entry(Augmentation(shift=0.0, time_mask=0.3, pitch_mask=0.0))(loud(2000), training=True))[:, :, 0, 0] == 0
    share = hidden.mean(axis=0)
    assert share.min() > 0.2 * share.max()


def test_a_shift_moves_the_sound_in_time_and_leaves_silence_behind():
    moved = np.asarray(entry(Augmentation(shift=0.25, time_mask=0.0, pitch_mask=0.0))(loud(200), training=True))[..., 0]
    silent = (moved == -2.0).all(axis=2).sum(axis=1)  # -80 decibels, standardised
    assert 0 < silent.max() <= 0.25 * FRAMES + 1
    assert set(np.unique(moved)) == {-2.0, 1.0}


@pytest.mark.parametrize("name", [name for name, part in ARCHITECTURES.items() if "sounds" in part.accepts])
def test_networks_for_sounds_take_a_single_moment_and_many(name: str):
    for frames, bands in ((1, 8), (2, 8), (7, 40), (300, 64)):
        spec = InputSpec(shape=(frames, bands, 1), role="spectrogram", augmentation=Augmentation())
        model = small(name).build(DataSpec(kind="sounds", inputs={SOUND: spec}), task_of("multiclass"))
        assert model.output_shape == (None, 3)


@pytest.mark.parametrize("name", [name for name, part in ARCHITECTURES.items() if "sounds" in part.accepts])
def test_without_augmentation_the_same_weights_fit(name: str):
    data, task = data_of("sounds"), task_of("binary")
    trained, plain = small(name).build(data, task), small(name).build(data.unchanging(), task)
    plain.set_weights(trained.get_weights())
    assert len(plain.layers) < len(trained.layers)
