"""Every loop: takes the same steps as Keras' own `fit`, on every network."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from nnapp.data.dataset import FEATURES, Dataset
from nnapp.tasks import OUTPUT
from nnapp.tasks.losses import loss_for
from nnapp.training import TrainingConfig
from nnapp.training.compilation import compile_model
from nnapp.training.engines import ENGINES, Engine, Sitting
from nnapp.training.engines.auto import AutoEngine, is_for_xla
from nnapp.training.engines.chunk import CannotCompileError
from nnapp.training.weights import arrays
from tests.architecture_samples import TURNS, separable, small

pytestmark = pytest.mark.tensorflow

BATCH, ROWS = 16, 153
"""Nine whole batches and one of nine rows: ten steps."""
PLAIN = TrainingConfig(schedule="constant", warm_up=0.0, learning_rate=1e-3)
LOOPS = [name for name in ENGINES if name not in {"fit", "auto"}]


def network(name: str, part: Dataset, *, sure: bool = False):
    """A network of this name; `sure` leaves out what is drawn by chance, of which XLA makes other draws from the same seed."""
    import keras

    keras.utils.set_random_seed(7)
    model = small(name).build(part.data, part.task)
    for layer in model._flatten_layers(include_self=False):
        for chance in ("rate", "stddev"):  # of dropout, of noise
            if sure and getattr(layer, chance, 0.0):
                setattr(layer, chance, 0.0)
    return model


def engine(name: str, loop: str, part: Dataset, config: TrainingConfig = PLAIN, *, steps: int = 10) -> Engine:
    model = network(name, part, sure=loop == "chunk-xla")
    compile_model(model, part.task, config, steps_per_epoch=10, kind=part.data.kind)
    return ENGINES[loop](model, Sitting(arrays(part, config), BATCH, steps))


def fitted_by_keras(name: str, loop: str, part: Dataset, order: np.ndarray, config: TrainingConfig = PLAIN):
    """What a plain script would do: Keras' own optimizer, loss and `fit`."""
    import keras

    model = network(name, part, sure=loop == "chunk-xla")
    optimizer = keras.optimizers.AdamW(config.learning_rate, weight_decay=config.weight_decay, global_clipnorm=config.clipping)
    optimizer.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
    model.compile(optimizer, loss_for(part.task, config.loss, config.label_smoothing))
    known = arrays(part, config)
    weights = None if known.weights is None else known.weights[order]
    x = {key: array[order] for key, array in known.x.items()}
    history = model.fit(x, known.y[order], sample_weight=weights, batch_size=BATCH, shuffle=False, verbose=0)
    return model, history.history["loss"][0]


def hold_the_same(one, other, loss: float, other_loss: float, within: float = 1e-4) -> None:
    """To a relative 1e-4 of all weights together: one alone may be a bias before a normalisation, whose gradient is rounding and no more."""
    assert loss == pytest.approx(other_loss, rel=within)
    mine, theirs = (np.concatenate([weight.reshape(-1) for weight in model.get_weights()]) for model in (one, other))
    assert np.linalg.norm(mine - theirs) < within * np.linalg.norm(theirs)


@pytest.mark.parametrize(
    ("case", "loop"),
    [
        pytest.param(case, loop, id="-".join((*case, loop)))
        for case in TURNS
        for loop in LOOPS
        if case[0] not in {"transfer", "branches"} or loop != "chunk-xla"
    ],
)  # backbones and branches take XLA long to compile, and `auto` never asks it to compile convolutions
def test_ten_steps_end_where_keras_own_fit_ends(case: tuple[str, str, str], loop: str):
    name, kind, task = case
    part = separable(kind, task, rows=ROWS)
    if loop == "chunk-xla" and kind in {"pictures", "sounds"}:  # which does not know how to shift a picture or a spectrogram, and says so
        part = replace(part, data=part.data.unchanging())
    # A backbone of forty normalised layers on maps of one pixel doubles every rounding at every step: two fits differ by a hundredth after three.
    steps = 1 if name == "transfer" else 10
    order = np.random.default_rng(3).permutation(ROWS)[: steps * BATCH]
    made = engine(name, loop, part)
    assert made.run(order, lambda taken: True) == steps
    theirs, loss = fitted_by_keras(name, loop, part, order)
    # XLA sums in another order. Adam's first steps enlarge that where a gradient is rounding and no more: of convolutions that nothing
    # normalises, and of a series' channel that is always 1 (every step is there), of which every step has weights.
    within = 1e-3 if (loop == "chunk-xla" and kind in {"pictures", "series"}) or name == "transfer" else 1e-4
    hold_the_same(made.model, theirs, float(made.model.get_metrics_result()["loss"]), loss, within)


