"""What a network begins with: weights taken over, kept for some epochs, then learned on with a rate of their own."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nnapp.data.samples import SAMPLES
from nnapp.data.specs import DataConfig
from nnapp.data.store import DataStore
from nnapp.runs.api import done, start_run
from nnapp.runs.begin import found
from nnapp.runs.foreign import keep_weights
from nnapp.runs.launch import InlineLauncher
from nnapp.runs.spec import plan
from nnapp.runs.store import RunStore
from nnapp.training import Silence, TrainingConfig, train
from nnapp.training.beginning import Beginning, StartConfig
from nnapp.training.checkpoint import Progress
from tests.architecture_samples import halves, separable, small
from tests.export_examples import KERAS_MEETS_NUMPY
from tests.test_training_loop import Notebook, same

BEGUN = Beginning(StartConfig(weights="x", frozen_epochs=3, fine_tune_rate=1e-4), frozenset({"hidden"}))


def test_all_layers_learn_after_the_frozen_epochs_or_when_the_new_ones_improve_no_more():
    assert BEGUN.thawed(Progress(epoch=2), patience=8) is None
    assert BEGUN.thawed(Progress(epoch=3, steps_in_epoch=1), patience=8) is None
    found = BEGUN.thawed(Progress(epoch=3, steps=30), patience=8)
    assert found is not None
    assert found.text == "From epoch 4 on all layers learn, with a learning rate of 0.0001."
    assert found.changes.training == {"learning_rate": 1e-4}
    assert BEGUN.thawed(Progress(epoch=1, waited=8), patience=8) is not None
    assert BEGUN.thawed(Progress(epoch=1, waited=8), patience=None) is None
    assert BEGUN.thawed(Progress(epoch=5, steering=(found,)), patience=8) is None
    assert BEGUN.is_frozen(Progress())
    assert not BEGUN.is_frozen(Progress(steering=(found,)))


@pytest.mark.tensorflow
class TestTraining:
    """With the residual network: any will do."""

    LEARN, CHECK = halves(separable("tabular", "multiclass", rows=200))

    def build(self):
        return small("residual").build(self.LEARN.data, self.LEARN.task)

    def fit(self, folder: Path, start: StartConfig, epochs: int, recorder: Any = None):
        from nnapp.training.beginning import fitting, weights_of

        source = self.build()
        weights = {name: arrays for name, arrays in weights_of(source).items() if name != "output"}
        beginning = Beginning(start, fitting(self.build(), weights), weights)
        assert "output" not in beginning.layers
        config = TrainingConfig(epochs=epochs, batch_size=16, deterministic=True, early_stopping=False)
        recorder = recorder or Silence()
        return weights, train(self.build, self.LEARN, self.CHECK, self.LEARN.task, config, recorder=recorder, checkpoint=folder, beginning=beginning)

    def test_layers_that_were_taken_over_stay_and_then_learn(self, tmp_path: Path):
        from nnapp.training.beginning import weights_of

        weights, kept = self.fit(tmp_path / "kept", StartConfig(weights="x", frozen_epochs=9), epochs=2)
        held = weights_of(kept.model)
        for name, arrays in weights.items():
            assert all(np.array_equal(a, b) for a, b in zip(arrays, held[name], strict=True)), name
        book = Notebook()
        weights, tuned = self.fit(tmp_path / "tuned", StartConfig(weights="x", frozen_epochs=1, fine_tune_rate=1e-3), epochs=3, recorder=book)
        assert [text for kind, text in book.events if kind == "steered"] == ["From epoch 2 on all layers learn, with a learning rate of 0.001."]
        moved = weights_of(tuned.model)
        assert any(not np.array_equal(a, b) for name in weights for a, b in zip(weights[name], moved[name], strict=True))
        assert tuned.steering[0].label == "all layers learn, rate 0.001"

    def test_a_run_that_was_paused_in_either_stage_ends_as_the_uninterrupted_one(self, tmp_path: Path):
        start = StartConfig(weights="x", frozen_epochs=2, fine_tune_rate=1e-3)
        import keras

        def begun(folder: Path, recorder: Any = None):
            keras.utils.set_random_seed(7)
            return self.fit(folder, start, epochs=4, recorder=recorder)[1]

        whole = begun(tmp_path / "whole")
        for after in (7, 21):  # steps; an epoch has 7
            paused = begun(tmp_path / f"{after}", Notebook(give="pause", after=after))
            assert paused.ended == "paused"
            assert same(begun(tmp_path / f"{after}"), whole)


@pytest.mark.tensorflow
@KERAS_MEETS_NUMPY
def test_a_run_begins_with_an_earlier_run_and_without_a_network_with_a_word(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    for name in ("http_proxy", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")  # nobody listens there
    store, config = RunStore(tmp_path), DataConfig(sha256=DataStore(tmp_path).add(SAMPLES["iris"].write(tmp_path)))
    quick = {"training.epochs": 2, "model.units": 8, "preprocessing.bins": 4}
    first = start_run(store, plan(config, "tabular", architecture="mlp", settings={**quick, "start.lora_rank": 1}), InlineLauncher())
    done(first)
    assert any("start.lora_rank is without effect" in event.text for event in first.events()[0])
    settings = {**quick, "start.weights": first.id, "start.frozen_epochs": 1, "start.lora_rank": 1}
    second = start_run(store, plan(config, "tabular", architecture="mlp", settings=settings), InlineLauncher())
    done(second)
    told = [event.text for event in second.events()[0]]
    assert any(f"layers begin with the weights of {first.id}." in text for text in told)
    assert any("Small matrices of rank 1 learn beside" in text for text in told)
    assert any("the small matrices beside the layers learn too" in text for text in told)
    with zipfile.ZipFile(second.folder / "model.keras") as kept:
        layers = json.loads(kept.read("config.json"))["config"]["layers"]
    assert not any("lora_rank" in layer["config"] for layer in layers)
    brought = found(tmp_path, keep_weights(tmp_path, "mine.keras", (first.folder / "model.keras").read_bytes()), second.spec)
    kept_in_run = found(tmp_path, first.id, second.spec)
    assert brought.keys() == kept_in_run.keys()
    assert all(np.array_equal(a, b) for name in brought for a, b in zip(brought[name], kept_in_run[name], strict=True))
    third = start_run(store, plan(config, "tabular", architecture="mlp", settings={**quick, "start.weights": "nothing.keras"}), InlineLauncher())
    assert third.failure is not None
    assert "There is no file" in third.failure.problem
    fourth = start_run(store, plan(config, "tabular", architecture="mlp", settings={**quick, "start.weights": "imagenet"}), InlineLauncher())
    done(fourth)
    assert any(event.text.startswith("The network begins untrained.") for event in fourth.events()[0])
