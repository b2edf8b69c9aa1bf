"""Reports on predictions: known answers, and words that fit them."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnapp.charts.scores import scores_with_intervals
from nnapp.errors import RunError
from nnapp.evaluation import EVALUATIONS, evaluate, samples_of
from nnapp.metrics import BaselineResult, Predictions, Rival, bootstrap, score
from nnapp.reports import Report
from nnapp.tasks import Answers, TaskSpec

PETS = TaskSpec.classification("pet", ("cat", "dog", "eel"))
MAIL = TaskSpec.classification("kind", ("ham", "spam"))
HOUSES = TaskSpec.regression("price", 0.0, 1.0)


def predictions(task: TaskSpec, y: list, answers: Answers, part: str = "test") -> Predictions:
    y_true = np.array(y)
    return Predictions(np.arange(len(y_true)), np.full(len(y_true), part), y_true, answers.prediction, answers.probabilities, task)


def certain(task: TaskSpec, given_classes: list[int], confidence: float = 0.8) -> Answers:
    """Answers with the same confidence in each."""
    k = len(task.class_names)
    probabilities = np.full((len(given_classes), k), (1 - confidence) / (k - 1))
    probabilities[np.arange(len(given_classes)), given_classes] = confidence
    return Answers(np.array(given_classes, dtype=np.int64), probabilities)


def numbers(n: int, noise: float, seed: int = 0) -> Predictions:
    random = np.random.default_rng(seed)
    y = random.normal(100, 10, n)
    return predictions(HOUSES, y.tolist(), Answers(y + random.normal(0, noise, n), None))


def rival(judged: Predictions, answers: Answers, title: str = "Gradient boosting") -> Rival:
    metrics, ends = score(judged.task, judged.y_true, answers), bootstrap(judged.task, judged.y_true, answers)
    return Rival(BaselineResult(name=title.lower().replace(" ", "_"), title=title, metrics=metrics, intervals=ends), answers)


def test_the_confusion_matrix_counts_every_pair_and_names_the_commonest_mistake():
    judged = predictions(PETS, [0, 0, 0, 0, 1, 1, 2], certain(PETS, [0, 1, 1, 0, 1, 1, 2]))
    report = EVALUATIONS["confusion_matrix"](judged)
    cell = report.table.set_index(["true", "predicted"])
    assert len(report.table) == 9
    assert cell.loc[("cat", "dog"), "count"] == 2
    assert cell.loc[("cat", "dog"), "share"] == 0.5
    assert cell.loc[("eel", "eel"), "share"] == 1.0
    assert report.headline["errors"] == 2
    assert (report.headline["true"], report.headline["predicted"]) == ("cat", "dog")


def test_a_class_that_suffers_more_is_named_before_one_with_a_few_more_mistakes():
    judged = predictions(MAIL, [0] * 100 + [1] * 10, certain(MAIL, [1] * 6 + [0] * 94 + [0] * 5 + [1] * 5))
    assert EVALUATIONS["confusion_matrix"](judged).headline["true"] == "spam"


def test_a_class_without_examples_is_told_and_has_no_recall():
    judged = predictions(PETS, [0, 1, 1], certain(PETS, [0, 1, 2]))
    assert any("eel" in caveat for caveat in EVALUATIONS["confusion_matrix"](judged).caveats)
    table = EVALUATIONS["per_class"](judged).table.set_index("class")
    assert np.isnan(table.loc["eel", "recall"])
    assert table.loc["dog", "recall"] == 0.5
    assert table.loc["dog", "taken_for"] == "eel"
    assert pd.isna(table.loc["cat", "taken_for"])


def test_the_curves_run_from_corner_to_corner_and_enclose_the_area_of_the_scores():
    random = np.random.default_rng(0)
    y = random.integers(0, 2, 3000)
    judged = predictions(MAIL, y.tolist(), MAIL.decode((random.normal(size=(3000, 1)) + y[:, None]).astype(np.float32)))
    roc = EVALUATIONS["roc"](judged)
    x, up = roc.table["false_positive_rate"].to_numpy(), roc.table["true_positive_rate"].to_numpy()
    assert (x[0], up[0], x[-1], up[-1]) == (0, 0, 1, 1)
    assert len(roc.table) <= 202
    assert np.trapezoid(up, x) == pytest.approx(roc.headline["roc_auc"], abs=0.005)
    assert roc.headline["roc_auc"] == pytest.approx(roc.headline["auc: spam"])
    curve = EVALUATIONS["precision_recall"](judged)
    assert curve.headline["average_precision"] == pytest.approx(curve.headline["ap: spam"])
    assert curve.headline["share: spam"] == pytest.approx(y.mean())


def test_one_class_alone_has_no_curve_and_says_so():
    judged = predictions(MAIL, [1, 1, 1], certain(MAIL, [1, 0, 1]))
    report = EVALUATIONS["roc"](judged)
    assert report.table.empty
    assert "no curve" in report.caveats[0]
    assert EVALUATIONS["precision_recall"](judged).table.empty


def test_calibration_finds_the_network_that_is_too_sure():
    right = [0] * 70 + [1] * 30
    report = EVALUATIONS["calibration"](predictions(MAIL, right, certain(MAIL, [0] * 100, 0.9)))
    assert report.headline["ece"] == pytest.approx(0.2)
    assert report.headline["overconfidence"] == pytest.approx(0.2)
    (row,) = report.table.to_dict("records")
    assert row["accuracy"] == 0.7
    assert row["count"] == 100
    assert row["accuracy_low"] < 0.7 < row["accuracy_high"]


def test_residuals_tell_the_bias_and_how_far_errors_reach():
    judged = predictions(HOUSES, [1.0, 2.0, 3.0, 4.0], Answers(np.array([2.0, 3.0, 4.0, 6.0]), None))
    report = EVALUATIONS["residuals"](judged)
    assert report.headline["bias"] == 1.25
    assert report.headline["median_error"] == 1.0
    assert report.table["residual"].tolist() == [1.0, 1.0, 1.0, 2.0]


def test_many_rows_are_thinned_and_the_worst_are_kept():
    judged = numbers(10_000, 1.0)
    judged.prediction[1234] += 1000
    report = EVALUATIONS["predicted_vs_true"](judged)
    assert len(report.table) <= 2_000
    assert 1234 in set(report.table["id"])
    assert "10,000" in report.caveats[0]
    assert report.headline["rows"] == 10_000


def test_the_worst_samples_are_those_that_are_sure_and_wrong():
    probabilities = np.array([[0.9, 0.1], [0.4, 0.6], [0.01, 0.99], [0.45, 0.55]])
    judged = predictions(MAIL, [0, 0, 0, 1], Answers(probabilities.argmax(axis=1), probabilities))
    report = EVALUATIONS["worst_samples"](judged)
    assert report.table["id"].tolist() == [2, 1]
    assert report.table["confidence"].tolist() == [0.99, 0.6]
    assert report.headline["wrong"] == 2


def test_a_cell_of_the_confusion_matrix_opens_its_samples():
    judged = predictions(PETS, [0, 0, 0, 1], certain(PETS, [1, 0, 1, 1]))
    assert samples_of(judged, true="cat", predicted="dog")["id"].tolist() == [0, 2]
    assert len(samples_of(judged, predicted="dog")) == 3
    assert len(samples_of(judged)) == 4
    assert samples_of(judged, true="eel").empty


def test_the_network_that_wins_is_said_to_win():
    judged = numbers(500, 1.0)
    worse = Answers(judged.y_true + np.random.default_rng(1).normal(0, 3, 500), None)
    report = evaluate(judged, [rival(judged, worse)])["verdict"]
    assert report.headline["outcome"] == "win"
    assert report.headline["sentence"].startswith("The network beats the best baseline, gradient boosting: RMSE ")


def test_the_best_baseline_is_the_one_that_counts_and_its_win_is_said():
    judged = numbers(500, 2.0)
    random = np.random.default_rng(1)
    good, bad = (Answers(judged.y_true + random.normal(0, noise, 500), None) for noise in (1.0, 9.0))
    report = evaluate(judged, [rival(judged, bad, "Mean"), rival(judged, good)])["verdict"]
    assert report.headline["outcome"] == "lose"
    assert report.headline["sentence"].startswith("Gradient boosting beats the network")
    assert report.table["verdict"].tolist() == ["better", "worse"]


def test_what_cannot_be_told_apart_is_called_indistinguishable():
    random = np.random.default_rng(0)
    y = random.integers(0, 2, 120)
    ours, theirs = (MAIL.decode((random.normal(size=(120, 1)) + 2 * y[:, None] - 1).astype(np.float32)) for _ in range(2))
    judged = predictions(MAIL, y.tolist(), ours)
    report = evaluate(judged, [rival(judged, theirs)])["verdict"]
    assert report.headline["outcome"] == "indistinguishable"
    assert "indistinguishable" in report.headline["sentence"]
    assert "points (95 % interval −" in report.headline["sentence"]


def test_equal_answers_are_called_equally_good():
    judged = predictions(MAIL, [0, 1, 0, 1], certain(MAIL, [0, 1, 0, 1]))
    report = evaluate(judged, [rival(judged, judged.answers)])["verdict"]
    assert "equally good" in report.headline["sentence"]


def test_baselines_that_were_left_out_are_told():
    judged = predictions(MAIL, [0, 1], certain(MAIL, [0, 0]))
    left = Rival(BaselineResult(name="linear", title="Linear model", left_out="Linear model was left out: no time."), None)
    reports = evaluate(judged, [left])
    assert reports["verdict"].headline["outcome"] == "alone"
    assert "Linear model was left out: no time." in reports["verdict"].caveats
    assert "Linear model was left out: no time." in reports["scores"].caveats
    assert set(reports["scores"].table["model"]) == {"network"}


def test_scores_have_the_baselines_beside_the_network_with_intervals():
    judged = numbers(200, 1.0)
    report = evaluate(judged, [rival(judged, Answers(np.full(200, 100.0), None), "Mean")])["scores"]
    assert set(report.table["title"]) == {"Network", "Mean"}
    rmse = report.table.set_index(["model", "metric"]).loc[("network", "rmse")]
    assert rmse["low"] < rmse["value"] < rmse["high"]
    assert "training never saw" in report.caveats[0]


def test_a_score_that_every_resample_repeats_has_no_interval_and_says_that_so_few_cannot_tell():
    task = MAIL
    few = predictions(task, [0, 1, 0, 1, 1, 0, 1], certain(task, [0, 1, 0, 1, 1, 0, 0]))
    ends = bootstrap(few.task, few.y_true, few.answers)
    assert "accuracy" in ends
    assert "precision" not in ends
    report = evaluate(few, [rival(few, certain(task, [1, 0, 1, 0, 0, 1, 1]), "Opposite")])["scores"]
    assert any("Precision" in caveat and "no interval" in caveat and "cannot tell" in caveat for caveat in report.caveats)
    perfect = predictions(task, [0, 1, 0, 1], certain(task, [0, 1, 0, 1]))
    sentence = evaluate(perfect, [rival(perfect, certain(task, [1, 0, 1, 0]), "Opposite")])["verdict"].headline["sentence"]
    assert "cannot be told" in sentence
    assert "interval" not in sentence


def test_the_chart_of_scores_speaks_of_bars_where_there_are_some_and_of_the_baseline_it_is_told():
    judged = numbers(300, 1.0)
    report = evaluate(judged, [rival(judged, Answers(np.zeros(300), None), "Mean"), rival(judged, Answers(np.ones(300), None), "One")])["scores"]
    assert "95 % intervals" in scores_with_intervals(report).caption
    assert "one" in scores_with_intervals(report, best="One").title
    report.table[["low", "high"]] = np.nan
    assert "interval" not in scores_with_intervals(report).caption


def test_a_number_that_does_not_exist_says_why():
    judged = predictions(MAIL, [0, 1, 0], certain(MAIL, [0, 0, 0]))
    report = evaluate(judged)["scores"]
    assert report.headline["precision"] is None
    assert any("Precision does not exist here: nothing was given the positive class." in caveat for caveat in report.caveats)


def test_an_empty_part_is_an_error_with_a_remedy():
    with pytest.raises(RunError, match="no examples"):
        evaluate(predictions(MAIL, [0, 1], certain(MAIL, [0, 1]), part="train"))


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 30), st.sampled_from([1, 2, 3, 6]), st.integers(0, 2**20))
def test_every_report_on_any_predictions_survives_json(n, k, seed):
    random = np.random.default_rng(seed)
    if k == 1:
        judged = predictions(HOUSES, random.normal(size=n).tolist(), Answers(random.normal(size=n), None))
    else:
        task = TaskSpec.classification("y", tuple(f"<b>{index}</b>" for index in range(k)))
        logits = random.normal(scale=5, size=(n, task.units)).astype(np.float32)
        judged = predictions(task, random.integers(0, k, n).tolist(), task.decode(logits))
    for name, found in EVALUATIONS.items():
        if judged.task.kind in found.tasks and name != "scores":
            report = found(judged)
            again = Report.from_dict(json.loads(json.dumps(report.to_dict(), allow_nan=False)))
            pd.testing.assert_frame_equal(again.table, report.table)
            assert report.name == name


def test_a_thousand_classes_are_reported_in_bounded_size():
    random = np.random.default_rng(0)
    task = TaskSpec.classification("y", tuple(f"c{index}" for index in range(1000)))
    y = random.integers(0, 1000, 2000)
    judged = predictions(task, y.tolist(), task.decode(random.normal(size=(2000, 1000)).astype(np.float32)))
    assert len(EVALUATIONS["confusion_matrix"](judged).table) <= 2000
    assert EVALUATIONS["roc"](judged).table["class"].nunique() == 20
