"""Dense blocks, each added to its own input."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from pydantic import Field

from nnapp.architectures.base import ARCHITECTURES, Architecture
from nnapp.architectures.blocks import ACTIVATION_TEXT, Activation, Initialize, Normalize, dense, dropped
from nnapp.architectures.inputs import network, table_input
from nnapp.data.dataset import DataSpec
from nnapp.data.specs import DataKind
from nnapp.tasks import TaskSpec

if TYPE_CHECKING:
    import keras


@ARCHITECTURES.register("residual")
class Residual(Architecture):
    """Normalised blocks added to their input: goes deeper than a plain MLP on tables (Gorishniy et al. 2021)."""

    title: ClassVar[str] = "Residual MLP"
    sentence: ClassVar[str] = "Blocks that each correct what came before, so that depth does no harm. Choose it for tables with thousands of rows."
    accepts: ClassVar[frozenset[DataKind]] = frozenset({"tabular"})
    encodes_bins: ClassVar[bool] = True
    rank: ClassVar[int] = 20
    presets: ClassVar[Mapping[str, Mapping[str, Any]]] = {"quick": {"model.blocks": 2}, "best": {"model.blocks": 4, "model.width": 256, "model.dropout": 0.3}}

    blocks: Annotated[int, Field(ge=1, le=64, description="Residual blocks. Raise it for large tables; lower it when rows are few or training is slow.")] = 3
    width: Annotated[int, Field(ge=1, le=4096, description="Units that every block reads and corrects. Raise it when the training loss stays high.")] = 192
    expansion: Annotated[float, Field(ge=0.25, le=8, description="Units inside a block, in multiples of `width`. Raise it for richer corrections.")] = 2.0
    activation: Annotated[Activation, Field(description=ACTIVATION_TEXT)] = "relu"
    normalize: Normalize = "batch"
    initializer: Initialize = "he"
    dropout: Annotated[
        float,
        Field(ge=0, le=0.9, description="Share of units hidden before and inside the blocks at each step. Raise it when validation is worse than training."),
    ] = 0.2

    def build(self, data: DataSpec, task: TaskSpec) -> keras.Model:
        """Project to `width`, add the blocks, read out the logits."""
        self.check(data, task)
        inputs, x = table_input(data)
        x = self._dense(x, self.width, None, "projection")
        x = dropped(x, self.dropout, "projection")
        for index in range(1, self.blocks + 1):
            x = self._block(x, f"block{index}")
        x = dropped(self._dense(x, self.width, self.activation, "head"), self.dropout, "head")
        return network(inputs, x, task, name="residual")

    def _block(self, x: Any, name: str) -> Any:
        """One correction of `x`, shape `(batch, width)`, added to it."""
        from keras import layers

        inner = self._dense(x, max(1, round(self.width * self.expansion)), self.activation, f"{name}_in")
        inner = dropped(inner, self.dropout, name)
        return layers.Add(name=f"{name}_add")([x, self._dense(inner, self.width, None, f"{name}_out")])

    def _dense(self, x: Any, units: int, activation: str | None, name: str) -> Any:
        """A layer as the settings want it."""
        return dense(x, units, activation=activation, normalize=self.normalize, initializer=self.initializer, name=name)
