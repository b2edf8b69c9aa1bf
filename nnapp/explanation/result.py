"""Explanation: how much each column or pixel moved each answer, and what the numbers are measured in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from nnapp.data.specs import DataKind
from nnapp.tasks import TaskSpec

if TYPE_CHECKING:
    import shap

PREDICTED = "predicted class"
"""Name of the one output of an explanation that follows the class predicted for each row."""
LOG_ODDS = "log-odds"


@dataclass(frozen=True)
class Explanation:
    """Attributions of `n` rows: for each, `base + sum(values) + residual = output`.

    The outputs are in log-odds of a class against all others (classification: 0 is 50 %, +2.2 is 90 %),
    or in the target's units (regression).

    Attributes:
        explainer: Name of the explainer in its registry.
        kind: What the network was fed with.
        task: What was answered.
        columns: Tables: the `p` columns by position on axis 1 of `values`. Series: what is measured, by position on
            axis 2. Pictures, sounds and texts: empty.
        outputs: The `o` explained outputs: class names (of two classes, only the positive one), or
            `PREDICTED` alone when each row explains the class predicted for it, or the target's name.
        ids: Row numbers of the upload or picture paths, as in `Dataset.ids`.
        values: Attributions, float32: `(n, p, o)`, or `(n, height, width, o)` for pictures (summed over channels),
            `(n, frames, bands, o)` for sounds, `(n, steps, columns, o)` for series, `(n, w, o)` for texts of at most `w`
            words, zeros behind the last one.
        base: Mean output over the background, `(n, o)`.
        output: Output of the network for the row, `(n, o)`.
        prediction: Class indices (int64) or values in the target's units (float64), `(n,)`; of several labels 0 and 1,
            `(n, k)`; of a forecast the mean of the first target over the steps ahead.
        truth: What was right, like `prediction`; None where it is not known.
        cells: Tables: the rows' own cells as text, `n` tuples of `p`; None is a missing cell. Texts: what stands before
            the first word, the first word, what stands before the second, …, and what follows the last: joined, the text.
        numbers: Tables: `(n, p)` float64, the cells as numbers; NaN for categories and missing cells.
        pictures: The pictures (or spectrograms, moments down and pitches across) as the network saw them,
            uint8 `(n, height, width, channels)`; None for other kinds.
        settings: The explainer's fields.
        seconds: What it took.
        notes: What a reader must know, in sentences: the background, the error, what was left out.
        series: What was measured, float32 `(n, steps, m)`, the first `m` of `columns`; NaN where nothing was. None for other kinds.
    """

    explainer: str
    kind: DataKind
    task: TaskSpec
    columns: tuple[str, ...]
    outputs: tuple[str, ...]
    ids: tuple[int | str, ...]
    values: NDArray[np.float32]
    base: NDArray[np.float64]
    output: NDArray[np.float64]
    prediction: NDArray[np.int64] | NDArray[np.float64]
    truth: NDArray[np.int64] | NDArray[np.float64] | None
    cells: tuple[tuple[str | None, ...], ...]
    numbers: NDArray[np.float64]
    pictures: NDArray[np.uint8] | None
    settings: dict[str, Any]
    seconds: float
    notes: tuple[str, ...]
    series: NDArray[np.float32] | None = None

    def __post_init__(self) -> None:
        rows, outputs = len(self.ids), len(self.outputs)
        middle = {
            "tabular": (len(self.columns),),
            "mixed": (len(self.columns),),
            "text": self.values.shape[1:2],
            "series": (*self.values.shape[1:2], len(self.columns)),
        }.get(self.kind, self.values.shape[1:3])
        if self.values.shape != (rows, *middle, outputs):
            raise ValueError(f"attributions have shape {self.values.shape}, expected {(rows, *middle, outputs)}")
        if self.base.shape != (rows, outputs) or self.output.shape != (rows, outputs) or len(self.prediction) != rows:
            raise ValueError(f"base {self.base.shape}, output {self.output.shape} and prediction {self.prediction.shape} do not belong to {rows} rows")

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def unit(self) -> str:
        """What `values`, `base` and `output` are measured in."""
        return self.task.target if self.task.is_number else LOG_ODDS

    @property
    def unit_is_fixed(self) -> bool:
        """Whether an output means the same for every row."""
        return self.outputs != (PREDICTED,)

    @property
    def residual(self) -> NDArray[np.float64]:
        """What the attributions leave unexplained of each output, `(n, o)`, in `unit`; 0 would be exact."""
        explained = self.values.reshape(len(self), -1, len(self.outputs)).sum(axis=1, dtype=np.float64)
        return np.asarray(self.output - self.base - explained)

    @property
    def spread(self) -> NDArray[np.float64]:
        """Typical distance of an output from its base, `(o,)`: what a residual is small or large against."""
        return np.sqrt(np.mean((self.output - self.base) ** 2, axis=0)) if len(self) else np.zeros(len(self.outputs))

    @property
    def probability(self) -> NDArray[np.float64] | None:
        """Probability of each output's class, `(n, o)`; None for a regression."""
        return None if self.task.is_number else sigmoid(self.output)

    def output_index(self, output: str | None) -> NDArray[np.int64]:
        """Which output to read for each row, `(n,)`.

        Args:
            output: A name of `outputs`; None follows the class predicted for each row where there are several, of
                several labels the most probable one, of a forecast the first target.
        """
        if output is not None:
            return np.full(len(self), self.outputs.index(output), dtype=np.int64)
        if len(self.outputs) == 1:
            return np.zeros(len(self), dtype=np.int64)
        if self.task.kind == "forecasting":
            return np.zeros(len(self), dtype=np.int64)
        return self.output.argmax(axis=1).astype(np.int64) if self.prediction.ndim > 1 else np.asarray(self.prediction, dtype=np.int64)

    def explained_class(self, row: int, output: str | None = None) -> str:
        """Name of the class (or of the target) that a row's attributions push towards."""
        name = self.outputs[int(self.output_index(output)[row])]
        if name != PREDICTED:
            return name
        return self.task.class_names[int(self.prediction[row])]

    def of(self, output: str | None = None) -> NDArray[np.float64]:
        """Attributions to one output, `(n, p)`, `(n, height, width)`, `(n, steps, columns)` or `(n, w)`; see `output_index`."""
        index = self.output_index(output)
        return np.asarray(self.values[np.arange(len(self)), ..., index], dtype=np.float64)

    def answer(self, row: int) -> str:
        """The prediction of a row in words."""
        return self.words_of(self.prediction[row])

    def words_of(self, value: float | np.integer[Any] | NDArray[np.generic]) -> str:
        """A class index as its name, labels as their names, or a number of at most four digits."""
        if self.task.is_number:
            return f"{float(value):.4g}"
        if isinstance(value, np.ndarray) and value.ndim:
            return ", ".join(name for name, given in zip(self.task.class_names, value.tolist(), strict=True) if given) or "none"
        return self.task.class_names[int(value)]

    @property
    def words(self) -> list[list[str]]:
        """Texts: the words of every row, filled up with empty ones to the longest."""
        most = self.values.shape[1]
        return [[*(str(word) for word in row[1::2]), *[""] * (most - len(row[1::2]))] for row in self.cells]

    def to_shap(self) -> shap.Explanation:
        """The same as a `shap.Explanation`, for SHAP's own tools.

        Categories become codes in `data`; their text is in `display_data`. One output loses its axis.
        Call it where `shap` may be loaded: never in the web process.
        """
        import shap

        single = len(self.outputs) == 1
        base = self.base[:, 0] if single else self.base
        if self.kind in {"text", "series"}:
            values, data = (self.values[..., 0] if single else self.values), self.series if self.kind == "series" else np.array(self.words, dtype=object)
            return shap.Explanation(values, base_values=base, data=data, output_names=None if single else list(self.outputs))
        if self.kind not in {"tabular", "mixed"}:
            values = self.values[:, :, :, None, 0] if single else self.values[:, :, :, None, :]
            return shap.Explanation(values, base_values=base, data=self.pictures, output_names=None if single else list(self.outputs))
        values = self.values[..., 0] if single else self.values
        return shap.Explanation(
            values,
            base_values=base,
            data=coded(self.numbers, self.cells),
            display_data=np.array(self.cells, dtype=object).reshape(len(self), len(self.columns)),
            feature_names=list(self.columns),
            output_names=None if single else list(self.outputs),
        )


def sigmoid(log_odds: NDArray[np.float64]) -> NDArray[np.float64]:
    """Log-odds to probability, without overflow.

    >>> sigmoid(np.array([0.0, 1000.0])).tolist()
    [0.5, 1.0]
    """
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(log_odds, -700, 700))))


def coded(numbers: NDArray[np.float64], cells: tuple[tuple[str | None, ...], ...]) -> NDArray[np.float64]:
    """Columns as numbers: numbers as they are, categories (all NaN) by the order of their text, missing cells NaN."""
    filled = numbers.copy()
    for column in range(numbers.shape[1]):
        if np.isnan(numbers[:, column]).all():
            texts = [row[column] for row in cells]
            order = {text: place for place, text in enumerate(sorted({text for text in texts if text is not None}))}
            filled[:, column] = [np.nan if text is None else order[text] for text in texts]
    return filled
