"""Diagnoses: each is made of a history that shows it, and none of a healthy one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from nnapp.architectures import ARCHITECTURES
from nnapp.data.specs import SplitSpec
from nnapp.tasks import TaskSpec
from nnapp.training.config import TrainingConfig
from nnapp.training.diagnoses import DIAGNOSES, Diagnosis, diagnose, news
from nnapp.training.flight import EpochRecord, Flight
from nnapp.training.probe import LayerProbe, ProbeResult

TASK = TaskSpec.classification("y", ("a", "b", "c"))
SETTINGS = ARCHITECTURES["mlp"]().model_dump()
EPOCHS = 40
RESERVED = {"epochs", "epoch", "step", "code", "severity", "fixes"}
"""What an event's numbers mean to whoever records it: `epochs` would change how long the run says it is."""


def flight(train: Any, validation: Any = None, *, config: TrainingConfig | None = None, probes: dict[int, ProbeResult] | None = None, **more: Any) -> Flight:
    """A run with these losses by epoch; its rate follows a cosine, its probes stand at their epochs."""
    config = config or TrainingConfig(epochs=EPOCHS)
    train = [float(loss) for loss in train]
    validation = train if validation is None else [float(loss) for loss in validation]
    accuracy = more.pop("accuracy", [0.5 + 0.001 * place for place in range(len(train))])
    shares = more.pop("input_shares", [None] * len(train))
    records = tuple(
        EpochRecord(
            epoch=place + 1,
            step=10 * (place + 1),
            train={"loss": train[place], "accuracy": accuracy[place]},
            validation={"loss": validation[place], "accuracy": accuracy[place]},
            learning_rate=config.learning_rate * (0.505 + 0.495 * float(np.cos(np.pi * place / config.epochs))),
            seconds=1.0,
            rows_per_second=1000.0,
            input_share=shares[place],
            probe=(probes or {}).get(place + 1),
        )
        for place in range(len(train))
    )
    given = {"rows": 1000, "batch_size": 32, "settings": SETTINGS, "guess": 1.1, "majority": 0.4, **more}
    return Flight(config=config, history=records, task=TASK, **given)


def probe(gradients: list[float], *, dead: dict[int, float] | None = None, answers: tuple[int, ...] = (90, 80, 86)) -> ProbeResult:
    """Layers of 100 weights with these gradients, from the input on."""
    layers = tuple(
        LayerProbe(name=f"hidden{place + 1}", gradient_norm=norm, weights=100, multiplies=True, dead=(dead or {}).get(place + 1, 0.0))
        for place, norm in enumerate(gradients)
    )
    return ProbeResult(gradient_norm=float(np.linalg.norm(gradients)), layers=layers, answers=answers, labels=(90, 80, 86), seconds=0.01)


def codes(found: tuple[Diagnosis, ...]) -> list[str]:
    return [diagnosis.code for diagnosis in found]


def only(run: Flight) -> Diagnosis:
    """The one thing that is wrong."""
    found = diagnose(run)
    assert len(found) == 1, codes(found)
    assert not RESERVED & set(found[0].numbers)
    return found[0]


def changes(found: Diagnosis, applies: str = "new run") -> dict[str, Any]:
    return {path: value for fix in found.fixes if fix.applies == applies for path, value in fix.changes.items()}


def every_epoch(run: Flight) -> list[str]:
    """Codes of all that is diagnosed at the end of any epoch."""
    return [code for end in range(1, len(run.history) + 1) for code in codes(diagnose(replace(run, history=run.history[:end])))]


X = np.arange(EPOCHS)
FALLING = 0.1 + np.exp(-X / 5)


def test_validation_that_rises_while_training_falls_is_memorising():
    validation = np.concatenate([1.2 - 0.05 * X[:14], 0.55 + 0.08 * np.arange(1, 7)])
    found = only(flight(1.2 * np.exp(-X[:20] / 10), validation))
    assert found.code == "memorising"
    assert found.numbers["span"] == 6
    assert found.numbers["best_epoch"] == 14
    assert "Validation loss has risen for 6 epochs" in found.text
    assert "The best epoch is 14" in found.text
    assert changes(found)["model.dropout"] == 0.4
    assert changes(found)["model.units"] == 128
    assert changes(found, "same run") == {"training.weight_decay": 0.1}


def test_two_losses_that_stand_still_alike_and_high_are_underfitting():
    level = np.concatenate([1.1 - 0.1 * X[:4], np.full(10, 0.75)])
    found = only(flight(level, level * 1.02))
    assert found.code == "underfitting"
    assert found.severity == "note"
    assert "for 8 epochs" in found.text
    assert changes(found) == {"model.units": 512, "training.learning_rate": 3e-3}


