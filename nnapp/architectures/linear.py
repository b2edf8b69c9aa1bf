"""The smallest network: one weight a feature."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import Field

from nnapp.architectures.base import ARCHITECTURES, Architecture
from nnapp.architectures.inputs import network, table_input
from nnapp.data.dataset import DataSpec
from nnapp.data.specs import DataKind
from nnapp.tasks import TaskSpec

if TYPE_CHECKING:
    import keras


@ARCHITECTURES.register("linear")
class Linear(Architecture):
    """Logistic or linear regression: every feature pulls the answer one way."""

    title: ClassVar[str] = "Linear"
    sentence: ClassVar[str] = "One weight for each input. Choose it to see how far the simplest network gets, or when there are very few rows."
    accepts: ClassVar[frozenset[DataKind]] = frozenset({"tabular"})
    rank: ClassVar[int] = 30

    dropout: Annotated[
        float, Field(ge=0, le=0.9, description="Share of the inputs hidden at each step. Raise it when there are more inputs than rows; 0 turns it off.")
    ] = 0.0

    def build(self, data: DataSpec, task: TaskSpec) -> keras.Model:
        """Read the logits straight off the encoded inputs."""
        self.check(data, task)
        inputs, x = table_input(data)
        return network(inputs, x, task, dropout=self.dropout, name="linear")
