"""What every registered network does once it is built: logits, learning, files that stand alone."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from nnapp.architectures import ARCHITECTURES
from nnapp.data.augmentation import Augmentation
from nnapp.data.dataset import FEATURES, PICTURE, Dataset, DataSpec, Encoding, InputSpec
from nnapp.data.specs import DataKind
from nnapp.tasks import OUTPUT, TaskKind
from nnapp.training import Silence, TrainingConfig, train
from tests.architecture_samples import CASES, data_of, halves, separable, small, task_of

# Keras 3.15 saves weights by `np.array(variable)`, of which NumPy 2.4 says that TensorFlow's variables do not know `copy`.
KERAS_MEETS_NUMPY = "ignore:__array__ implementation doesn't accept a copy keyword:DeprecationWarning"
pytestmark = [pytest.mark.tensorflow, pytest.mark.filterwarnings(KERAS_MEETS_NUMPY)]

FIRST = {name: (kind, task) for name, kind, task in reversed(CASES)}
"""One case for each network."""


def numpy_encoding(x: np.ndarray, encoding: Encoding) -> np.ndarray:
    """The definition in `Encoding`, written out feature by feature in double precision."""
    z = (x.astype(np.float64) - encoding.center) / encoding.scale
    squashed = z / np.sqrt(1 + (z / 3) ** 2)
    columns = [squashed[:, index] for index in range(squashed.shape[1])]
    for index in sorted(encoding.knots):
        knots = encoding.knots[index]
        columns += [np.clip((squashed[:, index] - low) / (high - low), 0, 1) for low, high in itertools.pairwise(knots)]
    return np.stack(columns, axis=1).astype(np.float32)


def logits(model, x) -> np.ndarray:
    return np.asarray(model(x, training=False))


@pytest.mark.parametrize(("name", "kind", "task"), CASES)
def test_it_builds_with_default_settings_and_gives_float32_logits_by_name(name: str, kind: DataKind, task: TaskKind):
    part = separable(kind, task, rows=5)
    model = ARCHITECTURES[name]().build(part.data, part.task)
    assert [tensor.name for tensor in model.inputs] == list(part.data.inputs)
    assert model.layers[-1].name == OUTPUT
    out = logits(model, part.x)
    assert out.shape == (5, part.task.units)
    assert out.dtype == np.float32
    assert np.isfinite(out).all()


@pytest.mark.parametrize(("name", "kind", "task"), CASES)
def test_it_learns_separable_data_with_default_settings(name: str, kind: DataKind, task: TaskKind, tmp_path: Path):
    learn, check = halves(separable(kind, task, rows=480))
    config = TrainingConfig(epochs=20, learning_rate=1e-2, patience=20)
    result = train(lambda: small(name).build(learn.data, learn.task), learn, check, learn.task, config, recorder=Silence(), checkpoint=tmp_path)
    answers = check.task.decode(logits(result.model, check.x))
    truth = check.y[OUTPUT].reshape(answers.prediction.shape)
    if task == "regression":
        error = np.abs(answers.prediction - (truth * 20 + 100)).mean()
        assert error < 5  # guessing the mean errs by 13
    elif task == "anomaly":
        scale = check.task.units_of_target[1]
        assert (
            np.abs(answers.prediction - check.task.units_of_target[0] - truth * scale).mean(axis=0) @ (1 / scale) / len(scale) < 0.25
        )  # guessing errs by 0.45
    else:
        assert (answers.prediction == truth).mean() >= 0.95


def test_the_files_load_and_answer_in_plain_keras(tmp_path: Path):
    expected = {}
    for name, (kind, task) in FIRST.items():
        part = separable(kind, task, rows=3)
        model = small(name).build(part.data, part.task)
        model.save(tmp_path / f"{name}.keras")
        np.savez(tmp_path / f"{name}.npz", **part.x)
        expected[name] = logits(model, part.x)
    script = """
import json, sys, pathlib, numpy, keras
answers = {}
for path in pathlib.Path(sys.argv[1]).glob("*.keras"):
    model = keras.saving.load_model(path, safe_mode=True)
    assert model.compiled is False
    answers[path.stem] = numpy.asarray(model(dict(numpy.load(path.with_suffix(".npz"))), training=False)).tolist()
