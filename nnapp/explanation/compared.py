"""Explainers that compare an example with others: the background, and what an explanation keeps of each kind of data."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from nnapp.data.dataset import Dataset, InputSpec
from nnapp.data.specs import DataKind
from nnapp.explanation.background import MOST_LOOKED_AT, PictureBackground, picture_background, spread_rows
from nnapp.explanation.base import EXPLAINERS, Asked, Explainer
from nnapp.explanation.columns import as_written, cells_of, column_names, numbers_of
from nnapp.explanation.gradients import Progress
from nnapp.explanation.network import Network, answers_of, in_units
from nnapp.explanation.result import Explanation
from nnapp.explanation.side_by_side import laid_out, shown
from nnapp.portable.sounds import FLOOR

if TYPE_CHECKING:
    import keras


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
        values: `(n, p, o)`, `(n, height, width, o)`, or `(n, steps, columns, o)`.
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


class ComparingExplainer(Explainer):
    """Says what moved the answer away from that of a background."""

    accepts: ClassVar[frozenset[DataKind]] = frozenset({"tabular", "pictures", "sounds"})
    usual_background: ClassVar[dict[DataKind, int]]

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

    @abstractmethod
    def attribute(self, subject: Subject, progress: Progress) -> Attributions:
        """Attribute the network's outputs for the subject's rows to columns, pixels or moments."""

    def look(self, asked: Asked, progress: Progress) -> Explanation:
        """Choose the background, attribute, and keep what is shown beside the attributions."""
        subject = _subject(self, asked)
        return _assembled(self, subject, asked, self.attribute(subject, progress))


def _subject(explainer: ComparingExplainer, asked: Asked) -> Subject:
    rows, kind = asked.rows, asked.rows.data.kind
    network = Network(asked.model, rows.data, rows.task)
    if kind == "mixed":
        return _side_by_side(explainer, asked, network)
    x = rows.x[network.input].astype(np.float32)
    known = asked.train.x[network.input]
    count = explainer.background or explainer.usual_background[kind]
    chosen = known[spread_rows(network, known, count, MOST_LOOKED_AT[kind], explainer.seed)]
    background = (
        chosen.astype(np.float32)[None]
        if kind in {"tabular", "series"}
        else picture_background(explainer.picture_background, chosen, x, -FLOOR if kind == "sounds" else 0.0)
    )
    return Subject(asked.model, network, rows, x, background)


def _side_by_side(explainer: ComparingExplainer, asked: Asked, network: Network) -> Subject:
    """Rows of several inputs, compared with whole rows of the train part; few are laid out, since pictures are many numbers."""
    random = np.random.default_rng(explainer.seed)
    most = min(len(asked.train), MOST_LOOKED_AT["mixed"])
    known = laid_out(asked.train.rows(np.sort(random.choice(len(asked.train), most, replace=False))))
    chosen = known[spread_rows(network, known, explainer.background or explainer.usual_background["mixed"], most, explainer.seed)]
    return Subject(asked.model, network, asked.rows, laid_out(asked.rows), chosen[None])


def _assembled(explainer: ComparingExplainer, subject: Subject, asked: Asked, found: Attributions) -> Explanation:
    rows = subject.rows.rows(np.arange(len(found.values)))
    network, x = subject.network, subject.x[: len(rows)]
    return Explanation(
        explainer=EXPLAINERS.name_of(explainer),
        kind=rows.data.kind,
        task=rows.task,
        outputs=found.outputs,
        ids=tuple(rows.ids.tolist()),
        values=found.values.astype(np.float32),
        base=found.base,
        output=found.output,
        prediction=answers_of(network.outputs(x.astype(np.float32)), rows.task),
        truth=truth_of(rows),
        settings=explainer.model_dump(mode="json"),
        seconds=0.0,
        notes=(_background_note(explainer, subject), *_kept_note(asked), *found.notes),
        **_kept(rows, asked, network.input),
    )


def _kept(rows: Dataset, asked: Asked, name: str) -> dict[str, Any]:
    """What an explanation keeps of the examples themselves."""
    spec, x = rows.data.inputs[name], rows.x[name]
    kept: dict[str, Any] = {"columns": (), "cells": tuple(() for _ in range(len(rows))), "numbers": np.zeros((len(rows), 0)), "pictures": None}
    if rows.data.kind == "tabular":
        numbers = numbers_of(x, asked.train.x[name], spec)
        texts = cells_of(None if asked.cells is None else asked.cells.iloc[: len(rows)], x, numbers, spec)
        return {**kept, "columns": column_names(spec), "cells": texts, "numbers": as_written(numbers, texts)}
    if rows.data.kind == "mixed":
        return kept | shown(rows, asked.train, None if asked.cells is None else asked.cells.iloc[: len(rows)])
    if rows.data.kind == "series":
        return {**kept, "columns": series_columns(spec), "series": measured(x, spec)}
    return {**kept, "pictures": as_pictures(x, rows.data.kind)}


def series_columns(spec: InputSpec) -> tuple[str, ...]:
    """What a series' attributions go to: every channel that is measured, the calendar, and which steps there are."""
    layout = spec.layout
    names = spec.feature_names or tuple(f"channel {index + 1}" for index in range(int(spec.shape[1] or 0)))
    if layout is None:
        return names
    return (*names[: layout.values], *(["calendar"] if layout.calendar else []), *(["which steps there are"] if layout.observed else []))


