"""Order, weights, presets and the stream of numbers: no TensorFlow needed."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnapp.architectures import ARCHITECTURES
from nnapp.errors import SpecError
from nnapp.specs import Spec
from nnapp.tasks.losses import LOSSES, losses_for
from nnapp.training import Metric, Silence, TrainingConfig
from nnapp.training.beginning import StartConfig
from nnapp.training.devices import Device
from nnapp.training.engines import ENGINES
from nnapp.training.optimizers import OPTIMIZERS
from nnapp.training.order import epoch_order
from nnapp.training.presets import PRESETS, preset_settings
from nnapp.training.schedules import SCHEDULES
from nnapp.training.stream import BETWEEN_LOOKS, Stream
from nnapp.training.weights import row_weights


@given(st.integers(0, 500), st.integers(0, 2**31 - 1), st.integers(0, 10_000))
def test_every_epoch_sees_every_row_once_in_an_order_that_seed_and_epoch_fix(rows: int, seed: int, epoch: int):
    order = epoch_order(rows, seed, epoch)
    assert sorted(order) == list(range(rows))
    np.testing.assert_array_equal(order, epoch_order(rows, seed, epoch))


def test_epochs_and_seeds_differ_in_their_order():
    orders = {tuple(epoch_order(50, seed, epoch)) for seed in (0, 1) for epoch in range(5)}
    assert len(orders) == 10


@given(st.lists(st.integers(0, 4), min_size=1, max_size=60), st.randoms(use_true_random=False))
def test_balanced_weights_give_every_class_the_same_mass_and_keep_the_mean(labels: list[int], chance):
    given_weights = np.array([chance.uniform(0.1, 3) for _ in labels], np.float32)
    y = np.array(labels, np.int32)
    weights = row_weights(y, given_weights, balanced=True)
    assert weights is not None
    masses = [weights[y == label].sum() for label in set(labels)]
    np.testing.assert_allclose(masses, masses[0], rtol=1e-4)
    assert weights.sum() == pytest.approx(given_weights.sum(), rel=1e-4)


def test_without_balance_the_weights_are_those_given():
    given_weights = np.array([1.0, 2.0], np.float32)
    assert row_weights(np.array([0, 1]), given_weights, balanced=False) is given_weights
    assert row_weights(np.array([0, 1]), None, balanced=False) is None


def test_rows_that_count_nothing_do_not_break_the_balance():
    weights = row_weights(np.array([0, 1, 1]), np.array([0.0, 1.0, 1.0], np.float32), balanced=True)
    assert weights is not None
    np.testing.assert_allclose(weights, [0, 1, 1])


@pytest.mark.parametrize("architecture", ARCHITECTURES)
@pytest.mark.parametrize("preset", PRESETS)
def test_every_preset_changes_settings_that_exist_to_values_they_may_have(preset: str, architecture: str):
    sections: dict[str, Spec] = {"training": TrainingConfig(), "model": ARCHITECTURES[architecture](), "start": StartConfig()}
    for path, value in preset_settings(preset, architecture).items():
        section, _, name = path.partition(".")
        sections[section] = sections[section].replaced({name: value})


def test_presets_go_from_short_to_long_and_balanced_is_the_default():
    epochs = [preset_settings(preset, "mlp").get("training.epochs", TrainingConfig().epochs) for preset in ("quick", "balanced", "best")]
    assert epochs == sorted(set(epochs))
    assert preset_settings("balanced", "mlp") == {}
    assert preset_settings("balanced", "cnn") == {"training.learning_rate": 0.002, "training.epochs": 30}
    with pytest.raises(SpecError, match="Did you mean 'best'"):
        preset_settings("bestt", "mlp")


@pytest.mark.parametrize("registry", [LOSSES, OPTIMIZERS, SCHEDULES])
def test_every_choice_has_a_title_and_a_sentence(registry):
    for part in registry.values():
        assert part.title
        assert part.sentence.endswith(".")


def test_every_entry_of_a_registry_is_a_choice_of_its_field():
    schema = TrainingConfig.model_json_schema()["properties"]
    assert schema["optimizer"]["enum"] == list(OPTIMIZERS)
    assert schema["schedule"]["enum"] == list(SCHEDULES)
    assert schema["loss"]["enum"] == ["auto", *LOSSES]
    assert schema["engine"]["enum"] == list(ENGINES)


def test_each_question_has_a_default_loss():
    assert [losses_for(kind)[0] for kind in ("binary", "multiclass", "regression")] == ["cross_entropy", "cross_entropy", "mse"]


def test_a_wrong_choice_lists_the_right_ones():
    with pytest.raises(SpecError, match=r"optimizer cannot be 'adamm'.*'adam', 'adamw'"):
        TrainingConfig.parse({"optimizer": "adamm"})


def test_the_stream_looks_twice_a_second_at_most_and_counts_earlier_sittings():
    now = [100.0]
    stream = Stream(Silence(), clock=lambda: now[0])
    looks = 0
    for _ in range(1000):
        now[0] += 0.01
        looks += stream.due()
    assert looks == pytest.approx(10 / BETWEEN_LOOKS, abs=1)
    stream.go_on(30.0)
    assert stream.seconds == pytest.approx(40)


def test_a_command_that_was_given_stays_given():
    class Once(Silence):
        asked = 0

        def command(self):
            self.asked += 1
            return "stop" if self.asked == 1 else None

    stream = Stream(Once())
    assert [stream.look(), stream.look(), stream.command] == ["stop"] * 3


def test_a_metric_is_one_line_of_json():
    metric = Metric(step=3, epoch=0.5, split="train", name="loss", value=0.25, seconds=1.5)
    line = metric.model_dump_json()
    assert "\n" not in line
    assert Metric.from_json(line) == metric


def test_a_device_says_what_it_is():
    assert Device(kind="cpu", name="Some processor").title == "CPU: Some processor"
    assert Device(kind="gpu", name="NVIDIA L4", memory=24 * 2**30).title == "GPU: NVIDIA L4 (24 GB)"