def test_a_low_loss_that_stands_still_is_a_run_that_is_done():
    assert diagnose(flight(np.concatenate([1.1 - 0.2 * X[:5], np.full(10, 0.2)]))) == ()


def test_a_loss_that_rose_tenfold_has_too_high_a_rate():
    found = only(flight([1.0, 0.5, 0.4, 5.2], config=TrainingConfig(epochs=EPOCHS, learning_rate=0.1)))
    assert found.code == "rate_too_high"
    assert "rose from 0.4 to 5.2, 13 times as much" in found.text
    assert changes(found, "same run") == {"training.learning_rate": 0.01, "training.clipping": 1.0}
    assert changes(found) == changes(found, "same run")


def test_a_loss_ten_times_that_of_guessing_has_too_high_a_rate():
    found = only(flight([40.0, 44.0]))
    assert found.code == "rate_too_high"
    assert "40 times what guessing costs (1.1" in found.text


def test_a_loss_that_goes_up_and_down_has_too_high_a_rate():
    found = only(flight([1.1, 0.8, 1.2, 0.8, 1.3, 0.9, 1.2, 0.8], np.full(8, 1.1)))
    assert found.code == "rate_too_high"
    assert "went up in 3 of the last 8 epochs" in found.text


def test_a_loss_in_a_straight_and_tiny_slope_has_too_low_a_rate():
    found = only(flight(1.1 - 0.001 * X[:10]))
    assert found.code == "rate_too_low"
    assert "by 0.091 % an epoch" in found.text
    assert changes(found, "same run") == {"training.learning_rate": 0.01}


def test_a_slow_start_within_the_warm_up_is_no_low_rate():
    assert diagnose(flight(1.1 - 0.001 * X[:10], config=TrainingConfig(epochs=EPOCHS, warm_up=0.5))) == ()


def test_a_gradient_a_thousand_times_smaller_in_an_early_layer_vanishes():
    found = only(flight(FALLING[:5], probes={5: probe([1e-5, 1e-3, 0.1, 1.0])}))
    assert found.code == "vanishing_gradients"
    assert "layer 1 of 4 (hidden1)" in found.text
    assert "100,000 times less" in found.text
    assert found.numbers["ratio"] == pytest.approx(1e-5)


def test_a_vanishing_gradient_is_mended_by_what_the_network_lacks():
    settings = {"layers": 8, "activation": "tanh", "normalize": False}
    found = only(flight(FALLING[:5], probes={5: probe([1e-5, 1e-3, 0.1, 1.0])}, settings=settings))
    assert changes(found) == {"model.normalize": True, "model.activation": "relu", "model.layers": 4}


def test_a_gradient_a_hundred_times_as_long_as_usual_explodes():
    probes = {epoch: probe([0.5, 0.5, 0.5]) for epoch in (1, 2, 3)} | {4: probe([60.0, 60.0, 60.0])}
    found = only(flight(FALLING[:4], probes=probes))
    assert found.code == "exploding_gradients"
    assert found.numbers["times"] == pytest.approx(120)
    assert changes(found)["training.clipping"] == 1.0


def test_a_tiny_gradient_that_grows_a_hundredfold_is_no_explosion():
    probes = {epoch: probe([1e-4] * 3) for epoch in (1, 2, 3)} | {4: probe([0.1] * 3)}
    assert diagnose(flight(FALLING[:4], probes=probes)) == ()


def test_a_layer_that_is_mostly_silent_has_dead_units():
    found = only(flight(FALLING[:5], probes={5: probe([1.0] * 3, dead={2: 0.75})}))
    assert (found.code, found.subject) == ("dead_units", "hidden2")
    assert "In hidden2, 75 % of the units" in found.text
    assert changes(found)["model.activation"] == "leaky_relu"


def test_an_epoch_spent_waiting_for_rows_has_a_slow_input():
    found = only(flight(FALLING[:5], input_shares=[0.9, 0.2, 0.6, 0.7, 0.8]))
    assert found.code == "slow_input"
    assert "waited for rows in 70 % of the last 3 epochs" in found.text
    assert changes(found) == {"training.batch_size": 64}


def test_losses_that_still_fall_at_the_last_epoch_want_more_epochs():
    found = only(flight(1.1 - 0.02 * X))
    assert found.code == "still_falling"
    assert changes(found) == {"training.epochs": 80}
    assert changes(found, "same run") == {}, "the last epoch is over"


def test_an_accuracy_stuck_at_the_commonest_class_is_one_answer():
    found = only(flight(np.full(10, 1.1), accuracy=[0.4] * 10))
    assert found.code == "one_answer"
    assert "Training accuracy has been 40 % for 5 epochs" in found.text
    assert changes(found, "new run")["training.class_weights"] == "balanced"


