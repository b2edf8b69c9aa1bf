"""What an explainer is, and how one is asked."""

from __future__ import annotations

import time
from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from nnapp.data.dataset import Dataset
from nnapp.data.specs import DataKind
from nnapp.errors import NnappError
from nnapp.explanation.gradients import Progress
from nnapp.explanation.result import Explanation
from nnapp.registry import Registry
from nnapp.specs import Spec

if TYPE_CHECKING:
    import keras
    import pandas as pd


class ExplanationError(NnappError):
    """The network cannot be explained in this way."""


@dataclass(frozen=True)
class Asked:
    """What is to be explained.

    Attributes:
        model: The trained network; gives logits.
        train: The train part.
        rows: What to explain, `n` examples.
        cells: Tables and texts: the raw cells of `rows` by column name; None where there are none.
        preprocessing: The content of `preprocessing.json`; empty where it is not known.
    """

    model: keras.Model
    train: Dataset
    rows: Dataset
    cells: pd.DataFrame | None
    preprocessing: Mapping[str, Any]


class Explainer(Spec):
    """IS its settings: bounded, explained fields, and `look`."""

    title: ClassVar[str]
    sentence: ClassVar[str]
    accepts: ClassVar[frozenset[DataKind]]
    rank: ClassVar[int] = 50
    usual_rows: ClassVar[dict[DataKind, int]]

    rows: Annotated[
        int | None,
        Field(
            ge=1,
            le=5_000,
            description="Rows, pictures, sounds, series or texts to explain. More show a surer overall picture and take longer. Empty: chosen.",
        ),
    ] = None
    seed: Annotated[int, Field(ge=0, le=2**31 - 1, description="The same seed explains the same rows in the same way.")] = 42

    @abstractmethod
    def look(self, asked: Asked, progress: Progress) -> Explanation:
        """Attribute the network's answers to what they rest on; `seconds` is filled in by `explain`."""


EXPLAINERS: Registry[type[Explainer]] = Registry("explainer", "nnapp.explanation.explainers")


def explainers_for(kind: DataKind) -> list[str]:
    """Names of the explainers that take this kind of data, the usual one first."""
    return sorted((name for name, part in EXPLAINERS.items() if kind in part.accepts), key=lambda name: (EXPLAINERS[name].rank, name))


def explain(
    explainer: Explainer,
    model: keras.Model,
    train: Dataset,
    rows: Dataset,
    *,
    cells: pd.DataFrame | None = None,
    preprocessing: Mapping[str, Any] | None = None,
    progress: Progress = lambda _share: None,
) -> Explanation:
    """Say which columns, pixels, moments or words moved the network's answers.

    Args:
        explainer: How, with its settings.
        model: The trained network; gives logits.
        train: The train part, from which the background is taken.
        rows: What to explain; a random sample of `explainer.rows` of it where it has more.
        cells: Tables and texts: the raw cells of `rows`, in the same order, by column name, to be shown beside the attributions.
        preprocessing: The run's `preprocessing.json`; texts need it.
        progress: Told the share that is done.

    Raises:
        ExplanationError: If the explainer does not do this kind of data, or if there is nothing to explain.
    """
    started = time.monotonic()
    kind = rows.data.kind
    if kind not in explainer.accepts:
        raise ExplanationError(f"{explainer.title} does not explain {kind} data.", remedy=_remedy(kind))
    if not len(rows) or not len(train):
        raise ExplanationError("There is no row to explain or to compare with.", remedy="Choose a part of the data that has rows.")
    picked = _sample(len(rows), explainer.rows or explainer.usual_rows[kind], explainer.seed)
    asked = Asked(model, train, rows.rows(picked), None if cells is None else cells.iloc[picked], preprocessing or {})
    return replace(explainer.look(asked, progress), seconds=time.monotonic() - started)


def _remedy(kind: DataKind) -> str:
    fitting = explainers_for(kind)
    return f"Choose one of: {', '.join(fitting)}." if fitting else "For this kind of data there is none."


def _sample(available: int, wanted: int, seed: int) -> NDArray[np.int64]:
    """Positions of at most `wanted` rows in their own order."""
    if available <= wanted:
        return np.arange(available, dtype=np.int64)
    return np.sort(np.random.default_rng(seed).choice(available, wanted, replace=False)).astype(np.int64)
