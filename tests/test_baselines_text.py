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
    arrays = Arrays(x, y, x[:60], y[:60], test)
    assert (TfIdf().fit(arrays, TaskSpec.classification("y", ("a", "b")), 10).answers.prediction == truth).all()
    labels = Arrays(x, np.stack([y, 1 - y], axis=1), x[:60], np.stack([y, 1 - y], axis=1)[:60], test)
    found = TfIdf().fit(labels, TaskSpec.multilabel("y", ("a", "b")), 10).answers
    assert (found.prediction == np.stack([truth, 1 - truth], axis=1)).all()


def test_methods_that_measure_are_not_offered_token_ids():
    fitting = {name for name in BASELINES if BASELINES[name].is_for("text", "binary")}
    assert fitting == {"majority", "tfidf"}
