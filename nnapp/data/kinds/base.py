"""What a kind of data does with an upload once the question is known."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from nnapp.data.augmentation import Augmentation
from nnapp.data.columns import ColumnProfile
from nnapp.data.pictures import Data
from nnapp.data.preprocessing import Preprocessing
from nnapp.data.question import Question
from nnapp.data.specs import DataConfig, PreprocessingConfig
from nnapp.registry import Registry


@dataclass(frozen=True)
class Given:
    """What a preprocessing is fitted on.

    Attributes:
        data: The upload.
        profiles: One a column of a table; empty for files.
        question: What is asked.
        rows: Positions of the train part's examples: no other may be looked at.
        config: How the data are meant.
        preprocessing: How cells become numbers.
        augmentation: Changes to training examples, which stand inside the network.
        bins: Whether the network wants numbers spread over ramps.
    """

    data: Data
    profiles: tuple[ColumnProfile, ...]
    question: Question
    rows: NDArray[np.int64]
    config: DataConfig
    preprocessing: PreprocessingConfig
    augmentation: Augmentation | None = None
    bins: bool = False


class Kind(ABC):
    """From an upload to the inputs of a network.

    Class attributes:
        noun: What one example is called, as in "row" or "picture".
    """

    noun: ClassVar[str]

    @abstractmethod
    def fit(self, given: Given) -> Preprocessing:
        """Fit on the train part.

        Raises:
            DataError: If there is nothing to learn from.
        """

    @abstractmethod
    def inputs(self, data: Data, rows: NDArray[np.int64], fitted: Preprocessing, *, on_disk: bool = False) -> Mapping[str, NDArray[np.generic]]:
        """The arrays of some examples, by input name, each `(n, *shape)`.

        Args:
            data: The upload, or an official test file.
            rows: Positions of the wanted examples.
            fitted: As `fit` gave it.
            on_disk: Whether large arrays lie in a file instead of in memory.
        """

    def ids(self, data: Data, rows: NDArray[np.int64]) -> NDArray[Any]:
        """What "show the sample" looks an example up by, shape `(n,)`: row numbers unless a kind has better."""
        return rows

    def readings(self, data: Data, rows: NDArray[np.int64], fitted: Preprocessing, seed: int) -> tuple[Mapping[str, NDArray[np.generic]], ...]:
        """Other readings of training examples, like `inputs` each, of which an epoch takes one by chance; none unless a kind has some."""
        del data, rows, fitted, seed
        return ()

    def entry_shape(self, data: Data, config: DataConfig) -> tuple[int | None, ...]:
        """The shape of one example as a network's first layer sees it, as far as it is known before anything is fitted.

        Args:
            data: The upload.
            config: How the data are meant.

        Returns:
            None for an open length; one axis of open length unless a kind knows better.
        """
        del data, config
        return (None,)


KINDS: Registry[Kind] = Registry("kind of data", "nnapp.data.kinds")
