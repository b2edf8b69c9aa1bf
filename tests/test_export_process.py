"""Conversions that are refused, crash, or never end: plain errors, and the other formats survive."""

from __future__ import annotations

import json
import os
import signal
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nnapp.architectures import ARCHITECTURES
from nnapp.children import Forked, Program
from nnapp.data.dataset import DataSpec, InputSpec
from nnapp.errors import ExportError
from nnapp.export.job import Conversion, ConversionJob, save_arrays
from nnapp.export.process import convert
from nnapp.nursery import Nursery
from nnapp.runs.hands import WARM_MODULES
from nnapp.tasks import OUTPUT, TaskSpec
from tests.conftest import PROJECT
from tests.export_examples import KERAS_MEETS_NUMPY
from tests.homes import LIMIT, until

pytestmark = [pytest.mark.tensorflow, KERAS_MEETS_NUMPY]

TASK = TaskSpec.regression("y", 0.0, 1.0)


def job(folder: Path, middle: Any, shape: tuple[int, ...], formats: tuple[str, ...], seconds: int = 120) -> ConversionJob:
    """A job for a network of one layer of the caller's, saved as a run would save it."""
    import keras

    data = DataSpec(kind="tabular", inputs={"features": InputSpec(shape=shape)})
    inputs = keras.Input(shape, name="features")
    outputs = keras.layers.Dense(1, name=OUTPUT)(middle(inputs))
    keras.Model({"features": inputs}, outputs).save(folder / "network.keras")
    rows = {"features": np.random.default_rng(0).normal(size=(8, *shape)).astype(np.float32)}
    save_arrays(folder / "arrays", test=rows, examples=rows)
    (folder / "results").mkdir()
    return ConversionJob(
        model=str(folder / "network.keras"),
        architecture=next(iter(ARCHITECTURES)),
        hyperparameters={},
        data=data,
        task=TASK,
        arrays=str(folder / "arrays"),
        formats=formats,
        results=str(folder / "results"),
        seconds=seconds,
    )


def test_a_network_without_builtin_operators_is_refused_in_words_and_still_goes_out_as_keras(tmp_path):
    import keras

    def determinant(x):
        return keras.layers.Reshape((1,))(keras.ops.det(keras.layers.Reshape((2, 2))(x)))

    made = convert(job(tmp_path, determinant, (4,), ("tflite", "keras")))
    assert isinstance(made["tflite"], ExportError)
    assert "builtin operator" in made["tflite"].problem
    assert "Keras or SavedModel" in made["tflite"].remedy
    assert isinstance(made["keras"], Conversion)
    np.testing.assert_allclose(made["keras"].logits, made["keras"].reference, atol=1e-5)


def test_a_converter_that_crashes_costs_only_its_own_format(tmp_path):
    import keras

    # Full int8 of a recurrent layer that is not unrolled ends the interpreter with a segmentation fault.
    made = convert(job(tmp_path, keras.layers.LSTM(4), (6, 3), ("tflite-int8", "saved-model")))
    assert isinstance(made["tflite-int8"], ExportError)
    assert made["tflite-int8"].remedy
    assert isinstance(made["saved-model"], Conversion)


def test_a_converter_that_crashes_in_a_forked_child_costs_only_its_own_format(tmp_path, monkeypatch):
    import keras

    monkeypatch.setenv("PYTHONPATH", str(PROJECT))
    asked = job(tmp_path, keras.layers.Dense(2), (3,), ("tflite", "crash", "saved-model"))
    (tmp_path / "job.json").write_text(asked.to_json())
    nursery = Nursery([*WARM_MODULES, "tests.crashing"])
    nursery.tend()
    until(lambda: nursery.state != "opening", "the nursery is open")
    child = nursery.start(Program(module="tests.converting", arguments=(str(tmp_path / "job.json"),), log=str(tmp_path / "log.txt"), tied=False))
    begun = time.monotonic()
    assert isinstance(child, Forked)
    assert child.wait(LIMIT) == 0, (tmp_path / "log.txt").read_text()
    told = json.loads((tmp_path / "made.json").read_text())
    assert told == {"tflite": None, "crash": "The converter crashed on the way to crash (SIGSEGV).", "saved-model": None}
    assert time.monotonic() - begun < 20, "the children had TensorFlow already"
    assert nursery.server is not None
    os.kill(nursery.server, signal.SIGKILL)


def test_a_conversion_that_takes_too_long_is_ended_and_told(tmp_path):
    import keras

    made = convert(job(tmp_path, keras.layers.Dense(2), (3,), ("tflite",), seconds=1))
    assert isinstance(made["tflite"], ExportError)
    assert "longer than 1 seconds" in made["tflite"].problem


def test_a_damaged_network_is_told_for_every_format(tmp_path):
    import keras

    broken = job(tmp_path, keras.layers.Dense(2), (3,), ("tflite", "keras"))
    Path(broken.model).write_bytes(b"not a network")
    for error in convert(broken).values():
        assert isinstance(error, ExportError)
        assert "cannot be read" in error.problem
