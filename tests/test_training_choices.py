"""What can be chosen of losses, optimizers, schedules and penalties: each against numbers worked out by hand or by Keras."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from nnapp.architectures import ARCHITECTURES
from nnapp.errors import SpecError
from nnapp.tasks import OUTPUT
from nnapp.tasks.losses import loss_for
from nnapp.training import TrainingConfig
from nnapp.training.checkpoint import Progress
from nnapp.training.compilation import compile_model
from nnapp.training.engines import ENGINES
from nnapp.training.plateau import is_time, scale
from nnapp.training.schedules import SCHEDULES, Course
from nnapp.training.steering import Steering
from tests.architecture_samples import halves, separable, small, task_of
from tests.export_examples import KERAS_MEETS_NUMPY
from tests.test_training_engines import LOOPS, PLAIN, engine, hold_the_same, network
from tests.test_training_loop import DETERMINED, Notebook, fit, same
from tests.test_training_steering import Helm

WATCHED = DETERMINED.replaced({"schedule": "plateau", "plateau_patience": 1, "warm_up": 0.0, "learning_rate": 0.05, "epochs": 8})


def rates(name: str, course: Course) -> list[float]:
    schedule = SCHEDULES[name].make(course)
    return [float(schedule(step)) for step in range(course.steps + 1)]


def test_a_plateau_is_left_once_the_patience_is_over_and_not_before_the_warm_up_is():
    config = TrainingConfig(schedule="plateau", plateau_patience=2, epochs=50, warm_up=0.1)
    assert not is_time(config, Progress(epoch=7, best_epoch=6))
    assert is_time(config, Progress(epoch=8, best_epoch=6))
    assert not is_time(config, Progress(epoch=5, best_epoch=1))
    assert not is_time(config, Progress(epoch=9, best_epoch=6, lowered=(8,)))
    assert is_time(config, Progress(epoch=10, best_epoch=6, lowered=(8,)))
    assert not is_time(config.replaced({"schedule": "cosine"}), Progress(epoch=8, best_epoch=6))


def test_a_rate_falls_no_further_than_the_final_one():
    config = TrainingConfig(schedule="plateau", plateau_factor=0.3, final_rate=0.01)
    assert [round(scale(config, falls), 4) for falls in range(6)] == [1, 0.3, 0.09, 0.027, 0.01, 0.01]
    assert not is_time(config, Progress(epoch=40, best_epoch=6, lowered=(10, 14, 18, 22)))


@pytest.mark.parametrize(("written", "meant"), [(True, "batch"), (False, "none"), ("layer", "layer")])
def test_settings_that_knew_one_normalisation_only_mean_what_they_meant(written: object, meant: str):
    assert ARCHITECTURES["mlp"].parse({"normalize": written}).normalize == meant
    assert ARCHITECTURES["mlp"]().replaced({"normalize": str(written)}).normalize == meant


def test_every_group_of_the_form_names_fields_that_exist_and_no_field_twice():
    named = [name for names in TrainingConfig.groups.values() for name in names]
    assert set(named) <= set(TrainingConfig.model_fields)
    assert len(named) == len(set(named))


def test_a_wrong_quantile_is_refused_with_its_bounds():
    with pytest.raises(SpecError, match="quantile cannot be 1"):
        TrainingConfig().replaced({"quantile": 1.5})


@pytest.mark.tensorflow
@pytest.mark.parametrize("name", SCHEDULES)
def test_every_schedule_reaches_its_peak_and_never_leaves_its_bounds(name: str):
    found = rates(name, Course(peak=0.4, warm_up=20, steps=200, final=0.05))
    assert max(found) == pytest.approx(0.4, rel=1e-4)
    assert min(found) > 0
    assert found[-1] == pytest.approx(0.4 if name in {"constant", "plateau"} else 0.02, rel=1e-3)
    assert found[0] < 0.1 * 0.4


@pytest.mark.tensorflow
def test_the_new_schedules_have_the_values_of_their_definitions():
    course = Course(peak=1.0, warm_up=4, steps=104, final=0.001)
    stairs = rates("step", course)
    np.testing.assert_allclose([stairs[step] for step in (0, 3, 4, 33, 34, 64, 94)], [0.2, 0.8, 1, 1, 0.1, 0.01, 0.001], rtol=1e-4)
    falling = rates("exponential", course)
    np.testing.assert_allclose([falling[step] for step in (4, 54, 104)], [1, 0.001**0.5, 0.001], rtol=1e-4)
    cycle = rates("one_cycle", Course(peak=1.0, warm_up=4, steps=100, final=0.001))
    np.testing.assert_allclose([cycle[step] for step in (0, 15, 30, 65, 100)], [0.04, 0.52, 1, 0.5005, 0.001], rtol=1e-4)


@pytest.mark.tensorflow
def test_the_pinball_loss_is_least_at_the_quantile():
    y = np.random.default_rng(0).normal(size=(2000, 1)).astype(np.float32)
    loss = loss_for(task_of("regression"), "quantile", quantile=0.9)
    guesses = np.linspace(-1, 3, 81, dtype=np.float32)
    best = guesses[int(np.argmin([float(loss(y, np.full_like(y, guess))) for guess in guesses]))]
    assert best == pytest.approx(np.quantile(y, 0.9), abs=0.06)
    assert float(loss(np.float32([[1.0], [0.0]]), np.float32([[0.0], [1.0]]))) == pytest.approx((0.9 + 0.1) / 2)


@pytest.mark.tensorflow
@pytest.mark.parametrize(("task", "y", "logits"), [("binary", [[1.0]], [[0.5]]), ("multiclass", [1], [[0.2, 0.5, -0.1]])])
def test_the_focal_loss_is_cross_entropy_times_the_square_of_the_doubt(task: str, y: list, logits: list):
    plain = float(loss_for(task_of(task), "cross_entropy")(np.asarray(y), np.float32(logits)))
    focal = float(loss_for(task_of(task), "focal")(np.asarray(y), np.float32(logits)))
    assert focal == pytest.approx((1 - np.exp(-plain)) ** 2 * plain, rel=1e-4)


@pytest.mark.tensorflow
@pytest.mark.parametrize("loop", LOOPS)
@pytest.mark.parametrize("settings", [{"optimizer": "lion", "schedule": "one_cycle", "l1": 1e-3}, {"optimizer": "sgd", "momentum": 0.5, "l2": 1e-2}], ids=str)
def test_optimizers_schedules_and_penalties_end_in_every_loop_where_fit_ends(settings: dict, loop: str):
    part, config = separable("tabular", "multiclass", rows=153), PLAIN.replaced(settings)
    order = np.random.default_rng(3).permutation(153)
    ours, theirs = engine("mlp", loop, part, config), engine("mlp", loop, part, config)
    ours.run(order, lambda taken: True)
    fitted = ENGINES["fit"](theirs.model, theirs.sitting)
    fitted.run(order, lambda taken: True)
    hold_the_same(ours.model, fitted.model, *(float(each.model.get_metrics_result()["loss"]) for each in (ours, fitted)))


@pytest.mark.tensorflow
def test_the_penalties_are_a_part_of_the_training_loss_and_gone_when_steered_away():
    part = separable("tabular", "multiclass", rows=64)
    model = network("mlp", part)
    compile_model(model, part.task, PLAIN.replaced({"l1": 0.1, "l2": 0.01}), steps_per_epoch=4, kind="tabular")
    kernels = [weight.numpy() for weight in model.trainable_weights if len(weight.shape) > 1]
    expected = sum(0.1 * np.abs(kernel).sum() + 0.01 * np.square(kernel).sum() for kernel in kernels)
    assert sum(float(price) for price in model.losses) == pytest.approx(expected, rel=1e-4)
    compile_model(model, part.task, PLAIN, steps_per_epoch=4, kind="tabular")
    assert model.losses == []


@pytest.mark.tensorflow
@KERAS_MEETS_NUMPY
def test_the_network_that_is_kept_knows_nothing_of_penalties(tmp_path: Path):
    import keras

    result = fit(tmp_path, TrainingConfig(epochs=1, l1=1e-4, l2=1e-3), name="linear")
    result.model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras", compile=False, safe_mode=True)
    assert loaded.losses == result.model.losses == []


@pytest.mark.tensorflow
def test_a_resumed_run_ends_the_same_with_lion_and_one_cycle(tmp_path: Path):
    config = DETERMINED.replaced({"optimizer": "lion", "schedule": "one_cycle", "epochs": 2})
    whole = fit(tmp_path / "whole", config, name="mlp")
    fit(tmp_path / "parts", config, Notebook("pause", after=13), name="mlp")
    assert same(whole, fit(tmp_path / "parts", config, name="mlp"))


@pytest.mark.tensorflow
def test_the_rate_falls_when_validation_no_longer_improves_and_a_resumed_run_falls_the_same(tmp_path: Path):
    book = Notebook()
    whole = fit(tmp_path / "whole", WATCHED, book, name="mlp")
    told = [text for kind, text in book.events if kind == "rate_lowered"]
    found, losses = book.values("learning_rate", "train"), book.values("loss", "validation")
    assert told
    worse = next(epoch for epoch in range(1, 8) if losses[epoch] >= min(losses[:epoch]))
    assert found[worse] == pytest.approx(0.05)
    assert found[worse + 1] == pytest.approx(0.015)
    assert told[0].startswith("Validation has not improved since epoch")
    fit(tmp_path / "parts", WATCHED, Notebook("pause", after=13 * (worse + 1)), name="mlp")
    assert same(whole, fit(tmp_path / "parts", WATCHED, name="mlp"))


@pytest.mark.tensorflow
def test_a_watched_rate_can_be_steered_and_keeps_its_falls(tmp_path: Path):
    book = Helm(wanted=Steering(training={"learning_rate": 0.1}), at=13 * 7)
    fit(tmp_path, WATCHED, book, name="mlp")
    before, after = book.values("learning_rate", "train")[6:8]
    falls = sum(kind == "rate_lowered" for kind, _ in book.events)
    assert falls
    assert after / before == pytest.approx(2) or after / before == pytest.approx(0.6)


@pytest.mark.tensorflow
@pytest.mark.parametrize(("name", "normalize"), [("mlp", "layer"), ("residual", "none"), ("cnn", "group")])
def test_every_normalisation_learns(tmp_path: Path, name: str, normalize: str):
    kind = "tabular" if "tabular" in ARCHITECTURES[name].accepts else "pictures"
    data = halves(separable(kind, "binary", rows=96))
    architecture = small(name).replaced({"normalize": normalize, "initializer": "glorot", "activation": "gelu"})
    from nnapp.training import Silence, train

    def build():
        return architecture.build(data[0].data, data[0].task)

    config = TrainingConfig(epochs=8, batch_size=16, learning_rate=5e-3)
    result = train(build, *data, data[0].task, config, recorder=Silence(), checkpoint=tmp_path)
    logits = np.asarray(result.model(data[1].x, training=False))
    assert ((logits > 0) == (data[1].y[OUTPUT] == 1)).mean() > 0.9
