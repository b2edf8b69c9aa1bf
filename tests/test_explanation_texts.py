"""Why a network answers a text or a series as it does, against answers that are known."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from nnapp.charts import shaded_text
from nnapp.data.dataset import SERIES, TOKENS, Dataset, DataSpec, InputSpec
from nnapp.data.layout import SeriesLayout
from nnapp.errors import NnappError
from nnapp.explanation import EXPLAINERS, Explanation, explain, explainers_for, load, save
from nnapp.explanation.orders import Orders, shapley
from nnapp.explanation.overview import reports
from nnapp.explanation.series_views import one_series, stretch_importance
from nnapp.explanation.texts import rows_of, spans
from nnapp.explanation.word_views import shaded, words, words_by_output
from nnapp.tasks import OUTPUT, ForecastSpec, TaskSpec

# Keras turns a variable into an array in the way that NumPy is giving up; nothing of ours can change that.
KERAS_MEETS_NUMPY = "ignore:__array__ implementation doesn't accept a copy keyword:DeprecationWarning"
VOCABULARY = ["[PAD]", "[UNK]", "not", "good", "bad", "##s", "don", "'", "t"]
LENGTH = 8
KNOWN = {"kind": "text", "vocabulary": VOCABULARY, "words": "pieces", "lowercase": True, "columns": [{"name": "said", "length": LENGTH}]}
TEXTS = ["Not  GOOD, bads!", "good", None, "bad bad not", "don't good " + "bad " * 20]
YES_NO = TaskSpec.classification("liked", ("no", "yes"))


class Game:
    """Good counts 3, not good counts -3 instead; bad takes away 1. A second output counts nots."""

    points = 40

    def __init__(self, delay: float = 0.0) -> None:
        self.lengths = {TOKENS: LENGTH}
        self.delay = delay

    def outputs(self, ids: dict[str, NDArray[np.int32]]) -> NDArray[np.float64]:
        time.sleep(self.delay)
        negated, good, bad = ((ids[TOKENS] == index).any(axis=1) for index in (2, 3, 4))
        return np.stack([good * np.where(negated, -3.0, 3.0) - bad, negated], axis=1)


def played(texts: list[str | None], *, most: int = 64, tolerance: float = 1e-3, deadline: float = 1e18, delay: float = 0.0):
    return shapley(Game(delay), rows_of({"said": texts}, KNOWN), Orders(most, tolerance, deadline, seed=0), lambda _share: None)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("I don't know.", ["I", "don't", "know", "."]),
        ("dogs' 'quoted' o’clock", ["dogs", "'", "'", "quoted", "'", "o’clock"]),
        ("İstanbul ÇOK güzel 👍🏽", ["İstanbul", "ÇOK", "güzel", "👍", "🏽"]),
        ("我喜欢 it", ["我", "喜", "欢", "it"]),
        ("", []),
    ],
)
@pytest.mark.parametrize("lowercase", [True, False])
def test_a_text_is_cut_into_the_words_that_people_see(text: str, found: list[str], lowercase: bool):
    assert [text[start:end] for start, end in spans(text, lowercase)] == found


def test_the_segments_of_a_text_joined_are_the_text_and_what_is_not_read_is_kept_apart():
    rows = rows_of({"said": TEXTS}, KNOWN)
    assert ["".join(row.segments) for row in rows[:4]] == ["Not  GOOD, bads!", "good", "", "bad bad not"]
    assert [row.words for row in rows] == [5, 1, 0, 3, 6]
    assert rows[0].tokens[TOKENS].ids.tolist() == [2, 3, 1, 4, 5, 1]
    assert rows[0].tokens[TOKENS].word.tolist() == [0, 1, 2, 3, 3, 4]
    assert len(rows[4].tokens[TOKENS].ids) == LENGTH
    assert rows[4].segments[-1].strip().startswith("bad bad")


def test_a_huge_text_is_cut_short_where_it_is_shown():
    (row,) = rows_of({"said": ["x" * 5_000_000 + " " * 100 + "good " * 100_000]}, KNOWN)
    assert sum(map(len, row.segments)) < 1_000
    assert row.words == LENGTH


def test_what_words_add_is_shared_out_exactly_where_two_act_together():
    found = played(TEXTS)
    assert found.values[0][:, 0] == pytest.approx([-3, 0, 0, -1, 0])
    assert found.values[0][:, 1] == pytest.approx([1, 0, 0, 0, 0])
    assert found.values[1][:, 0] == pytest.approx([3])
    assert found.values[2].shape == (0, 2)
    assert found.values[3].sum(axis=0) == pytest.approx([-1, 1])
    assert found.base.tolist() == [0, 0]


def test_words_in_doubt_get_more_orders_until_their_values_are_sure():
    long = ["bad " * 7 + "good"]  # who takes away the 1 depends on the order
    few, many = played(long, most=2), played(long, most=400, tolerance=0.005)
    assert (few.orders, many.orders > 50) == (2, True)
    assert many.values[0][:7, 0] == pytest.approx([-1 / 7] * 7, abs=0.05)
    assert many.doubt < few.doubt
    assert all(each.values[0].sum() == pytest.approx(2) for each in (few, many))


def test_when_time_is_up_the_texts_that_are_done_are_kept():
    found = played(TEXTS * 10, deadline=time.monotonic() + 0.02, delay=0.05)
    assert 0 < len(found.values) < 50
    assert found.orders == 1
    assert found.output[0].tolist() == [-4, 1]


def text_explanation() -> Explanation:
    rows = rows_of({"said": ["<b>Good</b> not", "good 1. $x$"]}, KNOWN)
    most = max(row.words for row in rows)
    values = np.zeros((2, most, 1), np.float32)
    values[0, 3], values[0, 7], values[1, 0] = 2.0, -1.0, 1.0
    return Explanation(
        explainer="words", kind="text", task=YES_NO, columns=(), outputs=("yes",), ids=(3, 9), values=values, base=np.zeros((2, 1)),
        output=values.sum(axis=1, dtype=np.float64), prediction=np.array([1, 1]), truth=np.array([1, 0]), cells=tuple(row.segments for row in rows),
        numbers=np.zeros((2, 0)), pictures=None, settings={}, seconds=0.1, notes=("Noted.",),
    )  # fmt: skip


def test_the_words_that_count_most_are_told_over_all_texts():
    table = words(text_explanation()).table.set_index("word")
    assert table.loc["good", ["texts", "mean", "total"]].tolist() == [2, 1.5, 3.0]
    assert table.index[0] == "good"
    assert table["share"].sum() == pytest.approx(1)
    assert words_by_output(text_explanation()).table["word"].tolist() == ["good"]


def test_a_text_is_shaded_by_what_its_words_do_and_nothing_of_it_is_markup(tmp_path: Path):
    save(text_explanation(), tmp_path)
    found = load(tmp_path)
    report = shaded(found, 0)
    assert report.title == "“Good” speaks for yes most; the answer is yes"
    drawn = shaded_text(report)
    assert "".join(str(piece["before"]) + str(piece["word"]) for piece in drawn.pieces) == "<b>Good</b> not"
    strong = {piece["word"]: (piece["up"], piece["strength"]) for piece in drawn.pieces if piece["strength"]}
    assert strong == {"Good": (True, 1.0), ">": (False, 0.5)}
    assert "An empty text would give 50 %" in drawn.caption
    for name, each in reports(found).items():
        assert each.to_dict()["title"], name


def test_an_empty_text_is_said_to_have_no_word():
    found = played([None])
    rows = rows_of({"said": [None]}, KNOWN)
    empty = Explanation(
        explainer="words", kind="text", task=YES_NO, columns=(), outputs=("yes",), ids=(0,), values=np.zeros((1, 0, 1), np.float32), base=np.zeros((1, 1)),
        output=found.output[:, :1], prediction=np.array([0]), truth=None, cells=(rows[0].segments,), numbers=np.zeros((1, 0)), pictures=None, settings={},
        seconds=0.1, notes=(),
    )  # fmt: skip
    assert shaded(empty, 0).title == "The text has no word that the network reads; the answer is no"
    assert words(empty).table.empty


@pytest.mark.parametrize("kind", ["tabular", "pictures", "sounds", "series", "text"])
def test_every_kind_of_data_can_be_explained(kind):
    assert explainers_for(kind)


def text_data(task: TaskSpec) -> Dataset:
    read = rows_of({"said": TEXTS}, KNOWN)
    ids = np.zeros((len(TEXTS), LENGTH), np.int32)
    for row, text in enumerate(read):
        ids[row, : len(text.tokens[TOKENS].ids)] = text.tokens[TOKENS].ids
    data = DataSpec(kind="text", inputs={TOKENS: InputSpec(shape=(LENGTH,), dtype="int32", role="tokens", vocabulary=len(VOCABULARY))})
    y = np.zeros(len(TEXTS), np.int32) if task.kind == "multiclass" else np.zeros((len(TEXTS), task.units), np.float32)
    return Dataset({TOKENS: ids}, {OUTPUT: y}, np.arange(len(TEXTS)), data, task)


def summing(task: TaskSpec):
    """Every token votes by itself: its values are known."""
    import keras

    entry = keras.Input((LENGTH,), dtype="int32", name=TOKENS)
    votes = keras.layers.Embedding(len(VOCABULARY), task.units)
    model = keras.Model({TOKENS: entry}, keras.ops.sum(votes(entry), axis=1))
    weights = np.random.default_rng(0).normal(size=(len(VOCABULARY), task.units)).astype(np.float32)
    weights[0] = 0
    votes.set_weights([weights])
    return model, weights


@pytest.mark.tensorflow
@pytest.mark.filterwarnings(KERAS_MEETS_NUMPY)
@pytest.mark.parametrize(
    "task", [YES_NO, TaskSpec.multilabel("mood", ("a", "b", "c")), TaskSpec.classification("kind", ("a", "b", "c")), TaskSpec.regression("stars", 3.0, 2.0)]
)
def test_where_every_word_votes_by_itself_its_vote_is_its_value(task: TaskSpec):
    model, weights = summing(task)
    rows = text_data(task)
    found = explain(EXPLAINERS["words"].parse({}), model, rows, rows, cells=pd.DataFrame({"said": pd.Series(TEXTS, dtype="str")}), preprocessing=KNOWN)
    assert np.abs(found.residual).max() < 1e-5
    assert found.seconds > 0
    if task.kind != "multiclass":  # there a class's log-odds hang on the others' votes too
        scale = task.output.scale if task.kind == "regression" else 1.0
        assert found.values[0, 3] == pytest.approx((weights[4] + weights[5]) * scale, abs=1e-5)
    assert found.outputs == (("yes",) if task is YES_NO else ("stars",) if task.kind == "regression" else ("a", "b", "c"))
    assert set(reports(found)) == {"words", "words_by_output", "rows", "additivity"}
    assert [found.answer(row) for row in range(5)] == [found.words_of(each) for each in task.decode(np.asarray(model(rows.x))).prediction]
    with pytest.raises(NnappError, match="The texts themselves are not there"):
        explain(EXPLAINERS["words"].parse({}), model, rows, rows)


def series_data(task: TaskSpec, layout: SeriesLayout, y: NDArray[np.generic]) -> Dataset:
    x = np.random.default_rng(1).normal(size=(6, 12, 3)).astype(np.float32)
    if layout.observed:
        x[:, :, 2] = 1.0
        x[0, 9:, 2] = 0.0
    data = DataSpec(kind="series", inputs={SERIES: InputSpec(shape=(12, 3), feature_names=("a", "b", "c"), layout=layout)})
    return Dataset({SERIES: x}, {OUTPUT: y}, np.arange(6), data, task)


def linear_series(weights: NDArray[np.float64]) -> Callable[..., object]:
    import keras

    entry = keras.Input((12, 3), name=SERIES)
    layer = keras.layers.Dense(weights.shape[1])
    model = keras.Model({SERIES: entry}, layer(keras.layers.Flatten()(entry)))
    layer.set_weights([weights.astype(np.float32), np.zeros(weights.shape[1], np.float32)])
    return model


@pytest.mark.tensorflow
@pytest.mark.filterwarnings(KERAS_MEETS_NUMPY)
def test_the_stretch_that_decides_a_series_is_found():
    weights = np.zeros((12, 3, 1))
    weights[4:6, 1] = 2.0
    layout = SeriesLayout(center=(0.0, 0.0), scale=(1.0, 1.0), observed=True)
    rows = series_data(YES_NO, layout, np.zeros((6, 1), np.float32))
    found = explain(EXPLAINERS["expected_gradients"].parse({}), linear_series(weights.reshape(36, 1)), rows, rows, preprocessing={"thin": 3})
    exact = weights[..., 0] * (rows.x[SERIES] - rows.x[SERIES].mean(axis=0))
    assert found.values[..., 0] == pytest.approx(exact, abs=1e-5)
    assert found.columns == ("a", "b", "which steps there are")
    assert found.series is not None
    assert np.isnan(found.series[0, 9:]).all()
    assert set(stretch_importance(found).table["column"][:2]) == {"step 5 of b", "step 6 of b"}
    assert "of b: " in one_series(found, 0).title
    assert "A step here is the mean of 3 steps of the data." in found.notes


@pytest.mark.tensorflow
@pytest.mark.filterwarnings(KERAS_MEETS_NUMPY)
def test_a_forecast_is_explained_by_the_steps_before_it_in_the_targets_units():
    forecast = ForecastSpec(horizon=2, targets=("a", "b"), centers=(10.0, 0.0), scales=(5.0, 1.0), naive=(1.0, 1.0), interval=0.8)
    task = TaskSpec.forecasting("a", forecast)
    weights = np.ones((12, 3, 12))  # what follows the first four numbers is the interval's
    weights[..., :4] = 0.0
    weights[11, 0, 0] = weights[11, 0, 2] = 1.0  # both steps ahead of the first target follow its last value
    layout = SeriesLayout(center=(0.0, 0.0, 0.0), scale=(1.0, 1.0, 1.0), calendar=1, targets=(0, 1), horizon=2)
    rows = series_data(task, layout, np.zeros((6, 4), np.float32))
    found = explain(EXPLAINERS["expected_gradients"].parse({}), linear_series(weights.reshape(36, 12)), rows, rows)
    last = rows.x[SERIES][:, 11, 0]
    assert found.values[:, 11, 0, 0] == pytest.approx(5 * (last - last.mean()), abs=1e-5)
    assert found.prediction == pytest.approx(10 + 5 * last, abs=1e-5)
    assert found.truth == pytest.approx([10.0] * 6)
    assert (found.outputs, found.columns, found.unit) == (("a", "b"), ("a", "b", "calendar"), "a")
    assert stretch_importance(found).table["column"][0] == "the last step of a"
    assert one_series(found, 0).title.startswith("Most comes from the last step of a: 100% of all movement, pushing a ")


def explained_on_a_page() -> None:
    from nnapp.runs.folder import Run
    from pages.components.explaining import show_explanation
    from tests.conftest import PROJECT
    from tests.test_explanation_texts import text_explanation

    show_explanation(Run(PROJECT), text_explanation())


def test_the_page_shows_the_words_that_count_and_one_text_shaded():
    from streamlit.testing.v1 import AppTest

    at = AppTest.from_function(explained_on_a_page, default_timeout=30).run()
    assert not at.exception
    assert "“good” speaks for yes most" in "\n".join(each.value.replace("\\", "") for each in at.markdown)
    at.session_state["explanation"] = "One text"
    at.run()
    assert not at.exception
    assert at.selectbox(key="explain.row").options[0] == "text 4 “< b > Good”: yes, really yes"
    assert at.get("bidi_component")[0].proto.component_name.endswith("nnapp_shaded_text")
