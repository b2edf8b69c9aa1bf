"""A residual convolutional network of series."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from pydantic import Field

from nnapp.architectures.base import ARCHITECTURES
from nnapp.architectures.inputs import Tensor
from nnapp.architectures.series import Frame, SeriesNetwork, conv1d, pooled


@ARCHITECTURES.register("resnet1d")
class ResNet1D(SeriesNetwork):
    """Blocks of three convolutions, each added to its input (Wang et al. 2017)."""

    title: ClassVar[str] = "ResNet-1D"
    sentence: ClassVar[str] = "A deeper 1-D CNN whose blocks only correct what came before. Choose it for many series, or fine differences between classes."
    rank: ClassVar[int] = 20
    presets: ClassVar[Mapping[str, Mapping[str, Any]]] = {"quick": {"model.filters": 16}, "best": {"model.filters": 64}}

    filters: Annotated[
        int, Field(ge=1, le=256, description="Shapes looked for in the first block; the others have twice as many. Raise it for many classes.")
    ] = 32
    blocks: Annotated[int, Field(ge=1, le=8, description="Residual blocks. Raise it when there are thousands of series; training slows in step.")] = 3

    def body(self, x: Tensor, frame: Frame, *, places: bool) -> Tensor:
        """Windows of 8, 5 and 3 steps a block."""
        from keras import layers

        for block in range(1, self.blocks + 1):
            filters = self.filters if block == 1 else 2 * self.filters
            short = x if x.shape[-1] == filters else conv1d(x, filters, 1, activation=None, name=f"block{block}_short")
            for index, kernel in enumerate((8, 5, 3), start=1):
                x = conv1d(x, filters, kernel, activation="relu" if index < 3 else None, name=f"block{block}_{index}")
            x = layers.Activation("relu", name=f"block{block}_relu")(layers.Add(name=f"block{block}_sum")([x, short]))
        return pooled(x, places=places)
