"""A fully convolutional network of series."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from pydantic import Field

from nnapp.architectures.base import ARCHITECTURES
from nnapp.architectures.inputs import Tensor
from nnapp.architectures.series import Frame, SeriesNetwork, conv1d, pooled


@ARCHITECTURES.register("fcn")
class FCN(SeriesNetwork):
    """Three convolutions over the steps, then the mean of what they found (Wang et al. 2017)."""

    title: ClassVar[str] = "1-D CNN (FCN)"
    sentence: ClassVar[str] = "Windows slide along the series and look for shapes, wherever they stand. Choose it first for telling series apart."
    because: ClassVar[str] = "It finds a shape wherever it stands in a series, and learned from few dozen series where networks of dense layers needed more."
    rank: ClassVar[int] = 10
    presets: ClassVar[Mapping[str, Mapping[str, Any]]] = {"quick": {"model.filters": 32}, "best": {"model.filters": 128}}

    filters: Annotated[
        int,
        Field(ge=1, le=512, description="Shapes looked for by the first and last convolution; the middle one has twice as many. Raise it for many classes."),
    ] = 64
    kernel: Annotated[int, Field(ge=1, le=64, description="Steps under the first window. Raise it for slow shapes, lower it for short series.")] = 8

    def body(self, x: Tensor, frame: Frame, *, places: bool) -> Tensor:
        """Look for shapes of `kernel` steps, then shapes of shapes."""
        for index, (filters, kernel) in enumerate([(self.filters, self.kernel), (2 * self.filters, 5), (self.filters, 3)], start=1):
            x = conv1d(x, filters, kernel, name=f"block{index}")
        return pooled(x, places=places)
