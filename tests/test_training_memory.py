"""A batch that memory does not hold: halved where nobody chose it, the same when resumed, and told."""

from __future__ import annotations

from pathlib import Path

import pytest

from nnapp.training import TrainingConfig, train
from nnapp.training.checkpoint import Progress
from nnapp.training.memory import can_be_halved, in_memory
from nnapp.training.steering import InForce
from tests.architecture_samples import small
from tests.test_training_loop import CHECK, DETERMINED, LEARN, Notebook, fit, same

AUTO = DETERMINED.replaced({"batch_size": None, "epochs": 2})


def test_only_a_size_that_was_chosen_here_is_halved_and_only_while_no_epoch_is_lost():
    asked = InForce(training=TrainingConfig())
    assert can_be_halved(asked, Progress(), 32)
    assert not can_be_halved(asked, Progress(), 1)
    assert not can_be_halved(asked, Progress(epoch=1), 32)
    assert not can_be_halved(InForce(training=TrainingConfig(batch_size=32)), Progress(), 32)
    assert in_memory(asked, Progress()) is asked


def hungry(most: int):
    """Builds a network that asks TensorFlow for more memory than any machine has when a training batch has more rows than `most`."""
    import keras
    import tensorflow as tf

    class Hungry(keras.layers.Layer):
        def call(self, x, training=False):
            too_many = tf.logical_and(training, tf.shape(x)[0] > most)
            wanted = tf.where(too_many, tf.constant(1 << 46, tf.int64), tf.constant(1, tf.int64))
            return x + 0 * tf.reduce_sum(tf.random.stateless_uniform([wanted], seed=[0, 0]))

        def compute_output_shape(self, shape):
            return shape

    def build():
        model = small("mlp").build(LEARN.data, LEARN.task)
        return keras.Model(model.inputs, Hungry()(model.outputs[0]), name="hungry")

    return build


def fit_hungry(folder: Path, config: TrainingConfig, book: Notebook, most: int = 10):
    return train(hungry(most), LEARN, CHECK, LEARN.task, config, recorder=book, checkpoint=folder)


@pytest.mark.tensorflow
def test_a_batch_that_memory_does_not_hold_is_halved_until_it_fits_and_the_run_says_so(tmp_path: Path):
    book = Notebook()
    found = fit_hungry(tmp_path / "auto", AUTO, book)
    assert (found.batch_size, found.too_large, found.steps) == (8, (32, 16), 2 * 25)
    told = [text for kind, text in book.events if kind == "smaller_batch"]
    assert told == [f"Memory did not hold batches of {size} rows. The run begins anew with {size // 2}." for size in (32, 16)]
    assert same(found, fit_hungry(tmp_path / "chosen", AUTO.replaced({"batch_size": 8}), Notebook()))
    paused = fit_hungry(tmp_path / "parts", AUTO, Notebook("pause", after=25))
    assert paused.ended == "paused"
    again = Notebook()
    resumed = fit_hungry(tmp_path / "parts", AUTO, again)
    assert same(found, resumed)
    assert resumed.too_large == (32, 16)
    assert "smaller_batch" not in [kind for kind, _ in again.events]


@pytest.mark.tensorflow
@pytest.mark.parametrize("loop", ["fit", "chunk-graph"])
def test_a_size_that_a_person_chose_is_not_changed_behind_their_back(tmp_path: Path, loop: str):
    import tensorflow as tf

    with pytest.raises(tf.errors.ResourceExhaustedError):
        fit_hungry(tmp_path, AUTO.replaced({"batch_size": 32, "engine": loop}), Notebook())


@pytest.mark.tensorflow
def test_a_run_that_fits_knows_nothing_of_it(tmp_path: Path):
    assert fit(tmp_path, AUTO, name="linear").too_large == ()
