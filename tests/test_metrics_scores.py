"""Metrics against known answers and against scikit-learn, and their intervals."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from nnapp.errors import SpecError
from nnapp.metrics import METRICS, bootstrap, headline, metrics_for, paired_difference, score, text_of_metric
from nnapp.tasks import Answers, TaskSpec

CAT_DOG = TaskSpec.classification("animal", ("cat", "dog"))
HOUSES = TaskSpec.regression("price", center=0.0, scale=1.0)


def classes(k: int) -> TaskSpec:
    return TaskSpec.classification("y", tuple(f"c{index}" for index in range(k)))


def answers_of(logits: NDArray[np.float64], task: TaskSpec) -> Answers:
    return task.decode(logits.astype(np.float32))


def noisy(task: TaskSpec, n: int, signal: float, seed: int = 0) -> tuple[NDArray[np.int64], Answers]:
    random = np.random.default_rng(seed)
    y = random.integers(0, len(task.class_names), n)
    logits = random.normal(size=(n, task.units))
    if task.units == 1:
        logits[:, 0] += signal * (2 * y - 1)
    else:
        logits[np.arange(n), y] += signal
    return y, answers_of(logits, task)


def test_four_answers_by_hand():
    probabilities = np.array([[0.9, 0.1], [0.4, 0.6], [0.2, 0.8], [0.7, 0.3]])
    answers = Answers(probabilities.argmax(axis=1), probabilities)
    found = score(CAT_DOG, np.array([0, 0, 1, 1]), answers)
    assert found["accuracy"] == 0.5
    assert found["precision"] == 0.5
    assert found["recall"] == 0.5
    assert found["f1"] == 0.5
    assert found["roc_auc"] == 0.75
    assert found["brier"] == pytest.approx((0.01 + 0.36 + 0.04 + 0.49) / 4)
    assert found["log_loss"] == pytest.approx(-np.log([0.9, 0.4, 0.8, 0.3]).mean())


def test_numbers_by_hand():
    found = score(HOUSES, np.array([1.0, 2.0, 3.0]), Answers(np.array([1.0, 2.0, 6.0]), None))
    assert found["mae"] == 1.0
    assert found["mse"] == 3.0
    assert found["rmse"] == pytest.approx(np.sqrt(3))
    assert found["r2"] == pytest.approx(1 - 9 / 2)


@pytest.mark.parametrize("k", [2, 3, 12])
def test_every_class_metric_is_scikit_learns(k):
    from sklearn import metrics as sk

    task = classes(k)
    y, answers = noisy(task, 700, 1.0)
    # Ties in the scores and a class that is never true must come out the same too.
    probabilities = np.round(answers.probabilities, 2)
    probabilities /= probabilities.sum(axis=1, keepdims=True)
    answers = Answers(probabilities.argmax(axis=1), probabilities)
    found = score(task, y, answers)
    column = probabilities[:, 1] if k == 2 else probabilities
    assert found["accuracy"] == pytest.approx(sk.accuracy_score(y, answers.prediction))
    assert found["balanced_accuracy"] == pytest.approx(sk.balanced_accuracy_score(y, answers.prediction))
    assert found["macro_f1"] == pytest.approx(sk.f1_score(y, answers.prediction, average="macro"))
    assert found["roc_auc"] == pytest.approx(sk.roc_auc_score(y, column, multi_class="ovr"))
    assert found["brier"] == pytest.approx(sk.brier_score_loss(y, column, labels=list(range(k))))
    assert found["log_loss"] == pytest.approx(sk.log_loss(y, probabilities, labels=list(range(k))))
    each = [sk.average_precision_score(y == index, probabilities[:, index]) for index in range(k)]
    assert found["average_precision"] == pytest.approx(each[1] if k == 2 else np.mean(each))


@pytest.mark.parametrize("offset", [0.0, 1e9])
def test_every_number_metric_is_scikit_learns(offset):
    from sklearn import metrics as sk

    random = np.random.default_rng(0)
    y = random.normal(size=300) + offset
    predicted = y + random.normal(size=300)
    found = score(HOUSES, y, Answers(predicted, None))
    assert found["r2"] == pytest.approx(sk.r2_score(y, predicted), rel=1e-6)
    assert found["mae"] == pytest.approx(sk.mean_absolute_error(y, predicted))
    assert found["mse"] == pytest.approx(sk.mean_squared_error(y, predicted))


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 40), st.integers(2, 5), st.integers(0, 2**20))
def test_whatever_the_answers_metrics_stay_in_bounds_or_do_not_exist(n, k, seed):
    random = np.random.default_rng(seed)
    task = classes(k)
    y = random.integers(0, k, n)
    found = score(task, y, answers_of(random.normal(scale=30, size=(n, task.units)), task))
    assert set(found) == set(metrics_for(task))
    for name, value in found.items():
        assert value is None or np.isfinite(value)
        if value is not None and METRICS[name].unit == "share":
            assert 0 <= value <= 1 + 1e-12


def test_a_number_that_does_not_exist_is_none():
    one_class = score(CAT_DOG, np.array([1, 1]), Answers(np.array([1, 0]), np.array([[0.2, 0.8], [0.6, 0.4]])))
    assert one_class["roc_auc"] is None
    assert one_class["accuracy"] == 0.5
    never = score(CAT_DOG, np.array([0, 1]), Answers(np.array([0, 0]), np.array([[0.9, 0.1], [0.8, 0.2]])))
    assert never["precision"] is None
    assert never["f1"] == 0.0
    assert score(HOUSES, np.array([5.0, 5.0]), Answers(np.array([4.0, 5.0]), None))["r2"] is None
    assert set(score(CAT_DOG, np.array([], dtype=np.int64), Answers(np.array([], dtype=np.int64), np.zeros((0, 2)))).values()) == {None}


def test_an_overconfident_network_has_the_calibration_error_of_its_gap():
    probabilities = np.tile([0.1, 0.9], (1000, 1))
    y = (np.arange(1000) < 700).astype(np.int64)
    assert score(CAT_DOG, y, Answers(np.ones(1000, dtype=np.int64), probabilities))["ece"] == pytest.approx(0.2)


def test_the_interval_of_an_accuracy_is_the_binomials():
    y, answers = noisy(CAT_DOG, 2000, 1.0)
    accuracy = score(CAT_DOG, y, answers)["accuracy"]
    low, high = bootstrap(CAT_DOG, y, answers, seed=1)["accuracy"]
    half = 1.96 * np.sqrt(accuracy * (1 - accuracy) / 2000)
    assert low == pytest.approx(accuracy - half, abs=0.15 * half)
    assert high == pytest.approx(accuracy + half, abs=0.15 * half)


def test_a_resample_is_what_scikit_learn_gives_on_the_drawn_rows():
    from sklearn import metrics as sk

    task = classes(4)
    y, answers = noisy(task, 120, 1.0)
    random = np.random.default_rng(3)
    values = {"macro_f1": [], "roc_auc": []}
    for _ in range(200):
        drawn = random.integers(0, 120, 120)
        values["macro_f1"].append(sk.f1_score(y[drawn], answers.prediction[drawn], average="macro"))
        values["roc_auc"].append(sk.roc_auc_score(y[drawn], answers.probabilities[drawn], multi_class="ovr"))
    found = bootstrap(task, y, answers, seed=3, resamples=200)
    for name, each in values.items():
        assert found[name] == pytest.approx(tuple(np.percentile(each, [2.5, 97.5])))


def test_the_same_seed_gives_the_same_interval():
    y, answers = noisy(CAT_DOG, 300, 0.5)
    assert bootstrap(CAT_DOG, y, answers, seed=7) == bootstrap(CAT_DOG, y, answers, seed=7)
    assert bootstrap(CAT_DOG, y, answers, seed=7) != bootstrap(CAT_DOG, y, answers, seed=8)


def test_ten_thousand_rows_are_resampled_a_thousand_times_in_seconds():
    y, answers = noisy(CAT_DOG, 10_000, 1.0)
    started = time.process_time()
    assert "roc_auc" in bootstrap(CAT_DOG, y, answers)
    assert time.process_time() - started < 6


def test_one_example_has_a_score_but_no_interval():
    answers = Answers(np.array([1]), np.array([[0.3, 0.7]]))
    assert score(CAT_DOG, np.array([1]), answers)["accuracy"] == 1.0
    assert bootstrap(CAT_DOG, np.array([1]), answers) == {}


def test_a_better_network_is_better_and_a_worse_one_worse():
    y, good = noisy(CAT_DOG, 2000, 2.0, seed=0)
    random = np.random.default_rng(1)
    guesses = answers_of(random.normal(size=(2000, 1)), CAT_DOG)
    assert paired_difference(CAT_DOG, y, good, guesses, "accuracy").verdict == "better"
    assert paired_difference(CAT_DOG, y, guesses, good, "accuracy").verdict == "worse"
    assert paired_difference(CAT_DOG, y, guesses, good, "log_loss").verdict == "worse"


def test_a_difference_of_one_row_is_no_difference():
    y, good = noisy(CAT_DOG, 500, 1.0)
    other = good.prediction.copy()
    other[0] = 1 - other[0]
    found = paired_difference(CAT_DOG, y, good, Answers(other, good.probabilities), "accuracy")
    assert found.verdict == "indistinguishable"
    assert abs(found.value) == pytest.approx(1 / 500)


def test_pairing_sees_what_two_separate_intervals_hide():
    random = np.random.default_rng(0)
    y = random.normal(size=400) * random.gamma(1, 3, 400)
    ours, theirs = Answers(y * 0.9, None), Answers(y * 0.88, None)
    separate = bootstrap(HOUSES, y, ours)["rmse"], bootstrap(HOUSES, y, theirs)["rmse"]
    assert separate[0][1] > separate[1][0]
    assert paired_difference(HOUSES, y, ours, theirs, "rmse").verdict == "better"


def test_metrics_explain_themselves_and_know_their_task():
    assert metrics_for(HOUSES) == ("rmse", "mae", "r2", "mse")
    assert metrics_for(CAT_DOG)[0] == headline(CAT_DOG) == "accuracy"
    assert all(METRICS[name].sentence.endswith(".") and METRICS[name].title for name in METRICS)
    with pytest.raises(SpecError, match="Did you mean 'accuracy'"):
        METRICS["acuracy"]


def test_a_metric_for_people_has_at_most_three_digits():
    assert text_of_metric("accuracy", 0.8612) == "86.1 %"
    assert text_of_metric("rmse", 47_077.3) == "47,100"
    assert text_of_metric("roc_auc", None) == "none"
    assert text_of_metric("mae", 0.000001234) == "1.23e-06"
