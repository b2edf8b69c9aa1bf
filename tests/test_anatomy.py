"""What a network is made of: counted by hand for each sort of layer, asked of a worker, drawn and told."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from nnapp.anatomy import Anatomy, LayerCost, sentence_of
from nnapp.architectures import ARCHITECTURES
from nnapp.charts.network import layer_table, network_chart
from nnapp.data.samples import SAMPLES
from nnapp.data.specs import DataConfig
from nnapp.data.store import DataStore
from nnapp.errors import NnappError
from nnapp.runs.board import Board
from nnapp.runs.desk import JOBS_KEPT, Desk, describe, key
from nnapp.runs.launch import InlineLauncher
from nnapp.runs.spec import plan
from tests.architecture_samples import data_of, task_of

DENSE = LayerCost(name="hidden", kind="Dense", shape=(16,), parameters=160, trainable=160, flops=288, held=16)
FROZEN = LayerCost(name="backbone", kind="Functional", shape=(4, 4, 8), parameters=1000, flops=9000, inside=12, held=600)


def test_the_totals_are_the_sums_of_the_layers():
    found = Anatomy(layers=(FROZEN, DENSE), rows=100)
    assert (found.parameters, found.trainable, found.flops, found.file_bytes) == (1160, 160, 9288, 4640)
    # Weights once; gradients and two moments of what is learned; what comes out of every layer, and its gradient, for 10 rows.
    assert found.training_bytes(10, "adamw") == 4 * (1160 + 3 * 160 + 2 * 616 * 10)
    assert found.training_bytes(10, "sgd") == 4 * (1160 + 2 * 160 + 2 * 616 * 10)


def test_the_picture_says_where_the_weights_are_and_which_are_kept():
    chart = network_chart([FROZEN, DENSE])
    assert chart.title == "86 % of the 1,160 weights are in backbone"
    assert "Violet columns are kept" in chart.caption
    assert list(chart.table["comes out"]) == ["4 × 4 × 8", "16"]
    assert network_chart([DENSE]).title == "All 160 weights are in hidden"
    assert network_chart([LayerCost(name="flat", kind="Flatten", shape=(4,))]).title == "This network has nothing to learn"


def test_a_name_that_wants_to_be_markup_is_drawn_letter_by_letter():
    text = network_chart([DENSE.model_copy(update={"name": "<b>$x$"})]).figure.to_json()
    assert "<b>$x" not in text


def test_the_same_network_is_asked_once_and_the_training_does_not_matter():
    config = DataConfig(sha256="0" * 64)
    one = plan(config, "tabular", architecture="mlp")
    assert key("describe", one) == key("describe", one.with_settings({"training.epochs": 3, "training.batch_size": 8}))
    assert key("describe", one) != key("describe", one.with_settings({"model.units": 8}))


def test_the_queue_sees_what_is_asked_before_there_is_a_run(tmp_path: Path):
    desk, spec = Desk(tmp_path), plan(DataConfig(sha256="0" * 64), "tabular", architecture="mlp")
    job = desk.ask("describe", spec)
    assert desk.ask("describe", spec).id == job.id
    assert [waiting.id for waiting, _ in Board(tmp_path).jobs()] == [job.id]
    for units in range(1, JOBS_KEPT + 4):
        desk.ask("describe", spec.with_settings({"model.units": units})).request("stop")
    assert len(desk.run.jobs()) <= JOBS_KEPT + 2


def test_a_network_of_data_that_are_not_there_fails_with_a_remedy_that_the_page_can_show(tmp_path: Path):
    spec = plan(DataConfig(sha256="0" * 64), "tabular", architecture="mlp")
    with pytest.raises(NnappError) as caught:
        describe(tmp_path, spec, launcher=InlineLauncher())
    failure = Desk(tmp_path).failure("describe", spec)
    assert failure is not None
    assert (failure.problem, failure.remedy) == (caught.value.problem, caught.value.remedy)


@pytest.mark.tensorflow
def test_a_worker_describes_the_network_of_a_table_and_remembers_it(tmp_path: Path):
    sha = DataStore(tmp_path).add(SAMPLES["iris"].write(tmp_path))
    spec = plan(DataConfig(sha256=sha), "tabular", architecture="mlp", settings={"model.layers": 1, "model.units": 16, "preprocessing.bins": 0})
    found = describe(tmp_path, spec, launcher=InlineLauncher())
    # 4 features to 16 units without offsets, 4 numbers a unit of normalisation (2 learned), 16 units and an offset to 3 classes.
    assert found.parameters == 4 * 16 + 4 * 16 + 17 * 3
    assert found.trainable == 4 * 16 + 2 * 16 + 17 * 3
    dense, output = (next(layer for layer in found.layers if layer.name == name) for name in ("hidden1_dense", "output"))
    assert (dense.flops, output.flops, dense.shape) == (2 * 4 * 16, 2 * 16 * 3, (16,))
    assert found.rows == 104
    assert Desk(tmp_path).known("describe", spec) == found.model_dump(mode="json")


@pytest.mark.tensorflow
@pytest.mark.parametrize("name", ARCHITECTURES)
def test_every_network_is_measured_and_every_layer_of_it_explained(name: str):
    from nnapp.anatomy.measure import anatomy_of

    part = ARCHITECTURES[name]
    kind, task = min(part.accepts), min(part.tasks - {"anomaly"} or part.tasks)  # a watch wants an input of its own
    model = part().build(data_of(kind), task_of(task))
    found = anatomy_of(model)
    assert found.parameters == model.count_params()
    assert found.trainable == sum(math.prod(weight.shape) for weight in model.trainable_weights)
    assert found.flops >= 2 * found.layers[-1].parameters * 0.9
    assert all(layer.sentence != sentence_of("a layer that nobody knows") for layer in found.layers), {layer.kind for layer in found.layers}
    assert len(layer_table(found.layers)) == len(found.layers)


@pytest.mark.tensorflow
def test_the_arithmetic_of_each_sort_of_layer_is_what_one_counts_by_hand():
    import keras
    from keras import layers

    from nnapp.anatomy.measure import layer_flops

    def flops(layer, *shape: int) -> int:
        keras.Model(given := keras.Input(shape), layer(given) if not isinstance(layer, layers.MultiHeadAttention) else layer(given, given))
        return layer_flops(layer)

    assert flops(layers.Dense(5), 3) == 2 * 3 * 5
    assert flops(layers.Dense(5), 7, 3) == 2 * 7 * 3 * 5
    assert flops(layers.Conv2D(4, 3, padding="same"), 8, 8, 2) == 2 * 64 * 3 * 3 * 2 * 4
    assert flops(layers.DepthwiseConv2D(3, padding="same"), 8, 8, 2) == 2 * 64 * 3 * 3 * 2
    assert flops(layers.Conv2DTranspose(4, 2, strides=2), 4, 4, 3) == 2 * 16 * 2 * 2 * 3 * 4
    assert flops(layers.LSTM(6), 10, 3) == 2 * 10 * (3 * 24 + 6 * 24)
    assert flops(layers.Bidirectional(layers.GRU(6)), 10, 3) == 2 * 2 * 10 * (3 * 18 + 6 * 18)
    assert flops(layers.EinsumDense("abc,cde->abde", output_shape=(None, 2, 4)), 10, 8) == 2 * 10 * 8 * 2 * 4
    assert flops(layers.EinsumDense("...x,xy->...y", output_shape=5), 10, 8) == 2 * 10 * 8 * 5
    assert flops(layers.MultiHeadAttention(2, 4), 10, 8) == 2 * 10 * (4 * 8 * 8) + 2 * 10 * 10 * 16
    assert flops(layers.MaxPooling2D(), 8, 8, 2) == 128
    assert flops(layers.Embedding(100, 8), 10) == 0
    assert flops(layers.Dropout(0.5), 10) == 0
