"""Charts: words that fit the numbers, names that stay names, both themes."""

from __future__ import annotations

import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from nnapp.charts import (
    CHARTS,
    TOKENS,
    Chart,
    attribution_overlay,
    category_bars,
    class_balance,
    column_histogram,
    export_table,
    learning_curves,
    runs_comparison,
    series_attribution,
)
from nnapp.charts.attributions import swarm_offsets
from nnapp.charts.curves import smoothed, thinned
from nnapp.charts.data import number_bins
from nnapp.charts.order import block_order
from nnapp.charts.text import brief, label, one_in, percent, safe, short
from nnapp.evaluation import EVALUATIONS, evaluate
from nnapp.metrics import BaselineResult, Predictions, Rival, bootstrap, score
from nnapp.reports import Report
from nnapp.tasks import Answers, TaskSpec

HOSTILE = ("<script>alert(1)</script>", "<b>bold</b> & $x^2$ %{y} and much more of a very long name", 'a"b\nc\u202edlrow', "plain")
MARKUP = ("<script", "<b>bold", "$x", "%{y} and", "\u202e")


def judged(task: TaskSpec, n: int = 200, seed: int = 0) -> Predictions:
    random = np.random.default_rng(seed)
    if task.kind == "regression":
        y = random.normal(100, 20, n)
        return Predictions(np.arange(n), np.full(n, "test"), y, y + random.normal(0, 5, n), None, task)
    y = random.integers(0, len(task.class_names), n)
    logits = random.normal(size=(n, task.units)) + (2 * y[:, None] - 1 if task.units == 1 else 3 * np.eye(task.units)[y])
    answers = task.decode(logits.astype(np.float32))
    return Predictions(np.arange(n), np.full(n, "test"), y, answers.prediction, answers.probabilities, task)


def explained() -> dict[str, Report]:
    random = np.random.default_rng(0)
    names = list(HOSTILE)
    size = np.array([4.0, 3.0, 2.0, 1.0])
    bar = pd.DataFrame({"column": names, "importance": size, "share": size / 10, "direction": [np.nan, 0.9, -0.9, 0.1]})
    frames = []
    for place, name in enumerate(names):
        number = random.normal(size=50) if place % 2 else np.full(50, np.nan)
        value = pd.Series([f"{each:.2f}" for each in number] if place % 2 else random.choice(np.array(HOSTILE), 50), dtype="str")
        level = pd.Series(number).rank().to_numpy() / 50
        one = {"row": range(50), "id": range(50), "column": name, "value": value, "number": number, "level": level}
        frames.append(pd.DataFrame({**one, "attribution": random.normal(size=50), "output": HOSTILE[0]}))
    steps = pd.DataFrame({"column": names, "value": pd.Series([HOSTILE[0], None, "3", "4"], dtype="str"), "attribution": [1.0, -0.5, 0.2, -0.1]})
    steps["end"] = steps["attribution"].cumsum()
    steps["start"] = steps["end"] - steps["attribution"]
    row: dict[str, Any] = {"unit": HOSTILE[1], "base": 0.0, "output": 0.6, "residual": 0.0, "explained": HOSTILE[0], "prediction": HOSTILE[1]}
    one_column = {"column": HOSTILE[0], "unit": "log-odds", "numeric": False, "direction": None}
    return {
        "importance": Report("importance", "t", bar, {"unit": HOSTILE[1]}),
        "beeswarm": Report("beeswarm", "t", pd.concat(frames, ignore_index=True), {"unit": "log-odds"}),
        "waterfall": Report("waterfall", "t", steps, {**row, "probability": 0.6, "base_probability": 0.5}),
        "dependence": Report("dependence", "t", frames[0].drop(columns="column"), one_column),
        "words": Report("words", "t", words_table(names), {"unit": HOSTILE[1], "explained": HOSTILE[0]}),
        "stretches": Report("stretches", "t", bar.assign(channel=names, start=0, stop=2), {"unit": HOSTILE[1]}),
    }


def words_table(names: list[str]) -> pd.DataFrame:
    means = np.array([2.0, -1.5, 0.5, 0.0])
    return pd.DataFrame({"word": names, "texts": [3, 2, 1, 1], "mean": means, "total": np.abs(means), "share": np.abs(means) / 4})


def stretches() -> Report:
    lines = [(f"steps {at} of {name}", name, at, at + 2, move) for name in HOSTILE for at, move in ((0, 1.0), (2, -0.7))]
    table = pd.DataFrame(lines, columns=["column", "channel", "start", "stop", "attribution"])
    return Report("one_series", HOSTILE[0], table, {"explained": HOSTILE[1], "probability": 0.5})