def test_a_class_that_is_never_answered_is_named_with_its_share():
    found = only(flight(FALLING[:30], probes={30: probe([1.0] * 3, answers=(170, 0, 86))}))
    assert (found.code, found.subject) == ("one_answer", "b")
    assert "never answers 'b', although 31.2 %" in found.text or "never answers 'b', although 31.3 %" in found.text


def test_a_gap_from_the_first_epoch_means_that_the_parts_differ():
    found = only(flight(FALLING[:5] + 0.5, 3 * FALLING[:5] + 1.5))
    assert found.code == "unlike_parts"
    assert "at least 3" in found.text
    assert changes(found)["split.how"] == "random"


def test_every_change_that_is_proposed_can_be_made():
    known = {"model": set(SETTINGS), "training": set(TrainingConfig.model_fields), "split": set(SplitSpec.model_fields)}
    runs = [
        flight([1.0, 0.5, 0.4, 5.2], config=TrainingConfig(learning_rate=10.0)),
        flight(1.1 - 0.001 * X[:10], config=TrainingConfig(epochs=EPOCHS, learning_rate=9.0)),
        flight(FALLING[:5] + 0.5, 3 * FALLING[:5] + 1.5),
        flight(1.1 - 0.02 * X),
    ]
    for found in (only(run) for run in runs):
        for fix in found.fixes:
            for path, value in fix.changes.items():
                section, _, name = path.partition(".")
                assert name in known[section]
                if section == "training":
                    TrainingConfig().replaced({name: value})


def test_a_rate_that_cannot_be_higher_is_not_proposed():
    assert only(flight(1.1 - 0.001 * X[:10], config=TrainingConfig(epochs=EPOCHS, learning_rate=9.0))).fixes == ()


CHANCE = np.random.default_rng(0)
WAVER = 1 + 0.04 * CHANCE.standard_normal(EPOCHS)
HEALTHY = {
    "falls to a floor": (FALLING, FALLING * 1.05),
    "falls fast and then stays": (0.02 + np.exp(-X), 0.03 + np.exp(-X)),
    "wavers": (FALLING * WAVER, 1.1 * FALLING * WAVER[::-1]),
    "validation below training, as with dropout": (FALLING + 0.2, FALLING),
    "begins badly": (np.concatenate([[2.4], FALLING[1:]]), np.concatenate([[3.0], FALLING[1:] * 1.1])),
    "noise that cannot be learned": (0.55 + 0.55 * np.exp(-X / 6), 0.58 + 0.52 * np.exp(-X / 6)),
    "validation levels off while training falls": (FALLING, 0.3 + 0.8 * np.exp(-X / 4)),
    "to almost nothing": (np.exp(-X / 2) + 1e-6, np.exp(-X / 2) + 1e-4 * WAVER),
    "ends after three epochs": (FALLING[:3], FALLING[:3]),
    "one epoch": (FALLING[:1], FALLING[:1]),
}


@pytest.mark.parametrize("shape", HEALTHY)
def test_nothing_is_said_of_a_healthy_run(shape: str):
    train, validation = HEALTHY[shape]
    looks = {epoch: probe([0.05, 0.1, 0.3], dead={1: 0.1}) for epoch in range(1, len(train) + 1, 3)}
    assert every_epoch(flight(train, validation, probes=looks, input_shares=[0.1] * len(train))) == []


def test_a_diagnosis_is_told_once_until_its_number_has_doubled():
    def found(measure: float, subject: str = "") -> Diagnosis:
        return Diagnosis(code="dead_units", text="", numbers={}, epoch=1, severity="warning", measure=measure, subject=subject)

    assert news((), (found(0.3),)) == (found(0.3),)
    assert news((found(0.3),), (found(0.5),)) == ()
    assert news((found(0.3),), (found(0.6),)) == (found(0.6),)
    assert news((found(0.3), found(0.6)), (found(0.7),)) == ()
    assert news((found(0.3),), (found(0.3, "hidden2"),)) == (found(0.3, "hidden2"),)


def test_what_follows_from_something_else_is_not_told_beside_it():
    stuck, slow = np.full(10, 1.1), 1.1 - 0.001 * X[:10]
    assert codes(diagnose(flight(stuck))) == ["underfitting"]
    assert codes(diagnose(flight(stuck, accuracy=[0.4] * 10))) == ["one_answer"]
    assert codes(diagnose(flight(slow, accuracy=[0.4] * 10))) == ["rate_too_low"]


def test_warnings_come_before_notes():
    found = diagnose(flight(1.1 - 0.02 * X, probes={EPOCHS: probe([1.0] * 3, dead={1: 0.9})}))
    assert codes(found) == ["dead_units", "still_falling"]


def test_every_diagnosis_survives_json():
    found = only(flight([1.0, 0.5, 0.4, 5.2]))
    assert Diagnosis.from_json(found.to_json()) == found
    assert found.code in DIAGNOSES
