"""Watches for anomalies: scores a step, thresholds, stretches found and false alarms, the words about them, and the simple methods beside."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from nnapp.baselines.arrays import arrays_of
from nnapp.baselines.base import BASELINES
from nnapp.charts import CHARTS
from nnapp.charts.anomalies import answered_rows
from nnapp.data.prepare import Prepared
from nnapp.evaluation import evaluate
from nnapp.metrics import BaselineResult, Predictions, Rival, answers_to, headline, score, true_answers
from nnapp.metrics.ranges import runs
from nnapp.metrics.steps import settled
from nnapp.portable.inputs import SERIES, from_rows
from nnapp.portable.watch import joined_errors, step_errors, watch_rows
from nnapp.reports import Report
from nnapp.tasks import Answers
from pages.components.verdict import best_baseline
from tests.watched_files import ODD, ready, watched, written

HEADER = ["when", "load", "is_anomaly"]


def usual_day(prepared: Prepared, windows: np.ndarray) -> np.ndarray:
    """What a network would give that has learned the mean day by heart, whatever it is shown: logits `(n, window)`."""
    train = prepared.parts.train
    hours = train.along.slots[train.along.at][:, None] + np.arange(prepared.preprocessing.window)
    day = np.array([train.y["output"][hours % 24 == hour].mean() for hour in range(24)])
    return day[(windows[:, None] + np.arange(prepared.preprocessing.window)) % 24].astype(np.float32)


@pytest.fixture(scope="module")
def judged(tmp_path_factory) -> tuple[Prepared, Predictions]:
    """A series whose odd day such a network was shown."""
    prepared = ready(*written(tmp_path_factory.mktemp("watched"), HEADER, watched()))
    along = prepared.watched.along
    logits = usual_day(prepared, along.slots[along.at])
    prepared = prepared.asking(settled(prepared.watched, logits))
    return prepared, Predictions.of_steps(prepared.watched, logits)


def test_the_error_of_a_step_is_that_of_the_better_windows_that_answer_it():
    told = {"horizon": 4, "centers": [10.0], "scales": [2.0]}
    values = np.full((7, 1), 12.0)
    given = np.repeat([[0.0], [1.5], [3.0], [9.0]], 4, axis=1)
    errors, expected = step_errors(values, given, np.array([0, 1, 2, 3]), told)
    assert errors[3, 0] == 0.5  # 0, 1.5, 3 and 9 were given, 1 came: the better quarter is off by a half
    assert expected[3, 0] == 13.0  # the lower middle of what was given, in the channel's own units
    assert errors[0, 0] == 1.0
    assert np.isnan(step_errors(values, given[:1], np.array([0]), told)[0][5, 0])


def test_channels_count_in_units_of_their_own_usual_error():
    errors = np.array([[1.0, 0.0], [0.0, 10.0]])
    np.testing.assert_allclose(joined_errors(errors, np.arange(2), {"typical": [[1.0, 10.0]], "smooth": 1}), [0.5**0.25] * 2)


def test_the_odd_day_is_found_without_a_false_alarm_and_said_so(judged):
    _, predictions = judged
    reports = evaluate(predictions)
    found = reports["scores"].headline
    assert (found["event_recall"], found["event_precision"], found["event_f1"], found["false_alarms"]) == (1.0, 1.0, 1.0, 0.0)
    assert found["precision"] == pytest.approx(1.0, abs=0.15)
    assert reports["verdict"].headline["sentence"].startswith("The network finds 1 of 1 marked stretch with no false alarm.")
    stretches = reports["flagged_stretches"].table
    assert stretches.iloc[0]["from"] == "2024-01-21 20:00:00"
    assert stretches.iloc[0]["strength"] > 2
    assert reports["marked_stretches"].table.iloc[0]["delay"] <= 2


def test_how_few_marked_stretches_are_judged_is_said_beside_the_number_of_steps(judged):
    _, predictions = judged
    reports = evaluate(predictions)
    assert "steps that training never saw, in which 1 marked stretch lies." in reports["scores"].caveats[0]
    assert all(any(caveat.startswith("Only 1 marked stretch lies") for caveat in reports[name].caveats) for name in ("scores", "verdict"))
    assert "interval" not in CHARTS["scores"](reports["scores"]).caption


def test_the_page_compares_with_the_baseline_that_the_verdict_names(judged):
    _, predictions = judged
    part = predictions.of("test")
    rivals = []
    for title, answers in (("Good", part.answers), ("Silent", Answers(np.zeros_like(part.answers.prediction), None))):
        rivals.append(Rival(BaselineResult(name=title.lower(), title=title, metrics=score(part.task, part.y_true, answers)), answers))
    assert best_baseline(evaluate(predictions, rivals[::-1])) == ("good", "Good")
    assert best_baseline(evaluate(predictions)) is None


def test_the_threshold_does_not_look_at_what_is_judged(judged):
    prepared, _ = judged
    along = prepared.watched.along
    logits = usual_day(prepared, along.slots[along.at])
    horizon = prepared.task.output.anomaly.horizon
    logits[along.at + horizon > 360] = 1e6
    again = settled(prepared.watched, logits).output.anomaly
    assert again.threshold == pytest.approx(prepared.task.output.anomaly.threshold)


def test_the_judged_windows_alone_give_the_same_scores_as_the_whole_series(judged):
    prepared, predictions = judged
    test = prepared.parts.test
    given = answers_to(test, usual_day(prepared, test.along.slots[test.along.at]))
    np.testing.assert_allclose(given.prediction, predictions.of("test").prediction, rtol=1e-6)
    np.testing.assert_array_equal(true_answers(test), predictions.of("test").y_true)


def test_a_bundle_gives_every_row_the_score_that_the_app_gave_its_step_in_any_order_of_rows(judged):
    prepared, predictions = judged
    told, rows = prepared.preprocessing.portable(), watched()
    order = np.random.default_rng(0).permutation(len(rows))
    columns = {name: [str(rows[row][place]) for row in order] for place, name in enumerate(HEADER[:2])}
    np.testing.assert_array_equal(from_rows(columns, told)[SERIES], prepared.watched.x[SERIES])
    along = prepared.watched.along
    leading, flags = watch_rows(columns, told, prepared.task.output.anomaly.model_dump(), usual_day(prepared, along.slots[along.at]))
    np.testing.assert_array_equal(flags, predictions.prediction[order, 0])
    np.testing.assert_allclose([float(cell) for cell in leading["score"]], predictions.prediction[order, 1], rtol=1e-4)
    chart = answered_rows(pd.DataFrame({**leading, "prediction": flags}), stamp="when")
    assert "rows are flagged as unusual" in chart.title
    came = np.array([float(cell) for cell in columns[HEADER[1]]])
    both = answered_rows(pd.DataFrame({**leading, "prediction": flags}), stamp="when", came=came, channel=HEADER[1])
    assert [line.name for line in both.figure.data] == ["came", "flagged", "score"]
    assert len(both.figure.data[1].x) == flags.sum()


def test_reports_survive_json_and_are_drawn(judged):
    _, predictions = judged
    reports = evaluate(predictions)
    for name, report in reports.items():
        again = Report.from_dict(report.to_dict())
        assert again.headline == report.headline
        if name in CHARTS:
            assert CHARTS[name](again).caption.endswith(".")
    title = CHARTS["watch"](reports["watch"]).title
    assert title.startswith("1 stretch is flagged in the judged part of load")


def test_without_marks_what_is_flagged_is_told_and_nothing_is_claimed(tmp_path):
    store, config = written(tmp_path, HEADER[:2], [row[:2] for row in watched()])
    prepared = ready(store, config.replaced({"task": "anomaly"}))
    along = prepared.watched.along
    logits = usual_day(prepared, along.slots[along.at])
    predictions = Predictions.of_steps(prepared.asking(settled(prepared.watched, logits)).watched, logits)
    reports = evaluate(predictions)
    assert headline(predictions.task) == "flagged"
    assert reports["scores"].headline["event_f1"] is None
    assert reports["verdict"].headline["outcome"] == "alone"
    assert "nobody can say how many are right" in reports["verdict"].headline["sentence"]


def test_stretches_and_ranges_are_counted_by_hand(judged):
    prepared, _ = judged
    task = prepared.task
    marks = np.zeros(200)
    marks[50:60] = marks[100:120] = 1
    flags = np.zeros(200)
    flags[55:60] = flags[150:155] = 1  # half of the first, none of the second, and one for nothing
    truth = np.column_stack([marks, np.zeros(200), np.arange(200), np.zeros(200)])
    found = score(task, truth, Answers(np.column_stack([flags, flags, flags]), None))
    assert (found["event_recall"], found["event_precision"], found["false_alarms"]) == (0.5, 0.5, 1.0)
    assert found["range_recall"] == pytest.approx((0.5 + 0.5 * 0.5) / 2)
    assert found["range_precision"] == pytest.approx(0.5)
    assert (found["precision"], found["recall"]) == (0.5, pytest.approx(5 / 30))
    assert found["flagged"] == pytest.approx(0.05)
    assert runs(np.array([True, True]), np.array([0, 1]), gap=9) == [(0, 1), (1, 2)]


def test_alarms_on_both_sides_of_a_time_without_marks_are_two(judged):
    prepared, _ = judged
    marks, flags = np.zeros(300), np.zeros(300)
    marks[100:200], marks[10:20] = np.nan, 1
    flags[95:100] = flags[200:205] = 1
    truth = np.column_stack([marks, np.zeros(300), np.arange(300), np.zeros(300)])
    assert score(prepared.task, truth, Answers(np.column_stack([flags, flags, flags]), None))["false_alarms"] == 2


def test_a_rolling_mean_keeps_its_precision_far_from_zero(judged):
    prepared, _ = judged
    values = 1e6 + np.tile([-1.0, 1.0], 25_000)[:, None]
    mean, spread = BASELINES["rolling_z"]().expected(values, prepared.task)
    np.testing.assert_allclose(mean[100:, 0], 1e6, rtol=1e-9)
    np.testing.assert_allclose(spread[100:, 0], np.maximum(1.0, 1e-3 * prepared.task.output.anomaly.scales[0]), rtol=1e-6)
    assert np.isnan(mean[:8]).all()


def test_errors_of_counted_steps_have_no_place_in_a_season(tmp_path, judged):
    store, config = written(tmp_path, HEADER[1:], [row[1:] for row in watched()])
    prepared = ready(store, config.replaced({"task": "anomaly"}))
    along = prepared.watched.along
    logits = usual_day(prepared, along.slots[along.at])
    counted = settled(prepared.watched, logits).output.anomaly
    assert counted.season == 24
    assert len(counted.typical) == 1  # a file that begins at noon is measured like one that begins at midnight
    assert len(judged[0].task.output.anomaly.typical) == 24


@pytest.mark.parametrize(("name", "finds"), [("season_before", 1), ("rolling_z", 0)])  # a day's mean that rises by 40 lies within what a day moves
def test_simple_methods_are_held_to_the_same_rule(judged, name, finds):
    prepared, predictions = judged
    part = prepared.parts
    arrays = arrays_of(part)
    given = BASELINES[name]().fit(arrays, prepared.task, 9.0).answers
    found = score(prepared.task, true_answers(part.test), given)
    assert found["event_recall"] == finds
    rival = Rival(BaselineResult(name=name, title=BASELINES[name].title, metrics=found), given)
    said = evaluate(predictions, [rival])["verdict"].headline
    assert said["outcome"] in {"win", "indistinguishable"}
    assert f"The best baseline, {BASELINES[name].title.lower()}, finds {finds} of 1" in said["sentence"]


def test_the_odd_day_is_the_marked_one():
    assert [step for step, row in enumerate(watched()) if row[2]] == list(ODD)
