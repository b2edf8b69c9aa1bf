"""Words and pairs of words, weighed by how rare they are, and one weight each."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from nnapp.baselines.base import BASELINES, Arrays, Baseline, Fitted, class_answers
from nnapp.baselines.linear import fewer_noted, logistic, standardised
from nnapp.data.specs import DataKind
from nnapp.metrics.thresholds import best_thresholds
from nnapp.tasks import Answers, TaskKind, TaskSpec

_WORK = 150_000_000
"""Tokens times classes that one fit takes on: some seconds."""
_BUCKETS = 1 << 18
"""Places that pairs of tokens share."""


@BASELINES.register("tfidf")
class TfIdf(Baseline):
    """TF-IDF of tokens and of pairs of neighbours, beside whatever else was measured, and a linear model: for text the one to beat."""

    title: ClassVar[str] = "TF-IDF and linear model"
    sentence: ClassVar[str] = (
        "Counts words and pairs of words, rare ones more, and gives each one weight, beside the other columns where there are some. On short texts it is hard to beat."
    )
    data: ClassVar[frozenset[DataKind]] = frozenset({"text", "mixed"})
    tasks: ClassVar[frozenset[TaskKind]] = frozenset({"binary", "multiclass", "multilabel", "regression"})
    order: ClassVar[int] = 2

    def left_out(self, arrays: Arrays, task: TaskSpec) -> str:
        """It is for words."""
        return super().left_out(arrays, task) if arrays.words else f"{self.title} was left out: there is no text."

    def fit(self, arrays: Arrays, task: TaskSpec, seconds: float) -> Fitted:
        """Count, weigh, fit."""
        used, note = fewer_noted(self.title, arrays, max(1_000, _WORK // max(1, arrays.train.shape[1] * task.units)))
        train, validation, test = matrices(used)
        if task.kind == "regression":
            from sklearn.linear_model import Ridge

            return Fitted(Answers(Ridge(alpha=1.0).fit(train, used.y_train, sample_weight=used.weights).predict(test).astype(np.float64), None), note)
        if task.kind == "multilabel":
            return Fitted(self._labels(train, used, validation, test), note)
        model = logistic(train, used.y_train.astype(np.int64), C=10.0, weights=used.weights)
        return Fitted(class_answers(model.predict_proba(test), model.classes_, len(task.class_names)), note)

    def _labels(self, train: Any, used: Arrays, validation: Any, test: Any) -> Answers:
        """A model a label, each with a threshold chosen on the validation part as the network's are."""
        from sklearn.linear_model import LogisticRegression

        chances = np.zeros((2, max(validation.shape[0], test.shape[0]), used.y_train.shape[1]))
        for label in range(used.y_train.shape[1]):
            y = used.y_train[:, label]
            if len(np.unique(y)) < 2:
                chances[:, :, label] = float(y.mean()) if len(y) else 0.0
                continue
            model = LogisticRegression(solver="liblinear", C=4.0, tol=1e-2).fit(train, y, sample_weight=used.weights)
            for which, part in enumerate((validation, test)):
                chances[which, : part.shape[0], label] = model.predict_proba(part)[:, 1]
        found = chances[1, : test.shape[0]]
        limits = best_thresholds(used.y_validation.astype(np.int64), chances[0, : validation.shape[0]])
        return Answers((found > limits).astype(np.int64), found)


def matrices(arrays: Arrays) -> tuple[Any, Any, Any]:
    """Train, validation and test as sparse matrices: weighed words and pairs, then the other features, standardised."""
    from scipy.sparse import csr_matrix, hstack
    from sklearn.feature_extraction.text import TfidfTransformer

    numbers = arrays.numbers()
    tokens = [part[:, -arrays.words :] for part in (arrays.train, arrays.validation, arrays.test)]
    weigh, found = TfidfTransformer(sublinear_tf=True), counts(tokens[0])
    # A pair that occurs once teaches nothing, and every column costs a weight a class.
    seen = np.flatnonzero(found.getnnz(axis=0) >= min(2, len(arrays.train)))
    weigh.fit(found[:, seen])
    words = [weigh.transform((found if index == 0 else counts(part))[:, seen]) for index, part in enumerate(tokens)]
    if not numbers.train.shape[1]:
        return words[0], words[1], words[2]
    measured = (standardised(numbers.train, part)[1] for part in (numbers.train, numbers.validation, numbers.test))
    train, validation, test = (hstack([word, csr_matrix(rows)], format="csr") for word, rows in zip(words, measured, strict=True))
    return train, validation, test


def counts(tokens: NDArray[np.float32]) -> Any:
    """How often each token and each pair of neighbours occurs, a sparse matrix `(n, features)`; 0 is no token."""
    from scipy.sparse import csr_matrix

    ids = tokens.astype(np.int64)
    pairs = np.where((ids[:, :-1] > 0) & (ids[:, 1:] > 0), (ids[:, :-1] * 1_000_003 + ids[:, 1:]) % _BUCKETS + 1, 0)
    alone = _BUCKETS + 1 + ids
    rows, features = [], []
    for which, there in ((pairs, pairs > 0), (alone, ids > 0)):
        place = np.nonzero(there)
        rows.append(place[0])
        features.append(which[place])
    row, feature = np.concatenate(rows), np.concatenate(features)
    return csr_matrix((np.ones(len(row), np.float32), (row, feature)), shape=(len(ids), _BUCKETS + 1 + 200_000))
