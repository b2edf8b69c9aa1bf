"""The baseline for text counts words and pairs of neighbours."""

import numpy as np

from nnapp.baselines.base import BASELINES, Arrays
from nnapp.baselines.tfidf import TfIdf, counts
from nnapp.tasks import TaskSpec


def texts(rows: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Texts of three words and a gap; the pair `4 5` (not `5 4`) makes the difference."""
    chance = np.random.default_rng(seed)
    y = chance.integers(0, 2, rows)
    pair = np.where(y[:, None] == 1, [4, 5], [5, 4])
    return np.column_stack([chance.integers(2, 4, rows), pair, np.zeros(rows)]).astype(np.float32), y


def test_padding_is_no_word_and_pairs_know_their_order():
    found = counts(np.array([[4, 5, 0], [5, 4, 0], [0, 0, 0]], np.float32)).toarray()
    assert found.sum(axis=1).tolist() == [3, 3, 0]
    assert (found[0] != found[1]).sum() == 2


def test_it_answers_by_the_order_of_words_and_chooses_thresholds_for_labels():
    (x, y), (test, truth) = texts(200, 0), texts(50, 1)
    arrays = Arrays(x, y, x[:60], y[:60], test, words=4)
    assert (TfIdf().fit(arrays, TaskSpec.classification("y", ("a", "b")), 10).answers.prediction == truth).all()
    labels = Arrays(x, np.stack([y, 1 - y], axis=1), x[:60], np.stack([y, 1 - y], axis=1)[:60], test, words=4)
    found = TfIdf().fit(labels, TaskSpec.multilabel("y", ("a", "b")), 10).answers
    assert (found.prediction == np.stack([truth, 1 - truth], axis=1)).all()


def test_methods_that_measure_are_not_offered_token_ids():
    fitting = {name for name in BASELINES if BASELINES[name].is_for("text", "binary")}
    assert fitting == {"majority", "tfidf"}


def test_of_rows_with_texts_and_numbers_it_weighs_both_and_the_others_measure_the_numbers_alone():
    (x, word), (test, test_word) = texts(400, 0), texts(100, 1)
    numbers, more = (np.random.default_rng(seed).integers(0, 2, rows) for seed, rows in ((2, 400), (3, 100)))
    y, truth = word & numbers, test_word & more
    train, asked = (np.column_stack([column, cells]).astype(np.float32) for column, cells in ((numbers, x), (more, test)))
    arrays = Arrays(train, y, train[:60], y[:60], asked, words=4)
    task = TaskSpec.classification("y", ("a", "b"))
    assert (TfIdf().fit(arrays, task, 10).answers.prediction == truth).all()
    assert arrays.numbers().train.tolist() == train[:, :1].tolist()
    assert (BASELINES["linear"]().fit(arrays, task, 10).answers.prediction == truth).mean() < 0.9
    fitting = {name for name in BASELINES if BASELINES[name].is_for("mixed", "binary")}
    assert fitting == {"majority", "linear", "gradient_boosting", "tfidf"}
    pictures_only = Arrays(train[:, :1], y, train[:60, :1], y[:60], asked[:, :1])
    assert "no text" in TfIdf().left_out(pictures_only, task)
    texts_only = Arrays(x, y, x[:60], y[:60], test, words=4)
    assert "nothing to learn from" in BASELINES["gradient_boosting"]().left_out(texts_only, task)
    assert "nothing to learn from" in BASELINES["linear"]().left_out(texts_only, task)
