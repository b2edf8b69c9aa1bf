"""Forecasts: stamps repaired, windows cut by time, scored over rolling origins, and answered with the next steps."""

from __future__ import annotations

import csv
import datetime
from pathlib import Path

import numpy as np
import pytest

from nnapp.baselines.arrays import arrays_of
from nnapp.baselines.naive import Naive, SeasonalNaive
from nnapp.charts import CHARTS
from nnapp.data.checks import run_checks
from nnapp.data.dataset import SERIES
from nnapp.data.prepare import Prepared, outline, prepare
from nnapp.data.specs import DataConfig, PreprocessingConfig, SplitSpec
from nnapp.data.stamps import rhythm_of
from nnapp.data.store import DataStore
from nnapp.errors import DataError
from nnapp.evaluation import evaluate
from nnapp.metrics import Predictions, score, true_answers
from nnapp.portable.inputs import from_rows
from nnapp.portable.stamps import forecast_rows, regular_series, slots_of, stamp_texts
from nnapp.tasks import Answers

HOUR = datetime.timedelta(hours=1)
START = datetime.datetime(2024, 1, 1)


def written(folder: Path, header: list[str], rows: list[list[object]]) -> tuple[DataStore, DataConfig]:
    path = folder / "data.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(header)
        writer.writerows(rows)
    store = DataStore(folder / "home")
    return store, DataConfig(sha256=store.add(path))


def hours(steps: int = 400) -> list[list[object]]:
    """A day's wave, every hour."""
    return [[(START + step * HOUR).isoformat(sep=" "), round(10 + 3 * np.sin(2 * np.pi * step / 24), 4)] for step in range(steps)]


def ready(store: DataStore, config: DataConfig) -> Prepared:
    return prepare(store, config, SplitSpec(), PreprocessingConfig(), bins=False)


def test_regular_stamps_and_numbers_ask_for_a_forecast_and_it_is_said_with_the_way_back(tmp_path):
    store, config = written(tmp_path, ["when", "load"], hours())
    prepared = ready(store, config)
    assert prepared.task.kind == "forecasting"
    assert prepared.task.output.forecast is not None
    assert prepared.task.output.forecast.horizon == 24
    told = {finding.code: finding for finding in prepared.findings}
    assert told["forecast_proposed"].fix == {"data.task": "regression"}
    assert "a step is hour, a season 24 steps" in told["forecast"].problem
    assert ready(store, config.replaced({"task": "regression"})).task.kind == "regression"


def test_the_parts_follow_each_other_in_time_and_no_horizon_reaches_over_a_border(tmp_path):
    store, config = written(tmp_path, ["when", "load"], [[when, step] for step, (when, _) in enumerate(hours())])
    parts = ready(store, config.replaced({"task": "forecasting"})).parts
    task = parts.train.task
    last = {name: true_answers(part)[:, -1].max() for name, part in (("train", parts.train), ("validation", parts.validation), ("test", parts.test))}
    first = {name: true_answers(part)[:, 0].min() for name, part in (("validation", parts.validation), ("test", parts.test))}
    assert last["train"] == pytest.approx(279)
    assert first["validation"] == pytest.approx(280)
    assert last["validation"] == pytest.approx(339)
    assert first["test"] == pytest.approx(340)
    assert last["test"] == pytest.approx(399)
    assert parts.test.ids[0] == 340
    np.testing.assert_allclose(parts.test.x[SERIES][0, -1, 0], 339)
    assert task.output.forecast is not None


def test_repeating_the_last_season_is_exact_on_a_wave_and_has_an_error_of_nothing(tmp_path):
    store, config = written(tmp_path, ["when", "load"], hours())
    parts = ready(store, config).parts
    task, arrays, truth = parts.test.task, arrays_of(parts), true_answers(parts.test)
    exact = score(task, truth, SeasonalNaive().fit(arrays, task, 1.0).answers)
    assert exact["mae"] == pytest.approx(0, abs=1e-3)
    naive = score(task, truth, Naive().fit(arrays, task, 1.0).answers)
    assert naive["mae"] is not None
    assert naive["mae"] > 1


def test_mase_divides_by_the_error_of_the_last_season_in_the_train_part(tmp_path):
    store, config = written(tmp_path, ["when", "load"], [[when, 2 * step] for step, (when, _) in enumerate(hours())])
    part = ready(store, config.replaced({"task": "forecasting"})).parts.test
    truth = true_answers(part)
    found = score(part.task, truth, Answers(truth + 24.0, None))
    assert found["mase"] == pytest.approx(24 / 48)
    assert found["mae"] == pytest.approx(24)
    assert found["smape"] == pytest.approx(float((48 / (2 * truth + 24)).mean()), rel=1e-6)