def column_of_channel(spec: InputSpec) -> NDArray[np.int64]:
    """For each channel of a series the position of its column in `series_columns`."""
    layout, width = spec.layout, int(spec.shape[1] or 0)
    if layout is None:
        return np.arange(width, dtype=np.int64)
    return np.array(
        [*range(layout.values), *[layout.values] * layout.calendar, *([layout.values + (layout.calendar > 0)] if layout.observed else [])], np.int64
    )


def measured(x: NDArray[np.generic], spec: InputSpec) -> NDArray[np.float32]:
    """The channels that are measured, `(n, steps, m)`; NaN at steps that are not there."""
    layout = spec.layout
    values = np.array(x[:, :, : layout.values if layout else None], np.float32)
    if layout is not None and layout.observed:
        values[x[:, :, -1] == 0] = np.nan
    return values


def as_pictures(x: NDArray[np.generic], kind: DataKind) -> NDArray[np.uint8]:
    """What the network saw, as pixels: a spectrogram from black (silence) to white, moments down and pitches across."""
    values = np.asarray(x, np.float64)
    if kind == "sounds":
        values = (values / FLOOR + 1) * 255
    return np.clip(np.rint(values), 0, 255).astype(np.uint8)


def truth_of(rows: Dataset) -> NDArray[np.int64] | NDArray[np.float64]:
    """What was right, like `Explanation.prediction`."""
    (y,) = rows.y.values()
    flat = y.reshape(len(rows), -1).astype(np.float64)
    if rows.task.is_number:
        return in_units(flat, rows.task)[:, 0]
    return flat.astype(np.int64) if rows.task.kind == "multilabel" else flat[:, 0].astype(np.int64)


def _kept_note(asked: Asked) -> tuple[str, ...]:
    """Sentences on what the network saw."""
    thin = int(asked.preprocessing.get("thin", 1))
    told = [f"A step here is the mean of {thin} steps of the data."] if thin > 1 else []
    if asked.rows.task.kind == "forecasting":
        told.append("What is explained is the mean of the forecast over all its steps.")
    return tuple(told)


def _background_note(explainer: ComparingExplainer, subject: Subject) -> str:
    count = subject.background.shape[1]
    if subject.rows.data.kind in {"tabular", "series", "mixed"}:
        noun = "series" if subject.rows.data.kind == "series" else "row"
        many = "series" if noun == "series" else "rows"
        return f"Every {noun} is compared with {count} training {many}, spread evenly over the network's answers."
    noun, black = ("sound", "silence") if subject.rows.data.kind == "sounds" else ("picture", "black")
    return {
        "train": f"Every {noun} is compared with {count} training {noun}s, spread evenly over the network's answers.",
        "mean": f"Every {noun} is compared with the mean training {noun}.",
        "blurred": f"Every {noun} is compared with itself, blurred: the attribution shows what its detail adds.",
        "black": f"Every {noun} is compared with {black}; where it is {black} itself there can be no attribution.",
    }[explainer.picture_background]
