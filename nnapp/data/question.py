"""Question: what is asked of the data."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from nnapp.data.findings import Finding, counted
from nnapp.data.specs import DataKind
from nnapp.specs import Spec
from nnapp.tasks import TaskKind


class Question(Spec):
    """The target as it was decided."""

    target: Annotated[str, Field(description="Column that is predicted; 'class' for folders of pictures.")]
    kind: TaskKind
    columns: Annotated[tuple[str, ...], Field(description="Columns of yes and no that are the labels, where they are columns.")] = ()
    data: Annotated[DataKind, Field(description="What the network is fed with: one table may be asked in several ways.")] = "tabular"
    class_names: Annotated[tuple[str, ...], Field(description="By class index; of two, the second is the positive one.")] = ()
    positive: Annotated[str | None, Field(description="The class to be found, of two.")] = None
    steps: Annotated[tuple[str, ...], Field(description="Columns that are the steps of one series a row.")] = ()
    date: Annotated[str, Field(description="Of a forecast, the column with the stamps.")] = ""
    series_id: Annotated[str, Field(description="Of a forecast, the column that names the series; empty where there is one only.")] = ""
    channels: Annotated[tuple[str, ...], Field(description="Of a watch for anomalies, the columns that are watched.")] = ()
    label: Annotated[str, Field(description="Of a watch for anomalies, the column that marks known ones; used for scores only.")] = ""
    usual: Annotated[float, Field(description="Of a watch for anomalies, the share of the series that teaches what is usual.")] = 0.5
    findings: tuple[Finding, ...] = ()

    @property
    def is_number(self) -> bool:
        """Whether the answers are numbers, not classes."""
        return self.kind in {"regression", "forecasting", "anomaly"}

    @property
    def goal(self) -> str:
        """What is answered, as the end of a sentence."""
        before = {"multilabel": "any of ", "forecasting": "as ", "regression": "", "anomaly": "and marks "}.get(self.kind, "one of ")
        return before + self.answer

    @property
    def answer(self) -> str:
        """What is answered, in two words.

        >>> Question(target="y", kind="regression").answer, Question(target="y", kind="binary", class_names=("a", "b")).answer
        ('a number', '2 classes')
        """
        if self.is_number:
            return {"forecasting": "a forecast", "anomaly": "what is unusual"}.get(self.kind, "a number")
        return counted(len(self.class_names), "label") if self.kind == "multilabel" else counted(len(self.class_names), "class", "classes")

    @property
    def targets(self) -> tuple[str, ...]:
        """The columns that hold the answers: none of them is an input."""
        return self.columns or (self.target,)