def reports() -> dict[str, Report]:
    classes = judged(TaskSpec.classification("y", HOSTILE))
    numbers = judged(TaskSpec.regression(HOSTILE[1], 0.0, 1.0))
    guesses = Answers(np.full(len(classes), 0), np.full((len(classes), 4), 0.25))
    metrics, ends = score(classes.task, classes.y_true, guesses), bootstrap(classes.task, classes.y_true, guesses)
    rival = Rival(BaselineResult(name="majority", title="Majority class", metrics=metrics, intervals=ends), guesses)
    found = {**evaluate(numbers), **evaluate(classes, [rival]), **explained()}
    return {name: report for name, report in found.items() if name in CHARTS}


def curves(values: dict[str, list[float]], name: str = "loss") -> pd.DataFrame:
    rows = [(10 * (at + 1), at + 1.0, split, name, value, 1.0) for split, line in values.items() for at, value in enumerate(line)]
    return pd.DataFrame(rows, columns=["step", "epoch", "split", "name", "value", "seconds"])


def passport(size: int, flipped: int) -> SimpleNamespace:
    return SimpleNamespace(bytes=size, test={"accuracy": 0.9}, agreement=0.99, flipped=flipped, latency_ms=0.01)


def balance() -> pd.DataFrame:
    rows = [(name, part, 10 * (place + 1)) for place, name in enumerate(HOSTILE) for part in ("train", "test")]
    return pd.DataFrame(rows, columns=["class", "part", "count"])


def runs() -> pd.DataFrame:
    return pd.DataFrame([(HOSTILE[0], 0.9, 0.85, 0.95, 0.8), (HOSTILE[1], 0.7, None, None, None)], columns=["name", "value", "low", "high", "baseline"])


OTHERS: dict[str, Callable[..., Chart]] = {
    "curves": lambda theme: learning_curves(curves({"train": [3, 2, 1], "validation": [3, 2, 2.5]}), events=[(2, HOSTILE[1])], theme=theme),
    "balance": lambda theme: class_balance(balance(), theme=theme),
    "histogram": lambda theme: column_histogram(np.array([1.0, 2.0, 2.5, np.nan]), name=HOSTILE[1], unit=HOSTILE[0], theme=theme),
    "categories": lambda theme: category_bars(pd.Series([*HOSTILE, None], dtype="str"), name=HOSTILE[0], theme=theme),
    "runs": lambda theme: runs_comparison(runs(), metric="accuracy", theme=theme),
    "exports": lambda theme: export_table({"keras": passport(300_000, 0), "tflite-int8": passport(20_000, 3)}, theme=theme),
    "series": lambda theme: series_attribution(stretches(), dict.fromkeys(HOSTILE, np.array([1, np.nan, 2, 3], np.float32)), theme=theme),
    "overlay": lambda theme: attribution_overlay(np.zeros((8, 8, 3), np.uint8), np.eye(8) - 0.1, explained=HOSTILE[0], theme=theme),
}
REPORTS = reports()


def drawn(name: str, theme: str) -> Chart:
    return OTHERS[name](theme=theme) if name in OTHERS else CHARTS[name](REPORTS[name], theme=theme)


def shown_texts(value: object) -> list[str]:
    """Every text of a figure that the browser might draw; `customdata` is never drawn."""
    if isinstance(value, dict):
        return [text for key, part in value.items() if key != "customdata" for text in shown_texts(part)]
    if isinstance(value, list):
        return [text for part in value for text in shown_texts(part)]
    return [value] if isinstance(value, str) else []


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", sorted({*REPORTS, *OTHERS}))
def test_every_chart_has_words_a_table_and_no_markup_of_the_users(name, theme):
    chart = drawn(name, theme)
    assert chart.title
    assert chart.caption.endswith(".")
    assert chart.title in chart.alt or chart.title.rstrip(".") in chart.alt
    assert len(chart.table)
    figure = json.loads(chart.figure.to_json())
    assert figure["layout"]["height"] >= 120
    for text in shown_texts(figure):
        assert not any(markup in text for markup in MARKUP), text
    if name != "overlay":
        assert figure["layout"]["xaxis"]["title"]["text"]
    assert figure["layout"]["font"]["color"] == TOKENS[theme].text


def test_every_report_with_a_picture_in_it_is_drawn():
    assert {"confusion_matrix", "per_class", "roc", "precision_recall", "calibration", "predicted_vs_true", "residuals", "scores"} <= set(REPORTS)
    assert set(EVALUATIONS) - set(CHARTS) == {"worst_samples", "labels", "flagged_stretches", "marked_stretches"}  # tables


@pytest.mark.parametrize("name", ["confusion_matrix", "curves", "waterfall"])
def test_a_chart_that_travels_alone_carries_its_words(name):
    chart = drawn(name, "dark")
    figure = chart.standalone(390)
    assert safe(chart.title)[:20] in figure.layout.title.text
    assert figure.layout.width == 390
    assert figure.layout.paper_bgcolor == TOKENS["dark"].card
    assert chart.figure.layout.title.text is None


