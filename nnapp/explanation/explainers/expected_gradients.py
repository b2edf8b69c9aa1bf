"""Expected gradients: SHAP values of a network from its own gradients, compiled. The default."""

from __future__ import annotations

import time
from typing import Annotated, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from nnapp.data.specs import DataKind
from nnapp.explanation.base import EXPLAINERS
from nnapp.explanation.columns import column_of_feature, sum_by_column
from nnapp.explanation.compared import Attributions, ComparingExplainer, Subject, column_of_channel
from nnapp.explanation.gradients import Accuracy, Paths, Progress, integrate
from nnapp.explanation.network import output_names
from nnapp.explanation.quadrature import gradients_of
from nnapp.explanation.result import PREDICTED

MOST_CLASSES = 12
"""With more classes than this only the predicted one is explained, unless all are asked for."""


@EXPLAINERS.register("expected_gradients")
class ExpectedGradients(ComparingExplainer):
    """Integrates the network's gradient from training rows to the row: fast, and its error is known."""

    title: ClassVar[str] = "Expected gradients"
    sentence: ClassVar[str] = "The default: SHAP values from the network's own gradients, in seconds, with the error shown."
    accepts: ClassVar[frozenset[DataKind]] = frozenset({"tabular", "pictures", "sounds", "series"})
    rank: ClassVar[int] = 10
    usual_rows: ClassVar[dict[DataKind, int]] = {"tabular": 200, "pictures": 24, "sounds": 24, "series": 48}
    usual_background: ClassVar[dict[DataKind, int]] = {"tabular": 64, "pictures": 16, "sounds": 16, "series": 16}

    nodes: Annotated[
        int, Field(ge=2, le=256, description="Places looked at on each path to begin with. They are doubled for rows whose error is too large.")
    ] = 8
    most_nodes: Annotated[int, Field(ge=2, le=1_024, description="Places never to pass. Raise it when the error shown is still too large.")] = 256
    tolerance: Annotated[
        float,
        Field(gt=0, le=1, description="Error of a row that is small enough, as a share of how far answers usually lie from the base. Lower is slower."),
    ] = 0.02
    classes: Annotated[
        Literal["auto", "all", "predicted"],
        Field(description="Explain every class, or for each row the predicted one. Auto: all for tables and series of up to 12 classes."),
    ] = "auto"
    seconds: Annotated[float, Field(gt=0, le=3_600, description="After this time no more places are added; the error left is shown.")] = 60.0

    def attribute(self, subject: Subject, progress: Progress) -> Attributions:
        """Integrate every wanted output of every row."""
        outputs, below = subject.network.outputs(subject.x), base_outputs(subject)
        wanted, names = self._wanted(subject, outputs)
        picked = np.take_along_axis(outputs, wanted, axis=1)
        base = np.take_along_axis(np.broadcast_to(below, outputs.shape), wanted, axis=1)
        spread = np.sqrt(np.mean((picked - base) ** 2, axis=0))
        deadline = time.monotonic() + self.seconds
        gradients = gradients_of(subject.network, subject.rows.data, subject.background[0])
        values, nodes = [], 0
        for place in range(len(names)):
            accuracy = Accuracy(self.nodes, max(self.nodes, self.most_nodes), self.tolerance * float(spread[place]), deadline)
            paths = Paths(subject.x, wanted[:, place].astype(np.int32), subject.background, picked[:, place] - base[:, place])
            integral = integrate(gradients, paths, accuracy, part_of(progress, place, len(names)))
            values.append(self._gathered(subject, integral.values))
            nodes = max(nodes, int(integral.nodes.max(initial=0)))
        note = f"The paths were looked at in {self.nodes} to {nodes} places." if nodes > self.nodes else f"The paths were looked at in {nodes} places."
        return Attributions(np.stack(values, axis=-1), base, picked, names, (note,))

    def _wanted(self, subject: Subject, outputs: NDArray[np.float64]) -> tuple[NDArray[np.int64], tuple[str, ...]]:
        """Output indices to explain, `(n, o)`, and the names of the `o`."""
        task, rows = subject.rows.task, len(outputs)
        if task.units == 1:
            return np.zeros((rows, 1), dtype=np.int64), output_names(task)
        if task.kind == "forecasting":
            return np.tile(np.arange(outputs.shape[1]), (rows, 1)), output_names(task)
        few = task.units <= MOST_CLASSES and subject.rows.data.kind in {"tabular", "series"}
        if self.classes == "all" or task.kind == "multilabel" or (self.classes == "auto" and few):
            return np.tile(np.arange(task.units), (rows, 1)), task.class_names
        return outputs.argmax(axis=1)[:, None], (PREDICTED,)

    def _gathered(self, subject: Subject, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Features and channels to their columns, or channels to pixels."""
        spec = subject.rows.data.inputs[subject.network.input]
        if subject.rows.data.kind == "tabular":
            return sum_by_column(values, column_of_feature(spec))
        if subject.rows.data.kind == "series":
            return sum_by_column(values, column_of_channel(spec))
        return np.asarray(values.sum(axis=-1))


def part_of(progress: Progress, place: int, whole: int) -> Progress:
    """Progress of the `place`-th of `whole` like parts."""
    return lambda share: progress((place + share) / whole)


def base_outputs(subject: Subject) -> NDArray[np.float64]:
    """Mean output of each row's background, `(1, o)` or `(n, o)`."""
    groups, count, *shape = subject.background.shape
    outputs = subject.network.outputs(subject.background.reshape(-1, *shape))
    return np.asarray(outputs.reshape(groups, count, -1).mean(axis=1))
