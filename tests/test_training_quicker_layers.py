"""Layers that a loop computes another way: the same outputs and gradients as Keras' own."""

from __future__ import annotations

import numpy as np
import pytest

from nnapp.training.engines.biases import quick_biases
from nnapp.training.engines.recurrent import whole_sequences

pytestmark = pytest.mark.tensorflow

VARIANTS = {
    "the last output": {},
    "all outputs": {"return_sequences": True},
    "backwards": {"go_backwards": True, "return_sequences": True},
    "without bias": {"use_bias": False},
    "states too": {"return_state": True},
}


def outputs_and_gradients(model, x):
    import tensorflow as tf

    with tf.GradientTape() as tape:
        tape.watch(x)
        found = tf.nest.flatten(model(x))
        loss = sum(tf.reduce_sum((index + 1) * output**2) for index, output in enumerate(found))
    return [*found, *tape.gradient(loss, [x, *(weight.value for weight in model.trainable_variables)])]


def network(layer, shape=(7, 3)):
    import keras

    inputs = keras.Input(shape)
    model = keras.Model(inputs, layer(inputs))
    random = np.random.default_rng(0)
    model.set_weights([random.normal(size=weight.shape) for weight in model.get_weights()])
    return model


def hold_the_same(model, quicker=whole_sequences) -> None:
    import tensorflow as tf

    x = tf.constant(np.random.default_rng(1).normal(size=(4, *model.input_shape[1:])), tf.float32)
    expected = outputs_and_gradients(model, x)
    with quicker(model):
        found = outputs_and_gradients(model, x)
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("variant", list(VARIANTS))
def test_one_kernel_gives_the_outputs_and_every_gradient_of_keras_own_loop(variant: str):
    import keras

    hold_the_same(network(keras.layers.LSTM(5, **VARIANTS[variant])))


def test_both_directions_go_the_same_way_and_what_the_kernel_does_not_know_goes_keras_own():
    import keras

    hold_the_same(network(keras.layers.Bidirectional(keras.layers.LSTM(5, return_sequences=True))))
    hold_the_same(network(keras.layers.LSTM(5, activation="relu")))
    hold_the_same(network(lambda inputs: keras.layers.LSTM(5)(keras.layers.Masking(0.0)(inputs))))


def test_only_a_traced_loop_has_the_kernel_and_the_layer_is_as_before():
    import keras
    import tensorflow as tf

    model = network(keras.layers.LSTM(5))

    def operations() -> set[str]:
        return {node.type for node in tf.function(model).get_concrete_function(tf.TensorSpec((2, 7, 3))).graph.get_operations()}

    before = dict(vars(model.layers[1]))
    with whole_sequences(model):
        assert "BlockLSTM" in operations()
    assert vars(model.layers[1]).keys() == before.keys()
    assert "BlockLSTM" not in operations()


@pytest.mark.parametrize("activation", ["relu", "tanh", None])
@pytest.mark.parametrize("settings", [{}, {"strides": 2, "padding": "same"}, {"use_bias": False}, {"data_format": "channels_last", "dilation_rate": 2}])
def test_the_gradient_of_a_bias_is_that_of_keras_own_layer(activation: str | None, settings: dict):
    import keras

    hold_the_same(network(keras.layers.Conv1D(5, 3, activation=activation, **settings), (9, 3)), quick_biases)
    hold_the_same(network(keras.layers.Conv2D(5, 3, activation=activation, **settings), (8, 9, 3)), quick_biases)


def test_a_convolution_that_only_looks_back_is_left_to_keras():
    import keras

    hold_the_same(network(keras.layers.Conv1D(5, 3, padding="causal", activation="relu"), (9, 3)), quick_biases)


def test_only_a_traced_loop_takes_a_convolutions_bias_apart():
    import keras
    import tensorflow as tf

    model = network(keras.layers.Conv2D(5, 3, activation="relu"), (8, 9, 3))

    def operations() -> set[str]:
        def gradient(x):
            with tf.GradientTape() as tape:
                loss = tf.reduce_sum(model(x))
            return tape.gradient(loss, [weight.value for weight in model.trainable_variables])

        return {node.type for node in tf.function(gradient).get_concrete_function(tf.TensorSpec((2, 8, 9, 3))).graph.get_operations()}

    before = dict(vars(model.layers[1]))
    with quick_biases(model):
        assert "BiasAddGrad" not in operations()
    assert vars(model.layers[1]).keys() == before.keys()
    assert "BiasAddGrad" in operations()
