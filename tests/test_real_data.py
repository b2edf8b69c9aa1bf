"""Real data from end to end with default settings: what the network must reach, and what its int8 file must keep."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.command_line import result

pytestmark = [pytest.mark.tensorflow, pytest.mark.accept]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


def trained(home: Path, *words: object) -> dict[str, Any]:
    return result("train", *words, home=home)


def int8_keeps(run: dict[str, Any], metric: str, home: Path) -> None:
    """The int8 file stays within one point or one row, whichever is more, of the network's own score."""
    made = result("export", run["run"], "--format", "tflite-int8", home=home)
    assert run["test"][metric] - made["test"][metric] <= max(0.01, 1 / run["rows"]["test"]) + 1e-9


def test_titanic_comes_within_reach_of_gradient_boosting(shared_data: Path, home: Path):
    run = trained(home, shared_data / "tab_titanic.csv", "--target", "Survived")
    assert run["test"]["accuracy"] >= run["baselines"]["gradient_boosting"]["accuracy"] - 0.05
    assert run["test"]["accuracy"] >= 0.77
    int8_keeps(run, "accuracy", home)


def test_california_comes_within_a_tenth_of_gradient_boosting(shared_data: Path, home: Path):
    run = trained(home, shared_data / "tab_california_housing.csv", "--target", "median_house_value")
    assert run["task"] == "regression"
    assert run["test"]["rmse"] <= 1.10 * run["baselines"]["gradient_boosting"]["rmse"]
    int8_keeps(run, "r2", home)


def test_mushrooms_are_told_apart(shared_data: Path, home: Path):
    run = trained(home, shared_data / "tab_mushrooms.csv")
    assert run["test"]["accuracy"] >= 0.99
    int8_keeps(run, "accuracy", home)


def test_wine_with_semicolons_is_read_and_learned(shared_data: Path, home: Path):
    run = trained(home, shared_data / "tab_wine_quality_white_semicolon.csv", "--task", "regression")
    assert run["test"]["rmse"] < 0.78
    int8_keeps(run, "r2", home)


def test_marketing_with_money_and_a_byte_order_mark_is_read_and_learned(shared_data: Path, home: Path):
    run = trained(home, shared_data / "tab_messy_marketing_campaign.csv", "--target", "Response")
    assert run["test"]["accuracy"] >= 0.85
    assert run["test"]["roc_auc"] >= 0.80
    int8_keeps(run, "accuracy", home)


def test_boston_without_a_header_keeps_its_first_row(shared_data: Path, home: Path):
    run = trained(home, shared_data / "tab_boston_housing_noheader.csv")
    assert sum(run["rows"].values()) == 506
    assert run["test"]["r2"] > 0.6


def test_fashion_mnist_beats_a_support_vector_machine(shared_data: Path, home: Path):
    run = trained(home, shared_data / "images_fashion_mnist_12k.zip")
    assert run["rows"]["test"] == 2000
    assert run["test"]["accuracy"] >= 0.88
    int8_keeps(run, "accuracy", home)


def test_cats_and_dogs_beat_a_support_vector_machine(shared_data: Path, home: Path):
    run = trained(home, shared_data / "images_cats_dogs_800.zip")
    assert run["test"]["accuracy"] > 0.645
    int8_keeps(run, "accuracy", home)


@pytest.mark.parametrize(
    ("name", "remark"),
    [("00_control_ok.zip", ""), ("03_truncated_corrupt_jpegs.zip", "skipped"), ("10_mac_windows_junk.zip", ""), ("11_mixed_image_modes.zip", "")],
)
def test_hostile_archives_that_hold_good_pictures_are_learned_from(name: str, remark: str, shared_data: Path, home: Path):
    checked = result("check", shared_data / "hostile" / "zip" / name, home=home)
    assert checked["kind"] == "pictures"
    assert len(checked["classes"]) == 2
    assert zipfile.is_zipfile(shared_data / "hostile" / "zip" / name)
    assert remark in " ".join(finding["problem"] for finding in checked["findings"])


def test_forecasts_beat_repeating_the_last_season_and_promise_what_they_hold(shared_data: Path, home: Path):
    for name, least in (("ts_airline_passengers.csv", 0.7), ("ts_monthly_sunspots.csv", 0.7), ("ts_daily_min_temperatures.csv", 0.7)):
        run = trained(home, shared_data / name)
        assert run["task"] == "forecasting"
        assert run["test"]["mae"] < 0.8 * run["baselines"]["seasonal_naive"]["mae"]
        assert run["interval"]["inside"] >= least


def test_whole_series_are_told_apart(shared_data: Path, home: Path):
    for name, suffix in (("GunPoint", "csv"), ("BasicMotions_long", "csv.gz")):
        run = trained(home, shared_data / f"tsc_{name}_train.{suffix}", "--test", shared_data / f"tsc_{name}_test.{suffix}")
        assert run["test"]["accuracy"] >= 0.95
