"""What an explainer is, and how one is asked."""

from __future__ import annotations

import time
from abc import abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from nnapp.data.dataset import Dataset
from nnapp.data.specs import DataKind
from nnapp.errors import NnappError
from nnapp.explanation.background import MOST_LOOKED_AT, PictureBackground, picture_background, spread_rows
from nnapp.explanation.columns import as_written, cells_of, column_names, numbers_of
from nnapp.explanation.gradients import Progress
from nnapp.explanation.network import Network
from nnapp.explanation.result import Explanation
from nnapp.portable.sounds import FLOOR
from nnapp.registry import Registry
from nnapp.specs import Spec

if TYPE_CHECKING:
    import keras
    import pandas as pd


class ExplanationError(NnappError):
    """The network cannot be explained in this way."""


@dataclass(frozen=True)
class Subject:
    """A network, the rows to explain and what they are compared with.

    Attributes:
        model: The trained network.
        network: The same as compiled functions.
        rows: What to explain, `n` examples.
        x: Their input, float32 `(n, *shape)`.
        background: `(1, m, *shape)`, or `(n, 1, *shape)` where every row has its own.
    """

    model: keras.Model
    network: Network
    rows: Dataset
    x: NDArray[np.float32]
    background: NDArray[np.float32]


@dataclass(frozen=True)
class Attributions:
    """What an explainer found, for the first `n` rows of its subject.

    Attributes:
        values: `(n, p, o)`, or `(n, height, width, o)`.
        base: `(n, o)`.
        output: `(n, o)`.
        outputs: Their names.
        notes: Sentences on how it was found.
    """

    values: NDArray[np.float64]
    base: NDArray[np.float64]
    output: NDArray[np.float64]
    outputs: tuple[str, ...]
    notes: tuple[str, ...] = ()


class Explainer(Spec):
    """IS its settings: bounded, explained fields, and `attribute`."""

    title: ClassVar[str]
    sentence: ClassVar[str]
    accepts: ClassVar[frozenset[DataKind]] = frozenset({"tabular", "pictures", "sounds"})
    usual_rows: ClassVar[dict[DataKind, int]]
    usual_background: ClassVar[dict[DataKind, int]]

    rows: Annotated[
        int | None, Field(ge=1, le=5_000, description="Rows, pictures or sounds to explain. More show a surer overall picture and take longer. Empty: chosen.")
    ] = None
    background: Annotated[
        int | None,
        Field(ge=1, le=1_000, description="Training rows that a row is compared with. More give steadier values and take longer. Empty: chosen."),
    ] = None
    picture_background: Annotated[
        PictureBackground,
        Field(
            description="What a picture or sound is compared with: those of the training part, their mean, itself blurred, or black (silence). "
            "Places that equal the background get no attribution."
        ),
    ] = "train"
    seed: Annotated[int, Field(ge=0, le=2**31 - 1, description="The same seed explains the same rows against the same background.")] = 42

    @abstractmethod
    def attribute(self, subject: Subject, progress: Progress) -> Attributions:
        """Attribute the network's outputs for the subject's rows to columns or pixels."""


EXPLAINERS: Registry[type[Explainer]] = Registry("explainer", "nnapp.explanation.explainers")


def explain(
    explainer: Explainer,
    model: keras.Model,
    train: Dataset,
    rows: Dataset,
    *,
    cells: pd.DataFrame | None = None,
    progress: Progress = lambda _share: None,
) -> Explanation:
    """Say which columns or pixels moved the network's answers.

    Args:
        explainer: How, with its settings.
        model: The trained network; gives logits.
        train: The train part, from which the background is taken.
        rows: What to explain; a random sample of `explainer.rows` of it where it has more.
        cells: Tables: the raw cells of `rows`, in the same order, by column name, to be shown beside the attributions.
        progress: Told the share that is done.

    Raises:
        ExplanationError: If the explainer does not do this kind of data, or if there is nothing to explain.
    """
    started = time.monotonic()
    kind = rows.data.kind
    if kind not in explainer.accepts:
        raise ExplanationError(f"{explainer.title} does not explain {kind} data.", remedy="Choose another explainer.")
    if not len(rows) or not len(train):
        raise ExplanationError("There is no row to explain or to compare with.", remedy="Choose a part of the data that has rows.")
    picked = _sample(len(rows), explainer.rows or explainer.usual_rows[kind], explainer.seed)
    subject = _subject(explainer, model, train, rows.rows(picked))
    found = explainer.attribute(subject, progress)
    done = len(found.values)
    frame = None if cells is None else cells.iloc[picked[:done]]
    return _assembled(explainer, subject, found, train=train, cells=frame, seconds=time.monotonic() - started)


