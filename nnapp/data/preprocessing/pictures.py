"""Pictures: letterboxed to one square."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from nnapp.data.augmentation import Augmentation
from nnapp.data.dataset import PICTURE, DataSpec, InputSpec
from nnapp.data.preprocessing.base import Preprocessing


class PicturePreprocessing(Preprocessing):
    """Letterboxing to a square."""

    kind: Literal["pictures"] = "pictures"
    size: Annotated[int, Field(description="Side in pixels of the square that pictures are letterboxed to.")]
    channels: Annotated[int, Field(description="1 for grey pictures, 3 for colour.")]
    augmentation: Annotated[Augmentation | None, Field(description="Changes to training pictures; it stands inside the network.")] = None

    @property
    def data_spec(self) -> DataSpec:
        """One input: the square, 0 to 255."""
        shape = (self.size, self.size, self.channels)
        return DataSpec(kind=self.kind, inputs={PICTURE: InputSpec(shape=shape, dtype="uint8", role="picture", augmentation=self.augmentation)})
