"""A vision transformer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from pydantic import Field

from nnapp.architectures.base import ARCHITECTURES, Architecture
from nnapp.architectures.blocks import conv, dropped
from nnapp.architectures.inputs import network, picture_input
from nnapp.data.dataset import DataSpec
from nnapp.data.specs import DataKind
from nnapp.tasks import TaskSpec

if TYPE_CHECKING:
    import keras

PATCHES = 8
"""Patches along a side that an automatic patch size leads to, about: attention costs their number to the fourth."""


def automatic_patch(side: int) -> int:
    """Side of a patch in pixels, so that about eight fit along the picture.

    >>> [automatic_patch(side) for side in (1, 12, 28, 64, 128)]
    [1, 2, 4, 8, 16]
    """
    return max(1, -(-side // PATCHES))


@ARCHITECTURES.register("vit")
class ViT(Architecture):
    """Patches of the picture as words of a sentence (Dosovitskiy et al. 2021), with convolutions before them (Xiao et al. 2021)."""

    title: ClassVar[str] = "Vision transformer"
    sentence: ClassVar[str] = "Cuts the picture into patches and lets each look at all others. Choose it for many pictures whose parts must be seen together."
    accepts: ClassVar[frozenset[DataKind]] = frozenset({"pictures"})
    rank: ClassVar[int] = 40
    presets: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "quick": {"training.epochs": 12, "model.blocks": 2},
        "balanced": {"training.epochs": 40},
        "best": {"training.epochs": 100, "training.patience": 15, "model.blocks": 6, "model.width": 96},
    }

    patch: Annotated[
        int | None,
        Field(
            ge=1,
            le=64,
            description="Side of a patch in pixels. Empty: about eight patches along the picture. Smaller ones see more detail; time grows with the square of "
            "their number.",
        ),
    ] = None
    width: Annotated[
        int, Field(ge=4, le=1024, description="Numbers that describe a patch. Raise it when even the training loss stays high; lower it for small files.")
    ] = 64
    blocks: Annotated[
        int, Field(ge=1, le=24, description="Times that all patches look at each other. Raise it for thousands of pictures, lower it for hundreds.")
    ] = 4
    heads: Annotated[
        int, Field(ge=1, le=16, description="Questions that a patch asks the others at a time. Raise it with the width, 16 to 64 numbers for each head.")
    ] = 4
    convolutions: Annotated[
        int,
        Field(
            ge=0,
            le=4,
            description="Convolutions before the patches are cut. One or two help a lot with few pictures; 0 is the transformer as it was published.",
        ),
    ] = 2
    dropout: Annotated[float, Field(ge=0, le=0.9, description="Share of numbers hidden after each step. Raise it when validation is worse than training.")] = (
        0.1
    )

    def build(self, data: DataSpec, task: TaskSpec) -> keras.Model:
        """Cut patches, add what place each has, `blocks` times attention and a small network for each; average, read out the logits."""
        from keras import layers

        self.check(data, task)
        inputs, x = picture_input(data)
        for index in range(1, self.convolutions + 1):
            x = conv(x, max(8, self.width // 2), activation="silu", name=f"stem{index}")
        patch = self.patch or automatic_patch(min(x.shape[1:3]))
        x = layers.Conv2D(self.width, patch, strides=1 if patch == 1 else patch, padding="same", name="patches")(x)
        places = x.shape[1] * x.shape[2]
        x = layers.Reshape((places, self.width), name="sequence")(x)
        # The offsets of this layer, one for each place and number, are the learned positions.
        x = layers.EinsumDense("abc,cd->abd", (places, self.width), bias_axes="bd", bias_initializer="random_normal", name="positions")(x)
        x = dropped(x, self.dropout, "positions")
        for index in range(1, self.blocks + 1):
            x = self._block(x, f"block{index}")
        x = layers.LayerNormalization(name="last_norm")(x)
        x = layers.GlobalAveragePooling1D(name="average")(x)
        return network(inputs, x, task, dropout=self.dropout, name="vit")

    def _block(self, x: Any, name: str) -> Any:
        """Attention, then two dense layers at every place; each added to its input.

        Args:
            x: Tensor `(batch, places, width)`.
            name: Prefix of the layers' names.
        """
        from keras import layers

        seen = layers.LayerNormalization(name=f"{name}_look_norm")(x)
        seen = layers.MultiHeadAttention(self.heads, max(1, self.width // self.heads), name=f"{name}_attention")(seen, seen)
        x = layers.Add(name=f"{name}_look")([x, dropped(seen, self.dropout, f"{name}_attention")])
        thought = layers.LayerNormalization(name=f"{name}_think_norm")(x)
        thought = layers.Dense(2 * self.width, activation="silu", name=f"{name}_widen")(thought)
        thought = layers.Dense(self.width, name=f"{name}_narrow")(thought)
        return layers.Add(name=f"{name}_think")([x, dropped(thought, self.dropout, name)])
