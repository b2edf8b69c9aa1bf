"""A person's own layers: text, shapes followed without Keras, and the same network once it is built."""

from __future__ import annotations

import copy
import pickle
import subprocess
import sys

import numpy as np
import pytest

from nnapp.architectures import ARCHITECTURES
from nnapp.architectures.layer_list import Layers, end_problem, input_shape, starter, traced
from nnapp.architectures.layer_specs import LAYERS, layers_as_text, layers_from
from nnapp.data.dataset import TOKENS, DataSpec
from nnapp.data.layout import TokenShape
from nnapp.data.specs import DataConfig
from nnapp.errors import SpecError
from nnapp.runs.spec import plan
from tests.architecture_samples import data_of, task_of

PICTURE = (28, 28, 1)


def shapes(text: str, given: tuple[int | None, ...]) -> list[tuple[int | None, ...]]:
    return [step.cost.shape for step in traced(layers_from(text), given) if step.cost]


def test_the_shape_of_a_text_survives_being_copied_and_pickled():
    given = TokenShape(10, 99)
    for again in (copy.copy(given), copy.deepcopy(given), pickle.loads(pickle.dumps(given))):
        assert (again, again.vocabulary) == ((10,), 99)


@pytest.mark.parametrize("name", LAYERS)
def test_every_layer_is_explained_and_survives_text_and_json(name: str):
    part = LAYERS[name]
    layer = part.parse({})
    assert (layer.kind, part.title, part.sentence[-1]) == (name, part.title, ".")
    assert layers_from(layers_as_text([layer])) == (layer,)
    assert layers_from([layer.model_dump()]) == (layer,)
    for field in part.model_fields.values():
        assert field.description is not None
        assert field.description.endswith(".")


def test_a_list_is_typed_as_text_or_as_json_and_both_mean_the_same():
    config = DataConfig(sha256="0" * 64)
    typed = plan(config, "pictures", architecture="layers", settings={"model.layers": "conv 16 kernel=5, pool\nflatten; dense 8 tanh, lstm both_ways=true"})
    as_json = '[{"kind":"conv","filters":16,"kernel":5},{"kind":"pool"},{"kind":"flatten"},{"kind":"dense","units":8,"activation":"tanh"},{"kind":"lstm","both_ways":true}]'
    assert typed.model == plan(config, "pictures", architecture="layers", settings={"model.layers": as_json}).model
    assert isinstance(typed.model, Layers)
    assert layers_as_text(typed.model.layers) == "conv 16 kernel=5, pool, flatten, dense 8 tanh, lstm 64 both_ways=true"
    assert type(typed).from_json(typed.to_json()) == typed


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("dense 8, desne 4", "Layer 2: There is no layer called 'desne'."),
        ("dense 8 wide", "Layer 1: dense does not know 'wide'."),
        ("dense 99999", "Layer 1: units cannot be 99999."),
        ("conv depth=3", "Layer 1: There is no setting called 'depth'."),
        ('[{"kind": "dense"', "The list of layers is no JSON"),
        ("[3]", "Layer 1 has no kind."),
        (",".join(["dense"] * 61), "The list has 61 layers."),
    ],
)
def test_what_cannot_be_read_is_answered_with_the_layer_and_a_remedy(text: str, problem: str):
    with pytest.raises(SpecError) as caught:
        layers_from(text)
    assert caught.value.problem.startswith(problem)
    assert caught.value.remedy


def test_shapes_are_followed_through_pictures_series_and_rows():
    assert shapes("conv 8 stride=2, pool, flatten, dense 4", PICTURE) == [(14, 14, 8), (7, 7, 8), (392,), (4,)]
    assert shapes("sequence, gru 6 each_step=true, attention, lstm 5 both_ways=true", PICTURE) == [(28, 28), (28, 6), (28, 6), (10,)]
    assert shapes("sequence places, norm layer", (4, 4, 3)) == [(16, 3), (16, 3)]
    assert shapes("dense 8, dropout 0.5", (None,)) == [(8,), (8,)]
    assert shapes("flatten", (None, 4)) == [(None,)]
    assert shapes("embedding 6, positions, attention, pool 3, gru 5", TokenShape(10, 99)) == [(10, 6), (10, 6), (10, 6), (3, 6), (5,)]
    assert traced(layers_from("embedding 6"), TokenShape(10, 99))[0].cost.parameters == 594