def test_what_is_wrong_with_stamps_is_repaired_and_said(tmp_path):
    rows = hours(200)
    rows[30] = rows[29]  # one doubled, so that one lacks
    rows[50][0] = "2024-02-31 01:00:00"
    rows[60][0] = str(rows[60][0]) + "+00:00"
    rows[5], rows[100] = rows[100], rows[5]
    store, config = written(tmp_path, ["when", "load"], rows)
    told = {finding.code: finding.problem for finding in ready(store, config.replaced({"task": "forecasting"})).findings}
    assert told["stamps_unreadable"] == "1 stamp in 'when' cannot be read ('2024-02-31 01:00:00'): no such day or time."
    assert told["stamps_doubled"] == "1 row shares its step in 'when' with another row."
    assert told["stamps_missing"].startswith("2 steps of 200 lack a row: there should be a stamp every hour.")
    assert told["stamps_zones"].startswith("The stamps in 'when' are of several time zones")
    assert "stamps_unsorted" in told


@pytest.mark.parametrize(
    ("stamps", "words", "season"),
    [
        (["1749-01", "1749-02", "1749-03", "1749-04"], "month", 12),
        (["2001-01-01", "2001-04-01", "2001-07-01", "2001-10-01"], "quarter", 4),
        (["2001-01-01", "2001-01-08", "2001-01-15"], "week", 52),
        (["2001-01-01 00:00", "2001-01-01 00:05", "2001-01-01 00:10"], "5 minutes", 288),
        (["2001-01-01 09:00", "2001-01-02 09:00", "2001-01-03 09:00"], "day", 7),
    ],
)
def test_the_distance_of_stamps_is_found(stamps, words, season):
    rhythm = rhythm_of(stamps)
    assert rhythm is not None
    assert (rhythm.words, rhythm.season, rhythm.regular) == (words, season, 1.0)
    told = {"date": "d", "date_format": rhythm.form, "months": rhythm.months, "days": rhythm.days, "offset": rhythm.offset}
    slots = slots_of(stamps, told)
    assert np.diff(slots).tolist() == [1.0] * (len(stamps) - 1)
    assert stamp_texts(slots, told)[0].startswith(stamps[0][:7])


def test_several_series_are_divided_and_answered_each_by_itself(tmp_path):
    rows = [[when, shop, value * size] for when, value in hours(150) for shop, size in (("north", 1.0), ("south", 100.0))]
    store, config = written(tmp_path, ["when", "shop", "load"], rows)
    prepared = ready(store, config.replaced({"task": "forecasting"}))
    told = prepared.preprocessing.portable()
    assert told["id"] == "shop"
    assert told["each"] is True
    columns = {"when": [str(row[0]) for row in rows], "shop": [str(row[1]) for row in rows], "load": [str(row[2]) for row in rows]}
    x = from_rows(columns, told)[SERIES]
    assert x.shape == (2, told["window"], 1 + 2 * len(told["calendar"]))
    np.testing.assert_allclose(x[1, :, 0], 100 * x[0, :, 0], rtol=1e-5)
    leading = forecast_rows(columns, told, {"horizon": 2, "targets": ["load"]})
    assert leading["shop"] == ["north", "north", "south", "south"]
    assert leading["when"][:2] == ["2024-01-07 06:00:00", "2024-01-07 07:00:00"]


def test_a_bundle_makes_the_window_that_training_made(tmp_path):
    rows = hours()
    store, config = written(tmp_path, ["when", "load"], rows)
    prepared = ready(store, config)
    upto = int(prepared.parts.test.ids[7])
    cells = {"when": [str(row[0]) for row in rows[:upto]], "load": [str(row[1]) for row in rows[:upto]]}
    np.testing.assert_array_equal(from_rows(cells, prepared.preprocessing.portable())[SERIES][0], prepared.parts.test.x[SERIES][7])


def test_a_stamp_far_from_all_others_does_not_make_a_million_gaps():
    told = {"id": "", "date": "d", "date_format": "ymd", "months": 0, "days": 1.0, "offset": 0.0, "channels": ["v"], "fill": [0.0], "decimal": "."}
    (one,) = regular_series({"d": ["2020-01-01", "2020-01-02", "9999-12-31", "2020-01-03"], "v": ["1", "2", "9", "3"]}, told)
    assert one.values[:, 0].tolist() == [1.0, 2.0, 3.0]


