"""A temporal convolutional network."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from pydantic import Field

from nnapp.architectures.base import ARCHITECTURES
from nnapp.architectures.inputs import Tensor
from nnapp.architectures.series import Frame, SeriesNetwork, conv1d


def reach(kernel: int, levels: int) -> int:
    """Steps that the last step's answer depends on.

    >>> reach(3, 5)
    63
    """
    return 1 + (kernel - 1) * ((1 << levels) - 1)


@ARCHITECTURES.register("tcn")
class TCN(SeriesNetwork):
    """Causal convolutions whose windows reach twice as far back at every level (Bai et al. 2018)."""

    title: ClassVar[str] = "TCN"
    sentence: ClassVar[str] = "Convolutions that only look back, twice as far at every level. Choose it for forecasts from long windows."
    rank: ClassVar[int] = 40
    presets: ClassVar[Mapping[str, Mapping[str, Any]]] = {"quick": {"model.filters": 16}, "best": {"model.filters": 64}}

    filters: Annotated[int, Field(ge=1, le=512, description="Shapes looked for at every level. Raise it for many channels or classes.")] = 32
    kernel: Annotated[int, Field(ge=2, le=16, description="Steps under each window, spaced wider at every level. Raise it to look farther back.")] = 3
    levels: Annotated[
        int | None,
        Field(
            ge=1, le=12, description="Levels, each reaching twice as far back. Empty: as many as see the whole series. Lower it when only the last steps count."
        ),
    ] = None

    def body(self, x: Tensor, frame: Frame, *, places: bool) -> Tensor:
        """Double the distance level by level; read the last step, which has seen the others, beside the mean of all."""
        from keras import layers

        levels = self.levels or next(level for level in range(1, 13) if reach(self.kernel, level) >= x.shape[1] or level == 12)
        for level in range(levels):
            short = x if x.shape[-1] == self.filters else conv1d(x, self.filters, 1, activation=None, name=f"level{level}_short")
            # Beyond the series there is nothing to be seen.
            apart = min(2**level, max(1, (x.shape[1] - 1) // (self.kernel - 1)))
            x = conv1d(x, self.filters, self.kernel, dilation=apart, padding="causal", name=f"level{level}")
            x = layers.Add(name=f"level{level}_sum")([x, short])
        mean = layers.GlobalAveragePooling1D(name="pool")(x)
        last = layers.Flatten(name="last")(x[:, x.shape[1] - 1 :])
        return layers.Concatenate(name="found")([last, mean])