def luminance(colour: str) -> float:
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_colour_that_words_are_written_in_can_be_read(theme):
    tokens = TOKENS[theme]
    written = [tokens.text, tokens.muted, tokens.train, tokens.validation, tokens.test, tokens.right, tokens.wrong, tokens.neutral, *tokens.categorical]
    for ground in (tokens.background, tokens.card):
        for colour in written:
            bright, dark = sorted([luminance(colour), luminance(ground)], reverse=True)
            assert (bright + 0.05) / (dark + 0.05) >= 4.5, (colour, ground)


def test_train_and_validation_keep_their_colour_and_line():
    figure = learning_curves(curves({"train": [3, 2, 1], "validation": [3, 2, 2.5]}), theme="dark").figure
    line = {trace.name: trace.line for trace in figure.data}
    assert (line["train"].color, line["train"].dash) == ("#6EA8FE", "solid")
    assert (line["validation"].color, line["validation"].dash) == ("#F5A35C", "dash")


@pytest.mark.parametrize(
    ("lines", "live", "words"),
    [
        ({}, True, "No loss yet: the first epoch is under way"),
        ({"train": [0.5], "validation": [0.6]}, True, "Validation loss is 0.600 after epoch 1"),
        ({"train": [3, 2, 1, 0.5], "validation": [3, 2.1, 1.5, 1.0]}, True, "Validation loss is still falling: 1.00 after epoch 4"),
        ({"train": [3, 2, 1, 0.5], "validation": [3, 2.1, 1.5, 1.0]}, False, "Validation loss was still falling at the end: 1.00. More epochs may help"),
        (
            {"train": [3, 2, 1, 0.5, 0.3], "validation": [3, 1, 1.2, 1.4, 1.6]},
            False,
            "The network memorises after epoch 2: validation loss rises from 1.00 to 1.60",
        ),
        ({"train": [3, 2, 1, 1, 1], "validation": [3, 1, 1.01, 1.02, 1.01]}, False, "Validation loss was best at epoch 2, 1.00, and has not improved since"),
        ({"train": [3, 2, 1, 0.5]}, False, "Training loss went from 3.00 to 0.500"),
        ({"train": [3.0] * 12, "validation": [3, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0.999]}, False, "Validation loss has levelled off at 0.999"),
    ],
)
def test_the_title_of_a_curve_says_how_training_goes(lines, live, words):
    assert learning_curves(curves(lines), live=live).title == words


def test_a_metric_that_should_rise_is_spoken_of_as_rising():
    chart = learning_curves(curves({"train": [0.5, 0.7, 0.9], "validation": [0.5, 0.6, 0.8]}, "accuracy"), name="accuracy", live=True)
    assert chart.title == "Validation accuracy is still rising: 80.0 % after epoch 3"


def test_the_best_epoch_is_marked_and_can_be_given():
    lines = curves({"train": [3, 2, 1, 1], "validation": [3, 1, 2, 2]})
    assert any("best: epoch 2" in note.text for note in learning_curves(lines).figure.layout.annotations)
    assert any("best: epoch 3" in note.text for note in learning_curves(lines, best_epoch=3).figure.layout.annotations)


def test_a_thinned_line_keeps_its_spikes_and_its_ends():
    y = np.zeros(100_000)
    y[54_321] = 9.0
    x, kept = thinned(np.arange(100_000.0), y)
    assert len(x) <= 402
    assert kept.max() == 9.0
    assert (x[0], x[-1]) == (0.0, 99_999.0)


def test_smoothing_a_constant_changes_nothing():
    assert smoothed(np.full(10, 3.0), 0.9) == pytest.approx(np.full(10, 3.0))


def test_the_confusion_matrix_says_its_worst_cell_in_words():
    task = TaskSpec.classification("y", ("T-shirt", "Shirt", "Bag"))
    y = np.repeat([0, 1, 2], 50)
    given = y.copy()
    given[50:60] = 0
    chart = CHARTS["confusion_matrix"](EVALUATIONS["confusion_matrix"](Predictions(np.arange(150), np.full(150, "test"), y, given, None, task)))
    assert chart.title == "Shirt is taken for T-shirt one time in five"
    heat = chart.figure.data[0]
    assert tuple(heat.customdata[1][0]) == ("Shirt", "T-shirt")
    assert np.isnan(heat.z[0][0])
    assert heat.z[1][0] == pytest.approx(0.2)
    perfect = EVALUATIONS["confusion_matrix"](Predictions(np.arange(150), np.full(150, "test"), y, y, None, task))
    assert CHARTS["confusion_matrix"](perfect).title == "Every answer is right"


