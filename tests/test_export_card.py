"""The model card tells what must be known, and nothing in the data can break out of it."""

from __future__ import annotations

from nnapp.architectures import ARCHITECTURES
from nnapp.data.dataset import DataSpec, InputSpec
from nnapp.export import CardFacts, Change, Export, model_card
from nnapp.metrics import BaselineResult
from nnapp.tasks import ForecastSpec, TaskSpec


def facts(**changes: object) -> CardFacts:
    data = DataSpec(kind="tabular", inputs={"features": InputSpec(shape=(2,), feature_names=("age", "city=Bonn"), feature_columns=("age", "city"))})
    known = {
        "name": "titanic",
        "created": "2026-11-21",
        "source": "people.csv",
        "sha256": "0" * 64,
        "rows": {"train": 700, "validation": 150, "test": 150},
        "task": TaskSpec.classification("survived", ("no", "yes")),
        "data": data,
        "architecture": ARCHITECTURES["mlp"](),
        "training": {"epochs": 50, "learning_rate": 1e-3, "patience": None},
        "parameters": 12345,
        "epochs": 17,
        "seconds": 12.3,
        "test": {"accuracy": 0.8123, "roc_auc": None},
        "intervals": {"accuracy": (0.75, 0.87)},
        "baselines": [
            BaselineResult(name="majority", title="Majority", metrics={"accuracy": 0.6}),
            BaselineResult(name="boosting", title="Gradient boosting", left_out="more than 20 classes"),
        ],
        "verdict": "The network beats the best baseline.",
        "caveats": ["Column fare has 12 missing cells."],
    }
    return CardFacts(**(known | changes))


def test_a_card_holds_scores_with_intervals_baselines_and_what_was_left_out():
    card = model_card(facts())
    assert card.startswith("# titanic\n")
    assert "| Accuracy | 81.2 % | 75.0 % to 87.0 % |" in card
    assert "| Majority | 60.0 % |" in card
    assert "left out: more than 20 classes" in card
    assert "The network beats the best baseline." in card
    assert "700 train, 150 validation, 150 test rows" in card
    assert "Column fare has 12 missing cells." in card
    assert "12,345 parameters" in card


def test_a_card_tells_what_was_changed_while_it_trained():
    card = model_card(facts(steering=["You set the patience from 8 to 20 in epoch 12."]))
    assert "change them as they were changed:\n\n- You set the patience from 8 to 20 in epoch 12." in card
    assert "change them" not in model_card(facts())


def test_names_from_the_data_stay_text():
    hostile = "<img src=x onerror=alert(1)>|[link](javascript:1)\n# Heading"
    card = model_card(facts(name=hostile, task=TaskSpec.classification(hostile, (hostile, "b"))))
    assert "<img" not in card
    assert "\n# Heading" not in card
    assert "[link]" not in card


def test_a_card_lists_the_files_with_their_passports():
    made = Export(
        format="tflite-int8",
        path="model-int8.tflite",
        bytes=20480,
        rows=150,
        test={"accuracy": 0.8},
        network={"accuracy": 0.81},
        agreement=0.98,
        max_abs_error=0.1,
        flipped=3,
        latency_ms=0.0123,
        change=Change(metric="accuracy", value=-0.01),
        caveats=("Numbers must be encoded before they are fed in.",),
    )
    card = model_card(facts(exports=(made,)))
    assert "| tflite-int8 | 20.0 KB | 80.0 % | 98.0 % | 3 | 0.0123 ms |" in card
    assert "tflite-int8: Numbers must be encoded" in card


def test_a_card_of_bare_facts_has_no_empty_section():
    card = model_card(facts(test={}, intervals={}, baselines=(), verdict="", caveats=(), training={}, epochs=None, seconds=None))
    assert "How good it is" not in card
    assert "To train it again" not in card


def test_the_card_of_a_forecast_says_how_often_its_interval_held_and_what_the_files_numbers_are():
    forecast = ForecastSpec(horizon=12, targets=("sold",), centers=(0.0,), scales=(1.0,), naive=(1.0,), step="month", interval=0.8, widths=(1.5,))
    card = model_card(facts(task=TaskSpec.forecasting("sold", forecast), test={"mase": 0.7}, intervals={}, interval={"asked": 0.8, "inside": 0.78}))
    assert "Forecasts **sold** 12 steps ahead (a step: month)" in card
    assert "The interval held 78% of the true values; 80% was asked." in card
    assert "gives 36 numbers" in card
    assert "counts 1.5 times" in card
