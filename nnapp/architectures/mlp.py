"""A stack of dense layers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from pydantic import Field

from nnapp.architectures.base import ARCHITECTURES, Architecture
from nnapp.architectures.blocks import ACTIVATION_TEXT, Activation, Initialize, Normalize, dense, dropped
from nnapp.architectures.inputs import network, table_input
from nnapp.data.dataset import DataSpec
from nnapp.data.specs import DataKind
from nnapp.tasks import TaskKind, TaskSpec

if TYPE_CHECKING:
    import keras


@ARCHITECTURES.register("mlp")
class MLP(Architecture):
    """A multilayer perceptron: the workhorse for tables."""

    title: ClassVar[str] = "MLP"
    sentence: ClassVar[str] = "Layers of units, each fed by all of the layer before. Choose it first for tables: quick, small, and hard to beat with care."
    because: ClassVar[str] = "It serves tables of every size, and comes nearest to boosted trees."
    accepts: ClassVar[frozenset[DataKind]] = frozenset({"tabular"})
    encodes_bins: ClassVar[bool] = True
    tasks: ClassVar[frozenset[TaskKind]] = frozenset({"binary", "multiclass", "multilabel", "regression"})
    rank: ClassVar[int] = 10
    presets: ClassVar[Mapping[str, Mapping[str, Any]]] = {"quick": {"model.units": 128}, "best": {"model.units": 512, "model.dropout": 0.3}}

    layers: Annotated[
        int, Field(ge=1, le=16, description="Hidden layers. Raise it for answers made of many steps; lower it when rows are few or training stalls.")
    ] = 3
    units: Annotated[
        int, Field(ge=1, le=4096, description="Units in each hidden layer. Raise it when even the training loss stays high; lower it when only that falls.")
    ] = 256
    activation: Annotated[Activation, Field(description=ACTIVATION_TEXT)] = "relu"
    normalize: Normalize = "batch"
    initializer: Initialize = "he"
    dropout: Annotated[
        float,
        Field(ge=0, le=0.9, description="Share of units hidden at each step, so that none is relied upon. Raise it when validation is worse than training."),
    ] = 0.2

    def build(self, data: DataSpec, task: TaskSpec) -> keras.Model:
        """Stack `layers` dense layers on the encoded inputs, and read out the logits."""
        self.check(data, task)
        inputs, x = table_input(data)
        for index in range(1, self.layers + 1):
            x = dense(x, self.units, activation=self.activation, normalize=self.normalize, initializer=self.initializer, name=f"hidden{index}")
            x = dropped(x, self.dropout, f"hidden{index}")
        return network(inputs, x, task, name="mlp")
