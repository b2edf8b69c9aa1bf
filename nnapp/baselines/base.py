"""What a baseline is: it gets plain arrays and answers the test part."""

from __future__ import annotations

import typing
from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from nnapp.data.specs import DataKind
from nnapp.registry import Registry
from nnapp.tasks import Answers, TaskKind, TaskSpec

NUMBERS: frozenset[DataKind] = frozenset(typing.get_args(DataKind)) - {"text"}
"""Kinds of data whose inputs measure something; token ids do not."""
Truth = NDArray[np.int64] | NDArray[np.float64]


@dataclass(frozen=True)
class Arrays:
    """A data set as simple methods take it.

    Attributes:
        train: Features, float32 `(n, d)`.
        y_train: Class indices, or values in the target's units, `(n,)`.
        validation: Features `(m, d)`, used to know when to stop.
        y_validation: Like `y_train`, `(m,)`.
        test: Features of what is to be answered, `(t, d)`.
        words: How many of the features, the last ones, are token ids, which measure nothing.
        weights: How much each training row counts, `(n,)`; None where all count alike.
    """

    train: NDArray[np.float32]
    y_train: Truth
    validation: NDArray[np.float32]
    y_validation: Truth
    test: NDArray[np.float32]
    words: int = 0
    weights: NDArray[np.float32] | None = None

    def save(self, path: Path) -> None:
        """Write as `.npz`."""
        np.savez(path, **{name: value for name in self.__dataclass_fields__ if (value := getattr(self, name)) is not None})

    @classmethod
    def load(cls, path: Path) -> Arrays:
        """Read what `save` wrote."""
        with np.load(path, allow_pickle=False) as stored:
            values: dict[str, Any] = {name: stored[name] for name in cls.__dataclass_fields__ if name in stored.files}
        return cls(**{**values, "words": int(values["words"])})

    def numbers(self) -> Arrays:
        """The same without token ids."""
        if not self.words:
            return self
        kept = self.train.shape[1] - self.words
        return replace(self, train=self.train[:, :kept], validation=self.validation[:, :kept], test=self.test[:, :kept], words=0)

    def fewer(self, most: int, seed: int = 42) -> Arrays:
        """The same with at most `most` training rows, drawn at random."""
        if len(self.train) <= most:
            return self
        kept = np.sort(np.random.default_rng(seed).choice(len(self.train), most, replace=False))
        return replace(self, train=self.train[kept], y_train=self.y_train[kept], weights=None if self.weights is None else self.weights[kept])


@dataclass(frozen=True)
class Fitted:
    """Answers to the test part, and a sentence on a limit of the fit where there is one."""

    answers: Answers
    note: str = ""


class Baseline(ABC):
    """One simple method. It is created anew for each fit and keeps nothing."""

    title: ClassVar[str]
    sentence: ClassVar[str]
    tasks: ClassVar[frozenset[TaskKind]] = frozenset({"binary", "multiclass", "regression"})
    data: ClassVar[frozenset[DataKind] | None] = None
    """Kinds of data it is for; None for all."""
    order: ClassVar[int]

    @classmethod
    def is_for(cls, data: DataKind, task: TaskKind) -> bool:
        """Whether it can answer such a question about such data."""
        return task in cls.tasks and (cls.data is None or data in cls.data)

    def left_out(self, arrays: Arrays, task: TaskSpec) -> str:
        """Why this baseline is not fitted on such data, as a sentence; empty when it is."""
        del task
        if arrays.y_train.dtype.kind == "i" and arrays.y_train.ndim == 1 and len(np.unique(arrays.y_train)) < 2:
            return f"{self.title} was left out: the train part has one class only."
        return "" if len(arrays.train) and arrays.train.shape[1] else f"{self.title} was left out: there is nothing to learn from."

    @abstractmethod
    def fit(self, arrays: Arrays, task: TaskSpec, seconds: float) -> Fitted:
        """Learn from the train part and answer the test part.

        Args:
            arrays: The data; the test part comes without its truth.
            task: What is asked.
            seconds: Time after which the process is ended; a method that can stop early should, in time to answer.
        """


BASELINES: Registry[type[Baseline]] = Registry("baseline", "nnapp.baselines")


def in_order() -> list[str]:
    """Names from the simplest to the strongest."""
    return sorted(BASELINES, key=lambda name: (BASELINES[name].order, name))


def class_answers(probabilities: NDArray[np.float64], classes: NDArray[np.int64], k: int) -> Answers:
    """Answers over all `k` classes from a method that has seen only `classes` of them.

    Args:
        probabilities: Shape `(n, len(classes))`.
        classes: Class index of each column.
        k: Classes of the task.
    """
    wide = np.zeros((len(probabilities), k))
    wide[:, classes] = probabilities
    return Answers(wide.argmax(axis=1).astype(np.int64), wide)
