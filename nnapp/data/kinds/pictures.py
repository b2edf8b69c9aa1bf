"""Pictures in class folders."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from nnapp.data.dataset import PICTURE
from nnapp.data.decoding import usual_size
from nnapp.data.kinds.base import KINDS, Given, Kind
from nnapp.data.memory import room
from nnapp.data.pictures import Data, Pictures
from nnapp.data.preprocessing import PicturePreprocessing, Preprocessing
from nnapp.data.specs import DataConfig


class PictureFolders(Kind):
    """Every picture is letterboxed to one square."""

    noun: ClassVar[str] = "picture"

    def fit(self, given: Given) -> PicturePreprocessing:
        """Sizes, and whether all are grey, choose the square, unless a person did."""
        size, _, channels = self.entry_shape(given.data, given.config)
        return PicturePreprocessing(size=size, channels=channels, augmentation=given.augmentation)

    def entry_shape(self, data: Data, config: DataConfig) -> tuple[int, int, int]:
        """The square, and one channel where all are grey."""
        assert isinstance(data, Pictures)
        size = config.image_size or usual_size(data)
        return size, size, 1 if data.grey else 3

    def inputs(self, data: Data, rows: NDArray[np.int64], fitted: Preprocessing, *, on_disk: bool = False) -> dict[str, NDArray[np.generic]]:
        """Decoded pictures, uint8."""
        assert isinstance(data, Pictures)
        assert isinstance(fitted, PicturePreprocessing)
        place = room((len(rows), fitted.size, fitted.size, fitted.channels), data.archive.parent if on_disk else None)
        return {PICTURE: data.load(fitted.size, fitted.channels, rows, into=place)}

    def ids(self, data: Data, rows: NDArray[np.int64]) -> NDArray[np.str_]:
        """Names within the archive."""
        assert isinstance(data, Pictures)
        return np.array(data.paths, dtype=np.str_)[rows]


KINDS.register("pictures")(PictureFolders())
