"""Explanations of real networks, against answers that are known."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from nnapp.data.dataset import FEATURES, PICTURE, Dataset, DataSpec, Encoding, InputSpec
from nnapp.errors import NnappError
from nnapp.explanation import EXPLAINERS, Explanation, explain, save, views
from nnapp.explanation.network import Network, points_at_once
from nnapp.tasks import OUTPUT, TaskSpec
from tests.conftest import PROJECT

# Keras turns a variable into an array in the way that NumPy is giving up; nothing of ours can change that.
KERAS_MEETS_NUMPY = "ignore:__array__ implementation doesn't accept a copy keyword:DeprecationWarning"
pytestmark = [pytest.mark.tensorflow, pytest.mark.filterwarnings(KERAS_MEETS_NUMPY)]

YES_NO = TaskSpec.classification("bought", ("no", "yes"))
THREE = TaskSpec.classification("kind", ("a", "b", "c"))
PRICE = TaskSpec.regression("price", center=200.0, scale=50.0)


def table(x: NDArray[np.float32], task: TaskSpec, spec: InputSpec | None = None) -> Dataset:
    data = DataSpec(kind="tabular", inputs={FEATURES: spec or InputSpec(shape=(x.shape[1],))})
    y = np.zeros(len(x), np.int32) if task.units > 1 else np.zeros((len(x), 1), np.float32)
    return Dataset({FEATURES: x.astype(np.float32)}, {OUTPUT: y}, np.arange(len(x)) + 100, data, task)


def linear(weights: NDArray[np.float64], bias: float = 0.0):
    import keras

    inputs = {FEATURES: keras.Input((len(weights),), name=FEATURES)}
    layer = keras.layers.Dense(1, name=OUTPUT)
    model = keras.Model(inputs, layer(inputs[FEATURES]))
    layer.set_weights([weights.reshape(-1, 1).astype(np.float32), np.array([bias], np.float32)])
    return model


def mlp(width: int, units: int, activation: str = "relu", encoding: Encoding | None = None, seed: int = 3):
    import keras

    from nnapp.architectures.inputs import encoded

    keras.utils.set_random_seed(seed)
    inputs = {FEATURES: keras.Input((width,), name=FEATURES)}
    x = inputs[FEATURES] if encoding is None else encoded(inputs[FEATURES], encoding)
    for _ in range(2):
        x = keras.layers.Dense(24, activation=activation, bias_initializer="random_normal", kernel_initializer="he_normal")(x)
        x = keras.layers.Dropout(0.5)(x)
    return keras.Model(inputs, keras.layers.Dense(units, kernel_initializer="he_normal", name=OUTPUT)(x))


def normal(rows: int, columns: int, seed: int = 0) -> NDArray[np.float32]:
    return np.random.default_rng(seed).normal(size=(rows, columns)).astype(np.float32)


def gradients(**fields: object) -> object:
    return EXPLAINERS["expected_gradients"].parse(fields)


def test_a_linear_network_is_attributed_exactly():
    weights = np.array([2.0, -1.0, 0.0, 0.5])
    train, rows = normal(50, 4), normal(20, 4, seed=1)
    found = explain(gradients(background=1000), linear(weights, 0.3), table(train, YES_NO), table(rows, YES_NO))
    exact = weights * (rows - train.mean(axis=0, dtype=np.float64))
    assert found.values[..., 0] == pytest.approx(exact, abs=1e-5)
    assert found.base[:, 0] == pytest.approx(weights @ train.mean(axis=0, dtype=np.float64) + 0.3, abs=1e-5)
    assert np.abs(found.residual).max() < 1e-5
    assert found.outputs == ("yes",)
    assert found.ids == tuple(range(100, 120))
    assert found.probability == pytest.approx(1 / (1 + np.exp(-found.output)))


def test_a_regression_is_explained_in_the_targets_units():
    weights = np.array([1.0, -3.0])
    train, rows = normal(40, 2), normal(5, 2, seed=1)
    found = explain(gradients(background=1000), linear(weights), table(train, PRICE), table(rows, PRICE))
    assert found.unit == "price"
    assert found.values[..., 0] == pytest.approx(50 * weights * (rows - train.mean(axis=0, dtype=np.float64)), abs=1e-3)
    assert found.prediction == pytest.approx(200 + 50 * (rows @ weights), abs=1e-3)
    assert found.truth == pytest.approx([200.0] * 5)


def test_features_of_one_column_are_summed_and_shown_with_its_cells():
    spec = InputSpec(shape=(3,), feature_names=("age", "sex=f", "sex=m"), feature_columns=("age", "sex", "sex"))
    hot = np.eye(2, dtype=np.float32)[np.arange(30) % 2]
    x = np.concatenate([normal(30, 1), hot], axis=1)
    weights = np.array([1.0, 4.0, -4.0])
    cells = pd.DataFrame({"sex": ["f", "m"] * 15, "age": [f"{value:.2f}" for value in x[:, 0]]}, dtype="str")
    found = explain(gradients(rows=10), linear(weights), table(x, YES_NO, spec), table(x, YES_NO, spec), cells=cells)
    assert found.columns == ("age", "sex")
    assert len(found) == 10
    assert found.values[:, 1, 0] == pytest.approx([4.0 if row[1] == "f" else -4.0 for row in found.cells], abs=1e-5)
    assert [float(row[0] or "nan") for row in found.cells] == pytest.approx(found.numbers[:, 0], abs=0.01)
    assert [cells["age"][identity - 100] for identity in found.ids] == [row[0] for row in found.cells]


@pytest.mark.parametrize("task", [YES_NO, THREE, PRICE])
def test_attributions_add_up_to_the_output_to_within_the_tolerance(task: TaskSpec):
    found = explain(gradients(tolerance=0.005), mlp(6, task.units), table(normal(200, 6), task), table(normal(40, 6, seed=1), task))
    assert found.values.shape == (40, 6, task.units)
    assert (np.abs(found.residual).max(axis=0) <= 0.005 * found.spread + 1e-5).all()
    assert views.additivity(found).headline["relative"] <= 0.006


def test_ramps_inside_the_network_are_integrated_through():
    train = normal(300, 3)
    knots = {index: tuple(np.linspace(-2, 2, 17)) for index in range(3)}
    encoding = Encoding(center=(0.0,) * 3, scale=(1.0,) * 3, knots=knots)
    spec = InputSpec(shape=(3,), encoding=encoding)
    found = explain(gradients(), mlp(3, 1, encoding=encoding), table(train, YES_NO, spec), table(normal(50, 3, seed=1), YES_NO, spec))
    assert (np.abs(found.residual).max(axis=0) <= 0.02 * found.spread + 1e-5).all()


def test_a_column_that_the_network_ignores_gets_nothing():
    model = mlp(4, 1)
    kernel, bias = model.layers[1].get_weights()
    kernel[2] = 0
    model.layers[1].set_weights([kernel, bias])
    found = explain(gradients(), model, table(normal(100, 4), YES_NO), table(normal(30, 4, seed=1), YES_NO))
    assert np.abs(found.values[:, 2]).max() == 0
    assert np.abs(found.values[:, [0, 1, 3]]).mean() > 0.01


def test_more_classes_than_fit_explain_the_predicted_one_of_each_row():
    many = TaskSpec.classification("kind", tuple(f"class {index}" for index in range(15)))
    model = mlp(5, 15)
    train, rows = table(normal(60, 5), many), table(normal(12, 5, seed=1), many)
    one = explain(gradients(), model, train, rows)
    every = explain(gradients(classes="all"), model, train, rows)
    assert one.outputs == ("predicted class",)
    assert one.of() == pytest.approx(every.of(), abs=0.02 * float(every.spread.max()))
    assert one.explained_class(0) == every.explained_class(0) == many.class_names[int(one.prediction[0])]


def test_the_same_seed_explains_the_same_rows_alike():
    model, train, rows = mlp(5, 1), table(normal(500, 5), YES_NO), table(normal(400, 5, seed=1), YES_NO)
    first, again, other = (explain(gradients(rows=20, background=30, seed=seed), model, train, rows) for seed in (1, 1, 2))
    assert first.ids == again.ids != other.ids
    assert np.array_equal(first.values, again.values)


def test_the_background_lies_nearer_to_the_mean_answer_than_chance():
    model, x = mlp(5, 1), normal(5000, 5)
    train = table(x, YES_NO)
    mean = Network(model, train.data, YES_NO).outputs(x).mean()
    off = [explain(gradients(rows=1, background=50, seed=seed), model, train, train).base[0, 0] - mean for seed in range(5)]
    spread = Network(model, train.data, YES_NO).outputs(x).std() / np.sqrt(50)
    assert np.std(off) < 0.5 * spread


def test_huge_and_infinite_steps_never_give_a_value_that_is_not_a_number():
    encoding = Encoding(center=(0.0,) * 2, scale=(1.0,) * 2)
    rows = np.array([[1e30, 0.5], [-1e25, 1.0]], np.float32)
    found = explain(gradients(seconds=5), mlp(2, 1, encoding=encoding), table(normal(30, 2), YES_NO), table(rows, YES_NO))
    assert np.isfinite(found.values).all()
    assert np.isfinite(found.residual).all()


def test_nothing_to_explain_is_told():
    empty = table(normal(0, 3), YES_NO)
    with pytest.raises(NnappError, match="no row to explain"):
        explain(gradients(), mlp(3, 1), table(normal(9, 3), YES_NO), empty)


def test_one_row_alone_can_be_explained():
    found = explain(gradients(), mlp(3, 1), table(normal(50, 3), YES_NO), table(normal(1, 3, seed=1), YES_NO))
    assert views.waterfall(found, 0).headline["residual"] == pytest.approx(0, abs=0.02)


def column_by_column(width: int):
    """A network that adds up what it makes of each column alone: there a path and a game must agree."""
    import keras

    keras.utils.set_random_seed(5)
    entry = {FEATURES: keras.Input((width,), name=FEATURES)}
    parts = []
    for column in range(width):
        alone = np.zeros((width, 1), np.float32)
        alone[column] = 1
        x = keras.layers.Dense(1, use_bias=False, kernel_initializer=keras.initializers.Constant(alone))(entry[FEATURES])
        x = keras.layers.Dense(8, activation="tanh", kernel_initializer="he_normal")(x)
        parts.append(keras.layers.Dense(1, kernel_initializer="he_normal")(x))
    return keras.Model(entry, keras.layers.Add(name=OUTPUT)(parts))


@pytest.mark.parametrize("name", ["shap_kernel", "shap_permutation"])
def test_where_columns_act_alone_expected_gradients_are_shaps_own_values(name: str):
    train, rows = table(normal(200, 3), YES_NO), table(normal(8, 3, seed=1), YES_NO)
    settings = {"background": 20, "seed": 7}
    told: list[float] = []
    exact = explain(EXPLAINERS[name].parse(settings), column_by_column(3), train, rows, progress=told.append)
    ours = explain(gradients(**settings), column_by_column(3), train, rows)
    assert exact.base == pytest.approx(ours.base, abs=1e-4)
    assert exact.values == pytest.approx(ours.values, abs=0.02 * float(ours.spread[0]))
    assert np.abs(exact.residual).max() < 1e-3
    assert told[-1] == 1.0


def test_expected_gradients_are_like_shaps_own_values_on_a_network_that_mixes_columns():
    spec = InputSpec(shape=(4,), feature_columns=("x", "y", "y", "z"))
    train, rows = table(normal(200, 4), THREE, spec), table(normal(8, 4, seed=1), THREE, spec)
    settings = {"background": 40, "seed": 7}
    game = explain(EXPLAINERS["shap_permutation"].parse(settings), mlp(4, 3, activation="tanh"), train, rows)
    ours = explain(gradients(**settings), mlp(4, 3, activation="tanh"), train, rows)
    assert game.columns == ours.columns == ("x", "y", "z")
    # A path and a game share out what columns do together differently: alike, not equal.
    assert np.corrcoef(game.values.ravel(), ours.values.ravel())[0, 1] > 0.93


def test_shap_gives_a_linear_network_its_exact_attributions_column_by_column():
    spec = InputSpec(shape=(3,), feature_columns=("age", "sex", "sex"))
    weights = np.array([2.0, 1.0, -1.0])
    x = normal(30, 3)
    data = table(x, YES_NO, spec)
    found = explain(EXPLAINERS["shap_kernel"].parse({"rows": 5}), linear(weights), data, data)
    effects = weights * (x - x.mean(axis=0, dtype=np.float64))
    exact = np.stack([effects[:, 0], effects[:, 1:].sum(axis=1)], axis=1)[[identity - 100 for identity in found.ids]]
    assert found.values[..., 0] == pytest.approx(exact, abs=1e-4)


def test_shap_stops_when_time_is_up_and_keeps_what_it_has():
    data = table(normal(30, 3), YES_NO)
    found = explain(EXPLAINERS["shap_kernel"].parse({"rows": 10, "seconds": 0.001}), mlp(3, 1), data, data)
    assert len(found) == 1
    assert found.ids == (100,) or len(found.ids) == 1
    assert any("Time was up after 1 of 10 rows" in note for note in found.notes)


def test_an_explainer_that_dies_is_told_and_not_waited_for(monkeypatch: pytest.MonkeyPatch):
    from nnapp.explanation import process

    monkeypatch.setattr(process, "GRACE", 0.0)
    data = table(normal(30, 3), YES_NO)
    with pytest.raises(NnappError, match="it took too long"):
        explain(EXPLAINERS["shap_kernel"].parse({"rows": 2, "seconds": 0.01}), mlp(3, 1), data, data)


def pictures(count: int, seed: int = 0) -> NDArray[np.uint8]:
    return np.random.default_rng(seed).integers(0, 256, (count, 8, 8, 1)).astype(np.uint8)


def picture_data(x: NDArray[np.uint8]) -> Dataset:
    data = DataSpec(kind="pictures", inputs={PICTURE: InputSpec(shape=x.shape[1:], dtype="float32")})
    names = np.array([f"class/{index}.png" for index in range(len(x))])
    return Dataset({PICTURE: x}, {OUTPUT: np.zeros((len(x), 1), np.float32)}, names, data, YES_NO)


def looks_at_the_corner(dtype: str = "float32"):
    """A small convolutional network whose answer depends on the upper left 4 x 4 pixels alone."""
    import keras

    keras.utils.set_random_seed(0)
    entry = {PICTURE: keras.Input((8, 8, 1), dtype=dtype, name=PICTURE)}
    x = keras.layers.Rescaling(1 / 255, dtype="float32")(entry[PICTURE])
    x = keras.layers.Cropping2D(((0, 4), (0, 4)))(x)
    x = keras.layers.Conv2D(8, 3, activation="relu")(x)
    return keras.Model(entry, keras.layers.Dense(1, name=OUTPUT)(keras.layers.Flatten()(x)))


@pytest.mark.parametrize("background", ["train", "mean", "blurred", "black"])
def test_the_attribution_of_a_picture_lies_on_the_pixels_that_decide(background: str):
    data = picture_data(pictures(20))
    found = explain(gradients(picture_background=background, rows=6), looks_at_the_corner(), data, data)
    assert found.values.shape == (6, 8, 8, 1)
    assert np.abs(found.values[:, 4:]).max() == 0
    assert np.abs(found.values[:, :, 4:]).max() == 0
    assert np.abs(found.values[:, :4, :4]).mean() > 0
    assert (np.abs(found.residual).max(axis=0) <= 0.02 * found.spread + 1e-5).all()
    assert found.pictures is not None
    assert found.pictures.dtype == np.uint8
    assert found.ids[0].startswith("class/")


def test_a_network_that_takes_whole_numbers_has_a_gradient_too():
    data = picture_data(pictures(10))
    whole, real = (explain(gradients(rows=3), looks_at_the_corner(dtype), data, data) for dtype in ("uint8", "float32"))
    assert whole.values == pytest.approx(real.values, abs=1e-6)


def test_shap_explains_a_picture_by_the_squares_of_a_grid():
    data = picture_data(pictures(10))
    found = explain(EXPLAINERS["shap_permutation"].parse({"rows": 2, "patches": 4}), looks_at_the_corner(), data, data)
    assert found.values.shape == (2, 8, 8, 1)
    assert np.abs(found.values[:, 4:]).max() < 1e-6
    assert np.abs(found.values[:, :4, :4]).min(initial=1) >= 0
    assert np.abs(found.values[:, :4, :4]).mean() > 0
    assert np.abs(found.residual).max() < 1e-3


LOAD = """
import sys
from pathlib import Path
from nnapp.explanation import load
from nnapp.explanation.overview import reports
found = load(Path(sys.argv[1]))
reports(found)
print([name for name in ("tensorflow", "keras", "shap") if name in sys.modules])
"""


def three_classes() -> Explanation:
    return explain(gradients(rows=7), mlp(4, 3), table(normal(50, 4), THREE), table(normal(9, 4, seed=1), THREE))


def test_the_web_process_reads_an_explanation_without_tensorflow(tmp_path: Path):
    save(three_classes(), tmp_path)
    done = subprocess.run([sys.executable, "-c", LOAD, str(tmp_path)], capture_output=True, text=True, cwd=PROJECT, check=False)
    assert done.stdout.strip() == "[]", done.stderr


SHAP = """
import sys, warnings
warnings.simplefilter("ignore")
from pathlib import Path
from nnapp.explanation import load
found = load(Path(sys.argv[1])).to_shap()
print(found.shape, found.feature_names, found.output_names, found[:, :, 0].abs.mean(0).values.shape)
"""


def test_shaps_own_tools_read_an_explanation(tmp_path: Path):
    save(three_classes(), tmp_path)
    done = subprocess.run([sys.executable, "-c", SHAP, str(tmp_path)], capture_output=True, text=True, cwd=PROJECT, check=False)
    assert done.stdout.strip() == "(7, 4, 3) ['feature_1', 'feature_2', 'feature_3', 'feature_4'] ['a', 'b', 'c'] (4,)", done.stderr


def test_a_large_network_is_looked_at_in_smaller_blocks():
    import keras

    small, large = (keras.Sequential([keras.Input((size, size, 3)), keras.layers.Conv2D(64, 3), keras.layers.Flatten()]) for size in (8, 256))
    assert points_at_once(small) > 1000
    assert points_at_once(large) == 16


def ramped(rows: NDArray[np.float32]) -> Encoding:
    """Ramps between quantiles, as preprocessing fits them, on the columns 0 and 2."""
    center, scale = np.median(rows, axis=0), np.ptp(np.quantile(rows, (0.25, 0.75), axis=0), axis=0)
    z = (rows - center) / scale
    knots = np.quantile(z / np.sqrt(1 + (z / 3) ** 2), np.linspace(0, 1, 17), axis=0)
    return Encoding(center=tuple(center.tolist()), scale=tuple(scale.tolist()), knots={index: tuple(knots[:, index].tolist()) for index in (0, 2)})


def test_chords_along_the_encoding_leave_less_unexplained_than_nodes_on_the_input():
    from nnapp.explanation.gradients import Paths, one_pass
    from nnapp.explanation.quadrature import Chords, GaussLegendre, gradients_of

    train, rows = np.exp(1.5 * normal(60, 3)), np.exp(1.5 * normal(30, 3, seed=1))  # long tails, as prices and counts have
    encoding = ramped(train)
    data = table(train, YES_NO, InputSpec(shape=(3,), encoding=encoding)).data
    network = Network(mlp(3, 1, encoding=encoding), data, YES_NO)
    rise = network.outputs(rows)[:, 0] - network.outputs(train)[:, 0].mean()
    paths = Paths(rows, np.zeros(30, np.int32), train[None], rise)
    chords = gradients_of(network, data, train)
    assert isinstance(chords, Chords)
    errors = [np.abs(rise - one_pass(way, paths, 16, lambda _share: None).sum(axis=1)).mean() for way in (chords, GaussLegendre(network))]
    assert errors[0] < errors[1] / 3
    many = [one_pass(way, paths, 1024, lambda _share: None) for way in (chords, GaussLegendre(network))]
    assert many[0] == pytest.approx(many[1], abs=0.05 * np.abs(many[1]).max())


def test_a_network_that_encodes_otherwise_is_integrated_on_its_input():
    from nnapp.explanation.quadrature import GaussLegendre, gradients_of

    train = normal(20, 3)
    data = table(train, YES_NO, InputSpec(shape=(3,), encoding=ramped(train))).data
    assert isinstance(gradients_of(Network(mlp(3, 1), data, YES_NO), data, train), GaussLegendre)


def test_every_architecture_for_tables_is_recognised_by_its_encoding():
    from nnapp.architectures.base import ARCHITECTURES, suitable
    from nnapp.explanation.quadrature import Chords, gradients_of

    train = normal(20, 3)
    data = table(train, THREE, InputSpec(shape=(3,), encoding=ramped(train))).data
    for name in suitable("tabular"):
        network = Network(ARCHITECTURES[name]().build(data, THREE), data, THREE)
        assert isinstance(gradients_of(network, data, train), Chords), name