def _sample(available: int, wanted: int, seed: int) -> NDArray[np.int64]:
    """Positions of at most `wanted` rows in their own order."""
    if available <= wanted:
        return np.arange(available, dtype=np.int64)
    return np.sort(np.random.default_rng(seed).choice(available, wanted, replace=False)).astype(np.int64)


def _subject(explainer: Explainer, model: keras.Model, train: Dataset, rows: Dataset) -> Subject:
    kind = rows.data.kind
    network = Network(model, rows.data, rows.task)
    x = rows.x[network.input].astype(np.float32)
    known = train.x[network.input]
    count = explainer.background or explainer.usual_background[kind]
    chosen = known[spread_rows(network, known, count, MOST_LOOKED_AT[kind], explainer.seed)]
    background = (
        chosen.astype(np.float32)[None]
        if kind == "tabular"
        else picture_background(explainer.picture_background, chosen, x, -FLOOR if kind == "sounds" else 0.0)
    )
    return Subject(model, network, rows, x, background)


def _assembled(explainer: Explainer, subject: Subject, found: Attributions, *, train: Dataset, cells: pd.DataFrame | None, seconds: float) -> Explanation:
    rows = subject.rows.rows(np.arange(len(found.values)))
    kind, network = rows.data.kind, subject.network
    spec = rows.data.inputs[network.input]
    x = rows.x[network.input]
    table = kind == "tabular"
    numbers = numbers_of(x, train.x[network.input], spec) if table else np.zeros((len(rows), 0))
    texts = cells_of(cells, x, numbers, spec) if table else tuple(() for _ in range(len(rows)))
    return Explanation(
        explainer=EXPLAINERS.name_of(explainer),
        kind=kind,
        task=rows.task,
        columns=column_names(spec) if table else (),
        outputs=found.outputs,
        ids=tuple(rows.ids.tolist()),
        values=found.values.astype(np.float32),
        base=found.base,
        output=found.output,
        prediction=network.predictions(network.outputs(x.astype(np.float32))),
        truth=truth_of(rows),
        cells=texts,
        numbers=as_written(numbers, texts),
        pictures=None if table else as_pictures(x, kind),
        settings=explainer.model_dump(mode="json"),
        seconds=seconds,
        notes=(_background_note(explainer, subject), *found.notes),
    )


def as_pictures(x: NDArray[np.generic], kind: DataKind) -> NDArray[np.uint8]:
    """What the network saw, as pixels: a spectrogram from black (silence) to white, moments down and pitches across."""
    values = np.asarray(x, np.float64)
    if kind == "sounds":
        values = (values / FLOOR + 1) * 255
    return np.clip(np.rint(values), 0, 255).astype(np.uint8)


def truth_of(rows: Dataset) -> NDArray[np.int64] | NDArray[np.float64]:
    """What was right: class indices, or values in the target's units, `(n,)`."""
    (y,) = rows.y.values()
    flat = y.reshape(len(rows), -1)[:, 0].astype(np.float64)
    if rows.task.kind == "regression":
        return flat * rows.task.output.scale + rows.task.output.center
    return flat.astype(np.int64)


def _background_note(explainer: Explainer, subject: Subject) -> str:
    count = subject.background.shape[1]
    if subject.rows.data.kind == "tabular":
        return f"Every row is compared with {count} training rows, spread evenly over the network's answers."
    noun, black = ("sound", "silence") if subject.rows.data.kind == "sounds" else ("picture", "black")
    return {
        "train": f"Every {noun} is compared with {count} training {noun}s, spread evenly over the network's answers.",
        "mean": f"Every {noun} is compared with the mean training {noun}.",
        "blurred": f"Every {noun} is compared with itself, blurred: the attribution shows what its detail adds.",
        "black": f"Every {noun} is compared with {black}; where it is {black} itself there can be no attribution.",
    }[explainer.picture_background]