assert not [name for name in sys.modules if name.startswith("nnapp")]
print(json.dumps(answers))
"""
    told = subprocess.run([sys.executable, "-c", script, str(tmp_path)], capture_output=True, text=True, check=True, cwd=tmp_path)
    answers = json.loads(told.stdout.splitlines()[-1])
    assert set(answers) == set(expected)
    for name, want in expected.items():
        np.testing.assert_allclose(answers[name], want, atol=1e-5)


@pytest.mark.parametrize("name", [name for name, part in ARCHITECTURES.items() if "tabular" in part.accepts])
def test_with_the_encoding_outside_the_same_weights_give_the_same_logits(name: str):
    part = separable("tabular", "multiclass", rows=200)
    inside = small(name).build(part.data, part.task)
    outside = small(name).build(part.data.encoded_outside(), part.task)
    outside.set_weights(inside.get_weights())
    encoding = part.data.inputs[FEATURES].encoding
    assert encoding is not None
    encoded = numpy_encoding(part.x[FEATURES], encoding)
    assert encoded.shape == (200, encoding.width) == (200, 4 + 3 + 1)
    np.testing.assert_allclose(logits(outside, {FEATURES: encoded}), logits(inside, part.x), atol=2e-5)


def test_squashing_keeps_the_wildest_numbers_within_three():
    data = DataSpec(kind="tabular", inputs={FEATURES: InputSpec(shape=(1,), encoding=Encoding(center=(0.0,), scale=(1.0,), knots={0: (-1.0, 1.0)}))})
    model = ARCHITECTURES["linear"]().build(data, task_of("regression"))
    model.set_weights([np.eye(2, 1, dtype=np.float32), np.zeros(1, np.float32)])
    out = logits(model, {FEATURES: np.array([[-1e18], [0.0], [1e18]], np.float32)})
    np.testing.assert_allclose(out[:, 0], [-3, 0, 3], atol=1e-5)


@pytest.mark.parametrize("name", [name for name, part in ARCHITECTURES.items() if "pictures" in part.accepts])
def test_augmentation_changes_pictures_in_training_only(name: str):
    spec = InputSpec(shape=(16, 16, 1), augmentation=Augmentation(flip="both", shift=0.3, rotation=40, zoom=0.3, contrast=0.5, noise=0.1))
    data = DataSpec(kind="pictures", inputs={PICTURE: spec})
    model = ARCHITECTURES[name](dropout=0).build(data, task_of("multiclass"))
    plain = ARCHITECTURES[name](dropout=0).build(DataSpec(kind="pictures", inputs={PICTURE: InputSpec(shape=(16, 16, 1))}), task_of("multiclass"))
    plain.set_weights(model.get_weights())
    x = {PICTURE: np.random.default_rng(0).integers(0, 256, (4, 16, 16, 1)).astype(np.float32)}
    np.testing.assert_array_equal(logits(model, x), logits(plain, x))
    assert not np.allclose(np.asarray(model(x, training=True)), np.asarray(plain(x, training=True)))


@pytest.mark.parametrize("shape", [(1, 1, 1), (8, 8, 3), (70, 50, 3)])
@pytest.mark.parametrize("name", [name for name, part in ARCHITECTURES.items() if "pictures" in part.accepts])
def test_pictures_of_any_size_fit(name: str, shape: tuple[int, int, int]):
    data = DataSpec(kind="pictures", inputs={PICTURE: InputSpec(shape=shape)})
    model = ARCHITECTURES[name]().build(data, task_of("binary"))
    assert logits(model, {PICTURE: np.zeros((2, *shape), np.uint8)}).shape == (2, 1)


def test_the_same_seed_gives_the_same_first_weights():
    import keras

    def weights() -> list[np.ndarray]:
        keras.utils.set_random_seed(7)
        return ARCHITECTURES["mlp"]().build(data_of("tabular"), task_of("binary")).get_weights()

    for one, other in zip(weights(), weights(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_a_table_of_two_thousand_columns_builds(tmp_path: Path):
    encoding = Encoding(center=(0.0,) * 2000, scale=(1.0,) * 2000, knots=dict.fromkeys(range(2000), (-1.0, 0.0, 1.0)))
    data = DataSpec(kind="tabular", inputs={FEATURES: InputSpec(shape=(2000,), encoding=encoding)})
    rows = Dataset({FEATURES: np.ones((3, 2000), np.float32)}, {OUTPUT: np.ones((3, 1), np.float32)}, np.arange(3), data, task_of("binary"))
    model = ARCHITECTURES["linear"]().build(data, rows.task)
    assert logits(model, rows.x).shape == (3, 1)
