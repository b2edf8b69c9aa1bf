"""Predictions: every answer beside the truth, as it is kept in a run's `predictions.parquet`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnapp.data.dataset import Dataset
from nnapp.data.specs import Part
from nnapp.errors import RunError
from nnapp.files import publish
from nnapp.metrics.steps import along_of, step_answers, step_truth
from nnapp.portable.answers import answer_text
from nnapp.tasks import OUTPUT, Answers, TaskSpec

_TASK = b"nnapp.task"
_FIXED = ("id", "part", "true", "prediction")
_ENDS = ("low", "high")


def true_answers(dataset: Dataset) -> NDArray[np.int64] | NDArray[np.float64]:
    """The truth of a data set as metrics want it, shape `(n,)`: class indices, or values in the target's units; several answers a row `(n, k)`; of watched series what is known of every step, as `step_truth` gives it."""
    if dataset.along is not None:
        return step_truth(dataset)
    y = np.asarray(dataset.y[OUTPUT])
    if dataset.task.kind == "multilabel":
        return y.astype(np.int64)
    if not dataset.task.is_number:
        return y.ravel().astype(np.int64)
    center, scale = dataset.task.units_of_target
    values: NDArray[np.float64] = (y if dataset.task.output.forecast else y.ravel()).astype(np.float64) * scale + center
    return values


def judged_ids(dataset: Dataset) -> NDArray[np.generic]:
    """What is judged, each by its row number or path: the examples, or the steps behind them where a series is watched."""
    return dataset.ids if dataset.along is None else dataset.along.rows[dataset.along.judged]


def answers_to(dataset: Dataset, logits: NDArray[np.float32]) -> Answers:
    """What a network's logits say of what is judged: of every example, or of every step of a watched series."""
    return dataset.task.decode(logits) if dataset.along is None else step_answers(dataset, logits)


