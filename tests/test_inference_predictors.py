"""Predictors give the network's own logits, whatever the number of rows."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnapp.data.dataset import DataSpec, Encoding, InputSpec
from nnapp.errors import ExportError, RunError
from nnapp.inference import KerasPredictor, LiteRTPredictor, SavedModelPredictor
from nnapp.inference.base import batch_rows, median_ms, padded_batches, rows_in
from nnapp.inference.lite import encoded_inputs
from tests.export_examples import KERAS_MEETS_NUMPY


@given(rows=st.integers(0, 40), size=st.integers(1, 16))
def test_batches_of_one_size_hold_every_row_once_and_in_order(rows, size):
    x = {"a": np.arange(rows * 2, dtype=np.uint8).reshape(rows, 2), "b": np.arange(rows)}
    batches = list(padded_batches(x, size))
    assert all(len(batch["a"]) == size and batch["a"].dtype == np.float32 for _, batch in batches)
    whole = [row for real, batch in batches for row in batch["b"][:real].tolist()]
    assert whole == list(range(rows))


def test_inputs_of_differing_lengths_are_our_own_mistake():
    with pytest.raises(ValueError, match="rows"):
        rows_in({"a": np.zeros(2), "b": np.zeros(3)})


def test_a_large_example_makes_a_small_batch():
    assert batch_rows(1) == 1024
    assert batch_rows(512 * 512 * 3) == 2
    assert batch_rows(10**9) == 1


def test_the_median_is_in_milliseconds_and_the_first_call_does_not_count():
    calls = []
    assert 0 <= median_ms(lambda: calls.append(1), seconds=0, least=5) < 5
    assert len(calls) == 6


def test_only_inputs_with_an_encoding_are_encoded():
    encoding = Encoding(center=(10.0,), scale=(2.0,), knots={0: (-1.0, 0.0, 1.0)})
    data = DataSpec(kind="tabular", inputs={"features": InputSpec(shape=(1,), encoding=encoding), "other": InputSpec(shape=(1,))})
    encoded = encoded_inputs({"features": np.array([[10.0], [10.0]]), "other": np.array([[7], [8]])}, data)
    assert encoded["features"].tolist() == [[0.0, 1.0, 0.0]] * 2
    assert encoded["other"].tolist() == [[7.0], [8.0]]
    assert encoded["other"].dtype == np.float32


def test_a_file_that_is_not_tflite_is_told_plainly(tmp_path):
    (tmp_path / "model.tflite").write_bytes(b"nonsense" * 100)
    with pytest.raises(ExportError, match=r"model\.tflite"):
        LiteRTPredictor(tmp_path / "model.tflite", DataSpec(kind="tabular", inputs={}))


@pytest.fixture(scope="module")
def network():
    """Two features to three logits, with dropout that must sleep, and batch normalisation."""
    import keras

    keras.utils.set_random_seed(1)
    inputs = keras.Input((2,), name="features")
    hidden = keras.layers.BatchNormalization()(keras.layers.Dense(8, activation="relu")(inputs))
    return keras.Model({"features": inputs}, keras.layers.Dense(3, name="output")(keras.layers.Dropout(0.9)(hidden)))


@pytest.mark.tensorflow
@KERAS_MEETS_NUMPY
@pytest.mark.parametrize("rows", [0, 1, 7, 8, 19])
def test_keras_gives_the_same_logits_however_many_rows_come(network, rows):
    x = {"features": np.random.default_rng(rows).normal(size=(rows, 2))}
    got = KerasPredictor(network, batch=8).logits(x)
    assert got.shape == (rows, 3)
    if rows:
        expected = network({"features": x["features"].astype(np.float32)}, training=False)
        np.testing.assert_allclose(got, expected.numpy(), atol=1e-6)


@pytest.mark.tensorflow
@KERAS_MEETS_NUMPY
def test_a_saved_model_answers_by_its_signature_as_the_network_does(network, tmp_path):
    from nnapp.export.source import write_saved_model

    write_saved_model(network, tmp_path / "saved")
    x = {"features": np.random.default_rng(0).normal(size=(9, 2))}
    predictor = SavedModelPredictor(tmp_path / "saved", batch=4)
    np.testing.assert_allclose(predictor.logits(x), KerasPredictor(network).logits(x), atol=1e-6)
    assert predictor.logits({"features": np.zeros((0, 2))}).shape == (0, 3)


@pytest.mark.tensorflow
def test_a_network_that_is_not_there_is_told_plainly(tmp_path):
    (tmp_path / "model.keras").write_bytes(b"PK nonsense")
    with pytest.raises(RunError, match=r"model\.keras cannot be read"):
        KerasPredictor.load(tmp_path / "model.keras")
    with pytest.raises(RunError, match=r"other\.keras is missing"):
        KerasPredictor.load(tmp_path / "other.keras")