@pytest.mark.parametrize("loop", LOOPS)
def test_weights_smoothing_clipping_and_decay_count_as_in_keras_own_fit(loop: str):
    part = separable("tabular", "multiclass", rows=ROWS)
    part.y[OUTPUT][: ROWS // 3] = 0
    config = PLAIN.replaced({"class_weights": "balanced", "label_smoothing": 0.1, "clipping": 0.1, "weight_decay": 0.1})
    order = np.random.default_rng(3).permutation(ROWS)
    made = engine("mlp", loop, part, config)
    made.run(order, lambda taken: True)
    theirs, loss = fitted_by_keras("mlp", loop, part, order, config)
    hold_the_same(made.model, theirs, float(made.model.get_metrics_result()["loss"]), loss)


@pytest.mark.parametrize("loop", list(ENGINES))
def test_ticks_count_the_steps_and_end_the_epoch_early(loop: str):
    part = separable("tabular", "binary", rows=ROWS)
    made, heard = engine("linear", loop, part), []
    assert made.run(np.arange(ROWS), lambda taken: not heard.append(taken)) == 10
    assert heard == sorted(set(heard))
    assert heard[-1] == 10
    taken = made.run(np.arange(ROWS), lambda taken: False)
    assert 0 < taken <= 10
    assert int(made.model.optimizer.iterations.numpy()) == 10 + taken


@pytest.mark.parametrize("loop", LOOPS)
def test_metrics_are_those_of_the_whole_epoch_however_many_chunks_it_had(loop: str):
    part = separable("tabular", "multiclass", rows=40 * BATCH + 5)
    made, seen = engine("mlp", loop, part), []
    made.run(np.arange(len(part)), lambda taken: not seen.append(float(made.model.get_metrics_result()["loss"])))
    assert len(seen) > 2
    theirs, loss = fitted_by_keras("mlp", loop, part, np.arange(len(part)))
    hold_the_same(made.model, theirs, seen[-1], loss)


def test_a_long_run_of_a_small_network_moves_to_the_faster_loop_and_counts_every_step_once():
    part = separable("tabular", "binary", rows=6400)
    made = engine("mlp", "auto", part, steps=10**7)
    assert made.choice == "chunk-graph"
    heard: list[int] = []
    for _ in range(3):
        assert made.run(np.arange(6400), lambda taken: not heard.append(taken)) == 400
    assert isinstance(made, AutoEngine)
    assert made._settled
    assert heard.count(400) == 3
    assert int(made.model.optimizer.iterations.numpy()) == 1200


def test_what_was_waited_for_rows_never_shrinks_when_the_slower_loop_is_left():
    part = separable("tabular", "binary", rows=640)
    made = engine("linear", "auto", part, steps=10**7)
    waited, used = [0.0], set()
    for _ in range(12):
        made.run(np.arange(640), lambda taken: True)
        waited.append(made.waited)
        used.add(made.choice)
        if made.choice == "chunk-xla":
            made._graph.seconds_per_step = 0.0  # a machine on which XLA is slower
    assert used == {"chunk-graph", "chunk-xla"}
    assert made.choice == "chunk-graph"
    assert waited == sorted(waited)


def test_a_short_or_deterministic_run_and_one_with_convolutions_stay_with_the_graph():
    table, pictures = separable("tabular", "binary", rows=640), separable("pictures", "binary", rows=64)
    short = engine("mlp", "auto", table, steps=120)
    for _ in range(3):
        short.run(np.arange(640), lambda taken: True)
    assert short.choice == "chunk-graph"
    assert not is_for_xla(network("cnn", pictures))
    assert is_for_xla(network("mlp", table))
    compile_model(model := network("mlp", table), table.task, PLAIN, steps_per_epoch=40, kind="tabular")
    certain = AutoEngine(model, Sitting(arrays(table, PLAIN), BATCH, 10**7, deterministic=True))
    for _ in range(3):
        certain.run(np.arange(640), lambda taken: True)
    assert certain.choice == "chunk-graph"


def test_a_network_that_xla_does_not_know_is_told_and_auto_trains_it_all_the_same():
    import keras
    import tensorflow as tf

    class Unknown(keras.layers.Layer):
        def call(self, x):
            return x + tf.ensure_shape(tf.numpy_function(np.zeros_like, [tf.stop_gradient(x)], tf.float32), x.shape)

        def compute_output_shape(self, shape):
            return shape

    part = separable("tabular", "binary", rows=6400)
    inputs = keras.Input((4,), name=FEATURES)
    model = keras.Model({FEATURES: inputs}, keras.layers.Dense(1)(Unknown()(inputs)))
    compile_model(model, part.task, PLAIN, steps_per_epoch=400, kind="tabular")
    sitting = Sitting(arrays(part, PLAIN), BATCH, 10**7)
    with pytest.raises(CannotCompileError, match="XLA"):
        ENGINES["chunk-xla"](model, sitting).run(np.arange(6400), lambda taken: True)
    made = AutoEngine(model, sitting)
    assert made.run(np.arange(6400), lambda taken: True) == 400
    assert made.choice == "chunk-graph"


def test_over_twenty_seeds_a_chunk_learns_as_well_as_fit():
    """The margin, set beforehand: a quarter of the standard deviation that the seeds alone make."""
    part, held_out = separable("tabular", "multiclass", rows=320), separable("tabular", "multiclass", rows=400, seed=1)
    found: dict[str, list[float]] = {}
    for loop in (*LOOPS, "fit"):
        compile_model(model := network("mlp", part), part.task, PLAIN, steps_per_epoch=20, kind="tabular")
        made = ENGINES[loop](model, Sitting(arrays(part, PLAIN), BATCH, 10))
        begun, fresh = made.model.get_weights(), [variable.numpy() for variable in made.model.optimizer.variables]
        for seed in range(20):
            random = np.random.default_rng(seed)
            made.model.set_weights([weight + 0.05 * random.normal(size=weight.shape) for weight in begun])
            for variable, value in zip(made.model.optimizer.variables, fresh, strict=True):
                variable.assign(value)
            for _ in range(3):
                made.run(random.permutation(320), lambda taken: True)
            logits = np.asarray(made.model(held_out.x, training=False))
            found.setdefault(loop, []).append(float(loss_for(part.task, "auto", 0.0)(held_out.y[OUTPUT], logits)))
    fitted = np.array(found["fit"])
    for loop in LOOPS:
        assert abs(np.mean(found[loop]) - fitted.mean()) < 0.25 * fitted.std(), loop