def test_predictions_of_several_steps_survive_the_disk_and_are_judged_and_drawn(tmp_path):
    store, config = written(tmp_path, ["when", "load"], hours())
    part = ready(store, config).parts.test
    answers = Answers(true_answers(part) + np.arange(24.0), None)
    kept = Predictions.of_dataset(part, answers, "test")
    kept.to_parquet(tmp_path / "p.parquet")
    again = Predictions.from_parquet(tmp_path / "p.parquet")
    np.testing.assert_array_equal(again.prediction, answers.prediction)
    reports = evaluate(again)
    assert reports["error_by_step"].table["mae"].tolist() == pytest.approx(list(range(24)), abs=1e-6)
    for name in ("error_by_step", "forecast_and_truth"):
        chart = CHARTS[name](reports[name])
        assert chart.title
        assert chart.caption.endswith(".")
    assert CHARTS["error_by_step"](reports["error_by_step"]).title.startswith("The error of load grows")


def test_too_few_steps_are_refused_with_how_many_would_do(tmp_path):
    store, config = written(tmp_path, ["when", "load"], hours(15))
    with pytest.raises(DataError) as caught:
        ready(store, config)
    assert "15 steps" in caught.value.problem
    assert "at least 20" in caught.value.remedy


def test_a_series_that_does_not_move_while_it_teaches_is_told(tmp_path):
    store, config = written(tmp_path, ["when", "load"], [[when, 5 + (step > 180) * step / 7] for step, (when, _) in enumerate(hours(200))])
    assert "constant_series" in {finding.code for finding in ready(store, config).findings}


def test_stamps_with_a_column_of_marks_ask_what_is_marked_not_what_comes_next(tmp_path):
    rows = [[when, value, int(150 < step < 190)] for step, (when, value) in enumerate(hours(200))]
    store, config = written(tmp_path, ["timestamp", "value", "in_window"], rows)
    assert ready(store, config).task.kind == "binary"
    assert ready(store, config.replaced({"task": "forecasting", "target": "value"})).task.target == "value"


def test_rows_without_stamps_are_forecast_in_their_order_and_that_is_said(tmp_path):
    store, config = written(tmp_path, ["a", "b"], [[step % 5 + step / 100, step % 7 + step / 50] for step in range(60)])
    prepared = ready(store, config.replaced({"task": "forecasting"}))
    assert {finding.code: finding.problem for finding in prepared.findings}["rows_counted"].startswith("data.csv has no column of dates or times")
    told = prepared.preprocessing.portable()
    cells = {"a": ["1"] * 60, "b": ["2"] * 60}
    assert forecast_rows(cells, told, {"horizon": 2, "targets": ["b"]})["step"] == ["60", "61"]


def test_a_lone_column_of_numbers_is_offered_to_be_forecast(tmp_path):
    store, config = written(tmp_path, ["load"], [[value] for _, value in hours()])
    (found,) = [finding for finding in run_checks(store.open(config.sha256), config) if finding.code == "one_column"]
    assert found.fix == {"data.task": "forecasting"}
    assert ready(store, config.replaced({"task": "forecasting"})).task.kind == "forecasting"


def test_the_real_series_are_recognised(shared_data, tmp_path):
    store = DataStore(tmp_path / "home")
    found = {}
    for name in ("ts_airline_passengers.csv", "ts_monthly_sunspots.csv", "ts_daily_min_temperatures.csv", "ts_ETTh1.csv.gz", "tab_bike_sharing_hourly.csv"):
        prepared = ready(store, DataConfig(sha256=store.add(shared_data / name)))
        forecast = prepared.task.output.forecast
        found[name] = forecast and (prepared.task.target, forecast.horizon)
    assert found == {
        "ts_airline_passengers.csv": ("Passengers", 12),
        "ts_monthly_sunspots.csv": ("Sunspots", 12),
        "ts_daily_min_temperatures.csv": ("Temp", 7),
        "ts_ETTh1.csv.gz": ("OT", 24),
        "tab_bike_sharing_hourly.csv": None,
    }


def told(store: DataStore, config: DataConfig) -> dict[str, str]:
    return {finding.code: finding.problem for finding in run_checks(store.open(config.sha256), config)}