@pytest.mark.parametrize(
    ("text", "given", "problem"),
    [
        ("dense 8, flatten, conv 4", PICTURE, "Layer 3, Conv: needs a picture (height, width, channels) or a series (steps, channels) but gets 6272 numbers."),
        ("lstm 8", PICTURE, "Layer 1, LSTM: needs a series (steps, numbers each) but gets a picture of 28 × 28 with 1 channel."),
        ("attention", (12,), "Layer 1, Attention: needs a series (steps, numbers each) but gets 12 numbers."),
        ("pool 16, pool 16", PICTURE, "Layer 2, Pool: needs at least 16 places a side but gets a picture of 1 × 1 with 1 channel."),
        ("sequence places, lstm", PICTURE, "Layer 2, LSTM: reads at most 256 steps but gets 784."),
        ("lstm 8", TokenShape(40, 500), "Layer 1, LSTM: needs numbers but gets a text of 40 words or pieces."),
        ("embedding 8", (40, 2), "Layer 1, Embedding: needs the words of a text but gets a series of 40 steps with 2 numbers each."),
        (
            "embedding 8, gru each_step=true",
            TokenShape(None),
            "After the last layer there is a series of some steps with 64 numbers each, not one row of numbers.",
        ),
        ("dense 4096, flatten, dense 4096", (64, 64, 3), "Layer 3, Dense: would hold 68,719,480,832 weights, more than 200,000,000."),
        ("conv 4", PICTURE, "After the last layer there is a picture of 28 × 28 with 4 channels, not one row of numbers."),
    ],
)
def test_what_does_not_fit_is_said_with_what_it_needs_and_what_it_gets(text: str, given: tuple[int, ...], problem: str):
    with pytest.raises(SpecError) as caught:
        Layers().replaced({"layers": text}).check_entry(given)
    assert caught.value.problem == problem
    assert caught.value.remedy.endswith(".")
    assert sum(bool(step.problem) for step in traced(layers_from(text), given)) <= 1


@pytest.mark.parametrize(
    "given", [(1,), (None,), (4096,), (1, 1, 1), (28, 28, 1), (70, 50, 3), (512, 512, 3), (100, 3), (None, None), TokenShape(None), TokenShape(9, 50)]
)
def test_there_is_a_list_to_begin_with_for_every_shape(given: tuple[int | None, ...]):
    steps = traced(starter(given), given)
    assert all(step.cost for step in steps)
    assert end_problem(steps, given) is None


def test_shapes_are_followed_without_loading_tensorflow_or_keras():
    script = (
        "import sys; from nnapp.architectures.layer_list import *; Layers().replaced({'layers': 'conv 4, flatten'}).check_entry((8, 8, 1)); "
        "print({'keras', 'tensorflow'} & set(sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout == "set()\n"


@pytest.mark.tensorflow
@pytest.mark.parametrize(
    "text",
    [
        "conv 4 gelu, separable 6 stride=2 kernel=1, norm, pool average, activation silu, globalpool max, dense 5 tanh",
        "sequence, lstm 4 each_step=true, gru 3 both_ways=true each_step=true, norm layer, attention heads=2 width=3, conv 4 kernel=2, flatten, dropout",
        "dense 3, sequence places, pool 3, gru 4",
    ],
)
def test_what_was_followed_is_what_keras_builds(text: str):
    from nnapp.anatomy.measure import layer_cost

    data, task = data_of("pictures"), task_of("multiclass")
    model = Layers().replaced({"layers": text})
    built = model.build(data, task)
    for step in traced(model.listed(input_shape(data)), input_shape(data)):
        assert step.cost is not None
        if step.layer.kind == "activation":
            continue
        layer = built.get_layer(step.cost.name)
        real = layer_cost(layer)
        assert (real.shape, real.parameters, real.trainable) == (step.cost.shape, step.cost.parameters, step.cost.trainable), step.layer
        if step.layer.kind in {"conv", "dense"}:
            assert abs(real.flops - step.cost.flops) <= 0.2 * real.flops


LISTS_FOR_TEXT = [
    "embedding 6, positions, attention heads=2 width=3, globalpool",
    "embedding 6, conv 5 stride=2, lstm 4",
    "embedding 6, gru 4 both_ways=true each_step=true, pool 2, globalpool max",
]


@pytest.mark.tensorflow
@pytest.mark.parametrize("text", LISTS_FOR_TEXT)
def test_a_list_for_texts_counts_its_weights_and_does_not_mind_how_far_a_text_is_filled_up(text: str):
    data, task = data_of("text"), task_of("multilabel")
    model = Layers().replaced({"layers": text})
    built = model.build(data, task)
    costs = [step.cost for step in traced(model.listed(input_shape(data)), input_shape(data)) if step.cost]
    assert sum(cost.parameters for cost in costs) + (costs[-1].shape[-1] + 1) * 3 == built.count_params()
    unrolled = model.build_for_export(data, task)
    unrolled.set_weights(built.get_weights())
    ids = np.array([[3, 4, 0, 0, 0, 0, 0], [3, 4, 5, 6, 7, 8, 9], [0] * 7], np.int32)
    answers = np.asarray(built({TOKENS: ids}, training=False))
    assert np.asarray(unrolled({TOKENS: ids}, training=False)) == pytest.approx(answers, abs=1e-5)
    assert np.isfinite(answers).all()
    if "both_ways" in text:
        return  # what reads backwards sees the blanks first
    longer = DataSpec(kind="text", inputs={TOKENS: data.inputs[TOKENS].model_copy(update={"shape": (13,)})})
    wide = model.build(longer, task)
    wide.set_weights(built.get_weights())
    filled = np.asarray(wide({TOKENS: np.pad(ids, ((0, 0), (0, 6)))}, training=False))
    assert filled[0] == pytest.approx(answers[0], abs=1e-5)


def test_the_networks_menu_has_it_last():
    assert ARCHITECTURES["layers"].rank == max(part.rank for part in ARCHITECTURES.values())
