"""TaskSpec: the kind of answer, the shape of the logits, and the way from one to the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from nnapp.portable.answers import decode, interval_of, units_of
from nnapp.specs import Spec

TaskKind = Literal["binary", "multiclass", "multilabel", "regression", "forecasting", "anomaly"]
OUTPUT = "output"
"""Name of the one output of a network that answers one question."""


class ForecastSpec(Spec):
    """What a forecast's numbers are: for each step ahead one a target, steps first."""

    horizon: Annotated[int, Field(ge=1, description="Steps that are forecast.")]
    targets: Annotated[tuple[str, ...], Field(description="Columns that are forecast.")]
    centers: Annotated[tuple[float, ...], Field(description="For each target, its mean in the train part, in its own units.")]
    scales: Annotated[tuple[float, ...], Field(description="For each target, its standard deviation in the train part.")]
    naive: Annotated[tuple[float, ...], Field(description="For each target, the mean error of repeating the last season within the train part.")]
    season: Annotated[int, Field(ge=1, description="Steps after which the series is like itself again.")] = 1
    step: Annotated[str, Field(description="What one step is, as in 'hour'.")] = "step"
    interval: Annotated[
        float | None, Field(ge=0, lt=1, description="Share of the true values that shall lie between low and high. None: no interval is given.")
    ] = None
    widths: Annotated[
        tuple[float, ...], Field(description="For each target, by what low and high are drawn apart or together, found on the validation part. Empty: 1.")
    ] = ()

    @property
    def size(self) -> int:
        """Numbers in one forecast: steps times targets."""
        return self.horizon * len(self.targets)


class AnomalySpec(Spec):
    """How steps of a series are told to be unusual: the network's answer to each is compared with what came, steps first."""

    rebuild: Annotated[bool, Field(description="The network gives back its window; otherwise it forecasts the steps after it.")]
    horizon: Annotated[int, Field(ge=1, description="Steps that one window answers.")]
    targets: Annotated[tuple[str, ...], Field(description="Columns that are watched.")]
    centers: Annotated[tuple[float, ...], Field(description="For each target, its mean in the train part, in its own units.")]
    scales: Annotated[tuple[float, ...], Field(description="For each target, its standard deviation in the train part.")]
    smooth: Annotated[int, Field(ge=1, description="Neighbouring steps whose errors are averaged.")] = 1
    margin: Annotated[float, Field(gt=0, description="How many times as large an error must be as that which 99 of 100 usual steps stay below.")] = 2.0
    typical: Annotated[
        tuple[tuple[float, ...], ...],
        Field(description="For each step of a season (or once for all), the usual error of each target in units of `scales`; empty before it is learned."),
    ] = ()
    threshold: Annotated[float, Field(gt=0, description="Joined error above which a step is flagged.")] = 1.0
    label: Annotated[str, Field(description="Column that marks known anomalies, used for scores only; empty where there is none.")] = ""
    season: Annotated[int, Field(ge=1, description="Steps after which the series is like itself again.")] = 1
    step: Annotated[str, Field(description="What one step is, as in 'hour'.")] = "step"
    date: Annotated[str, Field(description="Column with the stamps; empty where rows are only counted.")] = ""
    date_format: str = ""
    months: Annotated[int, Field(ge=0, description="Months of a step.")] = 0
    days: Annotated[float, Field(ge=0, description="Days of a step.")] = 1.0
    offset: Annotated[float, Field(description="Days by which the stamps stand after whole steps.")] = 0.0


class OutputSpec(Spec):
    """One output of the network: the shape of its logits for ONE example, and what they stand for."""

    shape: tuple[int, ...]
    class_names: tuple[str, ...] = ()
    center: Annotated[float, Field(description="Added to a regression's output times `scale`, in the target's units.")] = 0.0
    scale: Annotated[float, Field(gt=0, description="Target units in one unit of a regression's output.")] = 1.0
    forecast: Annotated[ForecastSpec | None, Field(description="Of a forecast: its steps and targets.")] = None
    anomaly: Annotated[AnomalySpec | None, Field(description="Of a watch for anomalies: how steps are told to be unusual.")] = None
    thresholds: Annotated[tuple[float, ...], Field(description="Of several labels: the probability above which each is given. Empty: one half.")] = ()


@dataclass(frozen=True)
class Answers:
    """Decoded outputs of `n` examples.

    Attributes:
        prediction: Shape `(n,)`: class indices (int64), or values in the target's units (float64); of a forecast `(n, steps * targets)`,
            of several labels `(n, k)` of 0 and 1.
        probabilities: Shape `(n, k)`, rows sum to 1 unless there are several labels; None for a regression.
        interval: Of a forecast, its low and its high end in the target's units, shape `(n, 2, steps * targets)`; None where none was asked for.
    """

    prediction: NDArray[np.int64] | NDArray[np.float64]
    probabilities: NDArray[np.float64] | None
    interval: NDArray[np.float64] | None = None