def test_series_in_long_form_are_offered_to_be_forecast_and_taken_row_by_row_until_somebody_says_so(tmp_path):
    rows = [[when, shop, value] for shop in ("north", "south") for when, value in hours(150)]
    store, config = written(tmp_path, ["when", "shop", "load"], rows)
    assert told(store, config)["forecast_possible"].startswith("'when' has a stamp every hour for each of the 2 series in 'shop'")
    found = told(store, config.replaced({"task": "forecasting"}))
    assert "forecast_possible" not in found
    assert "stamps_unsorted" not in found  # each series is in its own order


def test_words_beside_a_series_are_said_to_be_left_out(tmp_path):
    store, config = written(tmp_path, ["when", "weather", "load"], [[when, ("sun", "rain")[step % 2], value] for step, (when, value) in enumerate(hours())])
    assert told(store, config.replaced({"task": "forecasting"}))["words_left_out"].startswith("'weather' holds no numbers and is left out")


def test_days_that_there_are_not_are_named(tmp_path):
    store, config = written(tmp_path, ["day", "load"], [[f"2024-02-{day:02}", day % 5] for day in range(28, 60)])
    assert "30 cells name no day that there is ('2024-02-30', '2024-02-31', '2024-02-32' and 27 more)" in told(store, config)["impossible_dates"]


def test_numbers_with_a_decimal_comma_are_forecast_and_answered_with_one(tmp_path):
    path = tmp_path / "komma.csv"
    path.write_text("\n".join(["Tag;Umsatz", *(f"{when};{str(value).replace('.', ',')}" for when, value in hours())]), encoding="utf-8")
    store = DataStore(tmp_path / "home")
    prepared = ready(store, DataConfig(sha256=store.add(path)))
    assert prepared.preprocessing.portable()["decimal"] == ","
    cells = {"Tag": [str(when) for when, _ in hours()], "Umsatz": [str(value).replace(".", ",") for _, value in hours()]}
    assert from_rows(cells, prepared.preprocessing.portable())[SERIES][0, -1, 0] == pytest.approx(hours()[-1][1])


def test_only_a_series_that_comes_back_to_its_mean_is_forecast_from_its_level(tmp_path):
    for name, slope in (("back", 0.0), ("away", 0.05)):
        (tmp_path / name).mkdir()
        store, config = written(tmp_path / name, ["when", "load"], [[when, value + slope * step] for step, (when, value) in enumerate(hours())])
        assert ready(store, config).data.inputs[SERIES].layout.returns is (slope == 0)


def test_what_a_network_would_take_is_known_before_it_is_trained(tmp_path):
    store, config = written(tmp_path, ["when", "load"], hours())
    data, task, rows = outline(store, config, SplitSpec(), PreprocessingConfig(), bins=False)
    assert (data.inputs[SERIES].shape, task.kind, task.units, rows) == ((48, 3), "forecasting", 72, 209)


@pytest.mark.parametrize(
    ("name", "stamps", "words", "after"),
    [
        ("year", [str(1900 + step) for step in range(80)], "year", "1980"),
        ("time", [str(1_700_000_000 + 3600 * step) for step in range(80)], "hour", "1700288000"),
        ("ts", [str(1_700_000_000_000 + 60_000 * step) for step in range(80)], "minute", "1700004800000"),
        ("step", [str(5 * step + 2) for step in range(80)], "5", "402"),
        ("t", [str(step) for step in range(80)], "step", "80"),
    ],
)
def test_years_seconds_since_1970_and_counted_steps_are_stamps_too(tmp_path, name, stamps, words, after):
    store, config = written(tmp_path, [name, "load"], [[stamp, step % 7 + step / 100] for step, stamp in enumerate(stamps)])
    prepared = ready(store, config)
    assert prepared.task.kind == "forecasting"
    told = prepared.preprocessing.portable()
    rhythm = rhythm_of(stamps)
    assert rhythm is not None
    assert (rhythm.words, rhythm.regular) == (words, 1.0)
    cells = {name: stamps, "load": [str(step) for step in range(80)]}
    assert forecast_rows(cells, told, {"horizon": 1, "targets": ["load"]})[name] == [after]
    assert from_rows(cells, told)[SERIES][0, -1, 0] == 79


