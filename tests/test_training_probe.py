"""The probe: what it sees is so, it changes nothing, and it costs next to nothing."""

from __future__ import annotations

import numpy as np
import pytest

from nnapp.architectures import ARCHITECTURES
from nnapp.tasks import OUTPUT, TaskSpec
from nnapp.training.compilation import compile_model
from nnapp.training.config import TrainingConfig
from nnapp.training.engines.base import Arrays
from nnapp.training.probe import LARGEST, ROWS, SHARE, Due, Probe
from tests.architecture_samples import TURNS, separable, small

CONFIG = TrainingConfig()
LINE = TaskSpec.regression("y", 0.0, 1.0)


def arrays(kind, task, rows: int = 64) -> Arrays:
    part = separable(kind, task, rows=rows)
    return Arrays(part.x, part.y[OUTPUT], None)


def state(model) -> list[np.ndarray]:
    """Weights, running means, the chance of dropout and augmentation, and the optimizer."""
    return [variable.numpy().copy() for variable in [*model.variables, *model.optimizer.variables]]


@pytest.mark.tensorflow
@pytest.mark.parametrize(("name", "kind", "task"), TURNS)
def test_a_probe_of_any_network_sees_every_layer_and_changes_no_bit(name, kind, task):
    part = separable(kind, task, rows=64)
    model = small(name).build(part.data, part.task)
    compile_model(model, part.task, CONFIG, steps_per_epoch=2, kind=kind)
    model.fit(part.x, part.y[OUTPUT], epochs=1, verbose=0)
    before = state(model)
    found = Probe(model, Arrays(part.x, part.y[OUTPUT], None), part.task, CONFIG)()
    assert all(np.array_equal(one, other) for one, other in zip(before, state(model), strict=True))
    assert [layer.name for layer in found.layers if layer.gradient_norm is not None] == [layer.name for layer in model.layers if layer.trainable_weights]
    assert sum(layer.weights for layer in found.layers) == sum(int(np.prod(weight.shape)) for weight in model.trainable_weights)
    squares = sum(layer.gradient_norm**2 for layer in found.layers if layer.gradient_norm is not None)
    assert found.gradient_norm == pytest.approx(squares**0.5)
    assert 0 < found.gradient_norm < LARGEST
    assert all(layer.dead is None or 0 <= layer.dead <= 1 for layer in found.layers)
    assert sum(found.labels) == (0 if task in {"regression", "anomaly"} else 64)
    if task != "multilabel":  # where a row may be given no label, or several
        assert sum(found.answers) == sum(found.labels)
    multiplying = [layer for layer in found.layers if layer.multiplies]
    # Three times what the diagnosis calls vanished: new words begin as small numbers, which pull little at the layer behind them.
    assert all(layer.gradient_a_weight > 0.003 * multiplying[-1].gradient_a_weight for layer in multiplying), "no untrained network of ours vanishes"
    assert set(ARCHITECTURES) >= {name}


def line(model_layers, x: np.ndarray, y: np.ndarray) -> Probe:
    """A probe of a stack of layers on rows `(n, d)` with numbers `(n, 1)` to be given."""
    import keras

    inputs = keras.Input(x.shape[1:], name="features")
    out = inputs
    for layer in model_layers:
        out = layer(out)
    return Probe(keras.Model(inputs={"features": inputs}, outputs=out), Arrays({"features": x}, y, None), LINE, CONFIG)


@pytest.mark.tensorflow
def test_the_gradient_of_a_line_is_as_calculus_says():
    from keras import layers

    x, y = np.array([[1.0], [2.0]], np.float32), np.array([[0.0], [0.0]], np.float32)
    found = line([layers.Dense(1, kernel_initializer="ones", name="line")], x, y)()
    # loss = mean((w x + b - y)^2): by w mean(2 x x) = 5, by b mean(2 x) = 3
    assert found.gradient_norm == pytest.approx(np.hypot(5, 3))
    assert found.layers[0].gradient_norm == pytest.approx(np.hypot(5, 3))
    assert found.layers[0].weights == 2
    assert found.answers == ()


@pytest.mark.tensorflow
def test_units_that_are_zero_for_every_row_are_dead_only_where_they_are_rectified():
    import keras
    from keras import layers

    half = keras.initializers.Constant([1.0, 1.0, -10.0, -10.0])
    x, y = np.linspace(-1, 1, 50, dtype=np.float32)[:, None], np.zeros((50, 1), np.float32)
    stack = [
        layers.Dense(4, activation="relu", kernel_initializer="ones", bias_initializer=half, name="rectified"),
        layers.Dense(4, kernel_initializer="ones", bias_initializer=half, name="linear"),
        layers.Activation("leaky_relu", name="leaky"),
        layers.ReLU(name="layer"),
        layers.Dense(1, name="out"),
    ]
    found = {layer.name: layer.dead for layer in line(stack, x, y)().layers}
    assert found == {"rectified": 0.5, "linear": None, "layer": 0.5, "out": None}


@pytest.mark.tensorflow
def test_a_gradient_that_is_no_number_counts_as_the_largest():
    from keras import layers

    found = line([layers.Dense(1, name="line")], np.array([[np.inf]], np.float32), np.array([[0.0]], np.float32))()
    assert found.gradient_norm == LARGEST


@pytest.mark.tensorflow
def test_the_same_rows_are_looked_at_each_time_and_no_more_than_needed():
    part = separable("tabular", "multiclass", rows=2 * ROWS)
    model = small("mlp").build(part.data, part.task)
    rows = Arrays(part.x, part.y[OUTPUT], None)
    one, two = Probe(model, rows, part.task, CONFIG)(), Probe(model, rows, part.task, CONFIG)()
    assert one.model_copy(update={"seconds": 0.0}) == two.model_copy(update={"seconds": 0.0})
    assert sum(one.labels) == ROWS
    other = Probe(model, rows, part.task, CONFIG.replaced({"seed": 1}))()
    assert other.gradient_norm != one.gradient_norm


def test_probes_stay_below_their_share_of_the_time_whatever_they_cost():
    chance = np.random.default_rng(0)
    due, spent, taken = Due(expected=0.1), 0.0, 0
    for fitting in np.arange(0.05, 600, 0.05):
        if due.at(float(fitting)):
            cost = float(chance.uniform(0.05, 0.15))
            due, spent, taken = due.after(cost, float(fitting)), spent + cost, taken + 1
            assert spent <= SHARE * fitting + 0.1, "one probe may cost more than was expected of it"
    assert 50 < taken < 300


def test_a_long_run_is_not_probed_at_every_epoch():
    due, taken = Due(expected=0.01), 0
    for fitting in range(1, 100_000):
        if due.at(float(fitting)):
            due, taken = due.after(0.01, float(fitting)), taken + 1
    assert 200 < taken < 500