def test_classes_that_are_confused_lie_side_by_side():
    counts = np.eye(6) * 100
    for left, right in ((0, 3), (1, 4), (2, 5)):
        counts[left, right] = counts[right, left] = 40
    order = block_order(counts, tuple("abcdef")).tolist()
    assert all(abs(order.index(left) - order.index(right)) == 1 for left, right in ((0, 3), (1, 4), (2, 5)))


def test_classes_that_are_numbers_keep_their_order():
    assert block_order(np.ones((4, 4)), ("10", "9", "2", "3")).tolist() == [2, 3, 1, 0]


def test_a_hundred_classes_make_a_figure_of_bounded_height_without_labels():
    task = TaskSpec.classification("y", tuple(f"c{index}" for index in range(150)))
    chart = CHARTS["confusion_matrix"](EVALUATIONS["confusion_matrix"](judged(task, 2000)))
    assert chart.figure.layout.height <= 640
    assert chart.figure.layout.xaxis.showticklabels is False


def test_many_classes_get_no_ninth_hue():
    task = TaskSpec.classification("y", tuple(f"c{index}" for index in range(12)))
    chart = CHARTS["roc"](EVALUATIONS["roc"](judged(task, 2000)))
    hues = {trace.line.color for trace in chart.figure.data if not str(trace.line.color).startswith("rgba")}
    assert len(hues) <= 5
    assert len(chart.figure.data) == 13


def test_calibration_says_in_words_who_is_too_sure():
    y = (np.arange(100) < 70).astype(np.int64)
    probabilities = np.tile([0.1, 0.9], (100, 1))
    task = TaskSpec.classification("y", ("no", "yes"))
    report = EVALUATIONS["calibration"](Predictions(np.arange(100), np.full(100, "test"), y, np.ones(100, np.int64), probabilities, task))
    assert CHARTS["calibration"](report).title == "The network is too sure of itself: 90 % sure is right 70 % of the time"


def test_the_balance_of_classes_is_told():
    even = pd.DataFrame({"class": ["a", "b"], "count": [50, 60]})
    rare = pd.DataFrame({"class": ["no", "yes"], "count": [88, 12]})
    assert class_balance(even).title == "The 2 classes are about equally common"
    assert class_balance(rare).title == "yes is the rarer class: 12 % of the examples"


@pytest.mark.parametrize(
    "numbers", [[1.0, 2.0, 3.0], [5.0], [0.0, 1e-9], [-1e12, 1e12], list(np.random.default_rng(0).normal(size=999)), [1, 1, 2, np.nan, np.inf]]
)
def test_every_finite_number_falls_into_exactly_one_bin(numbers):
    table = number_bins(np.array(numbers, dtype=np.float64))
    assert table["count"].sum() == np.isfinite(numbers).sum()
    assert 1 <= len(table) <= 62


def test_an_empty_column_is_drawn_with_a_plain_title():
    assert column_histogram(np.full(5, np.nan), name="age").title == "age holds no number"
    assert category_bars(pd.Series([None, None], dtype="str"), name="cabin").title == "cabin is empty"


def test_dots_of_the_same_value_do_not_hide_each_other():
    offsets = swarm_offsets(np.zeros(9), 1.0)
    assert len(set(offsets)) == 9
    assert np.abs(offsets).max() <= 0.38
    assert swarm_offsets(np.linspace(-1, 1, 20), 1.0) == pytest.approx(np.zeros(20))


def test_the_overlay_says_where_the_attribution_lies():
    attribution = np.zeros((9, 9))
    attribution[:3, :3] = 1.0
    chart = attribution_overlay(np.zeros((9, 9, 1), np.uint8), attribution, explained="cat")
    assert chart.title == "What speaks for cat lies mostly in the upper left: 100 % of it"


def test_the_smallest_file_is_compared_with_the_largest():
    chart = drawn("exports", "light")
    assert chart.title == "tflite-int8 is 15 times smaller than keras, and flips 3 answers"


def test_runs_whose_intervals_overlap_are_not_called_ahead():
    table = pd.DataFrame([("a", 0.9, 0.85, 0.95), ("b", 0.88, 0.83, 0.93)], columns=["name", "value", "low", "high"])
    assert runs_comparison(table, metric="accuracy").title == "a is best: Accuracy 90.0 %; 1 of the others may be as good"
    table.loc[1, ["value", "low", "high"]] = [0.5, 0.45, 0.55]
    assert "clearly ahead" in runs_comparison(table, metric="accuracy").title


def test_names_are_shortened_in_the_middle_and_numbers_to_three_digits():
    assert short("a" * 100, 9) == "aaaa…aaaa"
    assert label("<b>") == "&lt;b&gt;"
    assert brief(-1234.5) == "−1,230"
    assert percent(0.0834) == "8.3 %"
    assert one_in(0.25) == "one time in four"