def test_a_number_beside_several_columns_is_not_taken_for_time_unless_somebody_says_so(tmp_path):
    store, config = written(tmp_path, ["index", "rooms", "price"], [[step, step % 4, step % 7 + step / 100] for step in range(100)])
    assert ready(store, config).task.kind == "regression"
    assert ready(store, config.replaced({"task": "forecasting"})).task.kind == "forecasting"


def test_uneven_stamps_stretches_far_apart_and_holes_are_told(tmp_path):
    chance = np.random.default_rng(0)
    for name, rows in {
        "uneven": [
            [(START + datetime.timedelta(minutes=float(minute))).isoformat(), step % 9] for step, minute in enumerate(chance.exponential(20, 300).cumsum())
        ],
        "far": [[(START + (step + (0 if step < 100 else 30_000)) * HOUR).isoformat(), step % 9] for step in range(160)],
        "holes": [[when, value if step % 10 == 0 else ""] for step, (when, value) in enumerate(hours())],
    }.items():
        (tmp_path / name).mkdir()
        store, config = written(tmp_path / name, ["when", "load"], rows)
        found = told(store, config.replaced({"task": "forecasting"}))
        expected = {
            "uneven": ("stamps_irregular", "uneven distances"),
            "far": ("stamps_far", "60 rows stand so far in time"),
            "holes": ("values_missing", "no number in 360 rows of 400"),
        }
        code, words = expected[name]
        assert words in found[code]


def test_numbers_beside_the_target_are_said_to_help_by_their_past_alone(tmp_path):
    store, config = written(tmp_path, ["when", "price", "sold"], [[when, step % 5 + 0.5, value] for step, (when, value) in enumerate(hours())])
    config = config.replaced({"task": "forecasting"})
    assert told(store, config)["read_beside"].startswith("'price' is read beside 'sold'")
    assert "read_beside" not in told(store, config.replaced({"all_channels": True}))


def test_series_without_stamps_whose_rows_take_turns_are_each_counted_by_themselves(tmp_path):
    rows = [[shop, 100 * shop_place + step] for step in range(120) for shop_place, shop in enumerate(("north", "south"))]
    store, config = written(tmp_path, ["shop", "sold"], rows)
    prepared = ready(store, config.replaced({"task": "forecasting", "series_id": "shop"}))
    told = prepared.preprocessing.portable()
    cells = {"shop": [str(row[0]) for row in rows], "sold": [str(row[1]) for row in rows]}
    series = regular_series(cells, told)
    assert [(one.name, one.start, len(one.values), int((one.rows < 0).sum())) for one in series] == [("north", 0, 120, 0), ("south", 0, 120, 0)]
    assert np.diff(series[1].values[:, 0]).tolist() == [1.0] * 119
    assert forecast_rows(cells, told, {"horizon": 1, "targets": ["sold"]})["step"] == ["120", "120"]


def test_a_year_beside_a_month_is_no_stamp_and_the_rows_are_taken_in_their_order(tmp_path):
    rows = [[2000 + step // 12, step % 12 + 1, round(10 + 3 * np.sin(2 * np.pi * step / 12), 3)] for step in range(240)]
    store, config = written(tmp_path, ["year", "month", "sold"], rows)
    config = config.replaced({"task": "forecasting"})
    said = told(store, config)
    assert "stamps_doubled" not in said
    assert said["rows_counted"].startswith("The numbers in 'year' and 'month' stand in several rows")
    parts = ready(store, config).parts
    assert parts.test.ids[-1] + parts.test.task.output.forecast.horizon == 240
    swapped = DataConfig(sha256=written(tmp_path, ["sold", "month", "year"], [row[::-1] for row in rows])[1].sha256, task="forecasting")
    assert ready(store, swapped).task.target == "sold"  # not the year, though it comes last


def test_a_year_that_stands_once_in_each_series_is_a_stamp(tmp_path):
    rows = [[shop, 1950 + step, step % 7 + shop] for shop in (1, 2, 3) for step in range(60)]
    store, config = written(tmp_path, ["shop", "year", "sold"], rows)
    found = ready(store, config.replaced({"task": "forecasting", "series_id": "shop"})).preprocessing.portable()
    assert (found["date"], found["months"], found["channels"]) == ("year", 12, ["sold"])
    named = written(tmp_path, ["shop", "year", "sold"], [["abc"[shop - 1], year, sold] for shop, year, sold in rows])[1]
    found = ready(store, named.replaced({"task": "forecasting"})).preprocessing.portable()
    assert (found["id"], found["date"]) == ("shop", "year")