@dataclass(frozen=True)
class Predictions:
    """Answers to `n` examples, with the truth.

    Attributes:
        ids: Row numbers of the upload (int64), or paths of pictures (text), shape `(n,)`.
        part: `train`, `validation` or `test` for each, shape `(n,)`.
        y_true: Class indices (int64), or values in the target's units (float64), shape `(n,)`; of a forecast `(n, steps * targets)`,
            of several labels 0 and 1, shape `(n, k)`; of watched steps as `nnapp.metrics.steps` has them.
        prediction: Like `y_true`.
        probabilities: Shape `(n, k)`, or None for a regression.
        task: What they mean.
        interval: Of a forecast, its low and its high end, shape `(n, 2, steps * targets)`; None where there is none.
    """

    ids: NDArray[np.generic]
    part: NDArray[np.str_]
    y_true: NDArray[np.int64] | NDArray[np.float64]
    prediction: NDArray[np.int64] | NDArray[np.float64]
    probabilities: NDArray[np.float64] | None
    task: TaskSpec
    interval: NDArray[np.float64] | None = None

    def __post_init__(self) -> None:
        lengths = {len(self.ids), len(self.part), len(self.y_true), len(self.prediction)}
        if self.probabilities is not None:
            lengths.add(len(self.probabilities))
        if self.interval is not None:
            lengths.add(len(self.interval))
        if len(lengths) != 1:
            raise ValueError(f"arrays of differing lengths: {sorted(lengths)}")

    def __len__(self) -> int:
        return len(self.ids)

    @classmethod
    def of_dataset(cls, dataset: Dataset, answers: Answers, part: Part) -> Predictions:
        """The answers to one part."""
        ids = judged_ids(dataset)
        return cls(ids, np.full(len(ids), part), true_answers(dataset), answers.prediction, answers.probabilities, dataset.task, answers.interval)

    @classmethod
    def of_steps(cls, watched: Dataset, logits: NDArray[np.float32]) -> Predictions:
        """What a network says of every step of watched series, each under its own part."""
        along = along_of(watched)
        return cls(along.rows, along.parts, step_truth(watched), step_answers(watched, logits).prediction, None, watched.task)

    @classmethod
    def joined(cls, several: Sequence[Predictions]) -> Predictions:
        """Several parts, one after the other."""
        probabilities = [each.probabilities for each in several if each.probabilities is not None]
        intervals = [each.interval for each in several if each.interval is not None]
        return cls(
            np.concatenate([each.ids for each in several]),
            np.concatenate([each.part for each in several]),
            np.concatenate([each.y_true for each in several]),
            np.concatenate([each.prediction for each in several]),
            np.concatenate(probabilities) if probabilities else None,
            several[0].task,
            np.concatenate(intervals) if intervals else None,
        )

    @property
    def answers(self) -> Answers:
        """Without the truth, as `score` takes them."""
        return Answers(self.prediction, self.probabilities, self.interval)

    @property
    def confidence(self) -> NDArray[np.float64]:
        """Probability of the given answer, shape `(n,)`, of several labels the mean over them; NaN for a regression."""
        if self.probabilities is None:
            return np.full(len(self), np.nan)
        if self.prediction.ndim > 1:
            sure: NDArray[np.float64] = np.where(self.prediction == 1, self.probabilities, 1 - self.probabilities).mean(axis=1)
            return sure
        chosen: NDArray[np.float64] = self.probabilities[np.arange(len(self)), self.prediction.astype(np.int64)]
        return chosen

    def truth_text(self, place: int) -> str:
        """The true answer of one example as a person reads it."""
        value = self.y_true[place]
        if self.task.class_names:
            return answer_text(value.tolist(), self.task.class_names) or "none"
        return f"{float(np.ravel(value)[0]):.6g}"

    def rows(self, index: NDArray[np.int64] | NDArray[np.bool_]) -> Predictions:
        """The answers at these positions."""
        probabilities = None if self.probabilities is None else self.probabilities[index]
        interval = None if self.interval is None else self.interval[index]
        return Predictions(self.ids[index], self.part[index], self.y_true[index], self.prediction[index], probabilities, self.task, interval)

    def of(self, part: Part) -> Predictions:
        """The answers to one part."""
        return self.rows(self.part == part)

    def to_parquet(self, path: Path) -> None:
        """Publish as Parquet: `id`, `part`, `true`, `prediction`, `low` and `high` of a forecast with an interval, and `p_<class>` a class; the task lies in the metadata."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        columns = [pa.array(self.ids.tolist()), pa.array(self.part.tolist(), pa.string()), _column(self.y_true), _column(self.prediction)]
        names = list(_FIXED)
        if self.probabilities is not None:
            columns += [pa.array(column) for column in self.probabilities.T]
            names += [f"p_{name}" for name in self.task.class_names]
        if self.interval is not None:
            columns += [_column(self.interval[:, end]) for end in (0, 1)]
            names += _ENDS
        table = pa.table(columns, names=names).replace_schema_metadata({_TASK: self.task.model_dump_json().encode()})
        with publish(path) as draft:
            pq.write_table(table, draft)

    @classmethod
    def from_parquet(cls, path: Path) -> Predictions:
        """Read what `to_parquet` wrote.

        Raises:
            RunError: When the file is not there or is not one of ours.
        """
        import pyarrow as pa
        import pyarrow.parquet as pq

        try:
            table = pq.read_table(path)
        except (OSError, pa.ArrowInvalid) as error:
            raise RunError(f"The predictions {path.name} cannot be read: {error}.", remedy="Evaluate the run again.") from error
        task = (table.schema.metadata or {}).get(_TASK)
        if task is None:
            raise RunError(f"{path.name} holds no predictions of nnapp.", remedy="Evaluate the run again.")
        ids, part, true, prediction, *rest = table.columns
        names, asked = np.array(part.to_pylist(), dtype=np.str_), TaskSpec.from_json(task)
        if asked.is_number:
            interval = np.stack([_values(column) for column in rest], axis=1) if rest else None
            return cls(np.array(ids.to_pylist()), names, _values(true), _values(prediction), None, asked, interval)
        probabilities = np.stack([column.to_numpy() for column in rest], axis=1) if rest else None
        return cls(np.array(ids.to_pylist()), names, _values(true), _values(prediction), probabilities, asked)


def _column(values: NDArray[Any]) -> Any:
    """Values as a column; rows of several as lists."""
    import pyarrow as pa

    return pa.array(values) if values.ndim == 1 else pa.array(list(values))


def _values(column: Any) -> NDArray[Any]:
    """What `_column` wrote."""
    import pyarrow as pa

    if not pa.types.is_list(column.type):
        return np.asarray(column.to_numpy())
    return np.array(column.to_pylist())