class TaskSpec(Spec):
    """The question, as the network, the metrics and the bundle understand it."""

    kind: TaskKind
    target: Annotated[str, Field(description="Column that is predicted; 'class' for folders of pictures.")]
    outputs: dict[str, OutputSpec]

    @classmethod
    def classification(cls, target: str, class_names: tuple[str, ...]) -> TaskSpec:
        """Two classes share one logit, that of the second (positive) class; more have one each."""
        binary = len(class_names) == 2
        output = OutputSpec(shape=(1 if binary else len(class_names),), class_names=class_names)
        return cls(kind="binary" if binary else "multiclass", target=target, outputs={OUTPUT: output})

    @classmethod
    def multilabel(cls, target: str, class_names: tuple[str, ...]) -> TaskSpec:
        """Any number of labels at once: a logit each."""
        return cls(kind="multilabel", target=target, outputs={OUTPUT: OutputSpec(shape=(len(class_names),), class_names=class_names)})

    def with_thresholds(self, thresholds: tuple[float, ...]) -> TaskSpec:
        """The same question, each label given from another probability on."""
        return self.model_copy(update={"outputs": {OUTPUT: self.output.model_copy(update={"thresholds": thresholds})}})

    @classmethod
    def regression(cls, target: str, center: float, scale: float) -> TaskSpec:
        """The network learns `(y - center) / scale`."""
        return cls(kind="regression", target=target, outputs={OUTPUT: OutputSpec(shape=(1,), center=center, scale=scale)})

    @classmethod
    def forecasting(cls, target: str, forecast: ForecastSpec) -> TaskSpec:
        """The network learns every step ahead of every target, each `(y - center) / scale`; with an interval, also how far below and above the truth may lie."""
        size = forecast.size * (1 if forecast.interval is None else 3)
        output = OutputSpec(shape=(size,), center=forecast.centers[0], scale=forecast.scales[0], forecast=forecast)
        return cls(kind="forecasting", target=target, outputs={OUTPUT: output})

    def with_widths(self, widths: tuple[float, ...]) -> TaskSpec:
        """The same forecast, its interval drawn apart or together, a factor a target."""
        assert self.output.forecast is not None  # only forecasts have intervals
        forecast = self.output.forecast.model_copy(update={"widths": widths})
        return self.model_copy(update={"outputs": {OUTPUT: self.output.model_copy(update={"forecast": forecast})}})

    @classmethod
    def watching(cls, target: str, anomaly: AnomalySpec) -> TaskSpec:
        """The network learns every step of every target that a window answers, each `(y - center) / scale`."""
        size = anomaly.horizon * len(anomaly.targets)
        output = OutputSpec(shape=(size,), center=anomaly.centers[0], scale=anomaly.scales[0], anomaly=anomaly)
        return cls(kind="anomaly", target=target, outputs={OUTPUT: output})

    def with_threshold(self, typical: tuple[tuple[float, ...], ...], threshold: float) -> TaskSpec:
        """The same watch once it is known how large errors usually are."""
        assert self.output.anomaly is not None  # every task of this kind has one
        anomaly = self.output.anomaly.model_copy(update={"typical": typical, "threshold": threshold})
        return self.model_copy(update={"outputs": {OUTPUT: self.output.model_copy(update={"anomaly": anomaly})}})

    @property
    def is_number(self) -> bool:
        """Whether the answers are numbers in the target's units, not classes."""
        return self.kind in {"regression", "forecasting", "anomaly"}

    @property
    def units_of_target(self) -> tuple[NDArray[np.float64] | float, NDArray[np.float64] | float]:
        """Centre and scale of every output: numbers, or one a unit where a window has several."""
        return units_of(self.output.model_dump())

    @property
    def output(self) -> OutputSpec:
        """The one output of a single-question task."""
        return self.outputs[OUTPUT]

    @property
    def class_names(self) -> tuple[str, ...]:
        """Names by class index (the second of two is the positive one); empty for a regression."""
        return self.output.class_names

    @property
    def meaning(self) -> str:
        """What an answer is, as a sentence."""
        if self.kind == "multilabel":
            return "Every label whose probability lies above its own threshold, which was chosen on the validation part."
        if self.kind == "anomaly":
            return "1 for every step whose score lies above 1: the network's error there is larger than while it learned what is usual."
        return "The most probable class." if self.class_names else "A number in the units of the target."

    @property
    def units(self) -> int:
        """Logits an example."""
        return self.output.shape[-1]

    def decode(self, logits: NDArray[np.float32]) -> Answers:
        """Turn logits of shape `(n, units)` into answers, by the code that every bundle carries."""
        output = self.output.model_dump()
        prediction, probabilities = decode(np.asarray(logits), self.kind, *units_of(output), self.output.thresholds)
        return Answers(prediction, probabilities, interval_of(np.asarray(logits), output))
