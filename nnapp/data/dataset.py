"""DataSpec and Dataset: what a network needs to know of its inputs, and the arrays themselves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from nnapp.data.along import Along
from nnapp.data.augmentation import Augmentation
from nnapp.data.layout import SeriesLayout
from nnapp.data.specs import PARTS, DataKind, Part
from nnapp.portable.inputs import FEATURES, PICTURE, SERIES, SOUND, TOKENS
from nnapp.specs import Spec
from nnapp.tasks import TaskSpec

__all__ = ["FEATURES", "PICTURE", "SERIES", "SOUND", "TOKENS", "DataSpec", "Dataset", "Encoding", "InputSpec", "Parts", "Standard"]


class Encoding(Spec):
    """The numeric stage between raw features and the first layer, fixed by the train part.

    It stands inside the network (`nnapp.architectures.inputs`), and outside it, in NumPy
    (`nnapp.portable.encoding`), for int8 files, whose one input scale cannot serve columns of all sizes.

    For each feature `z = (x - center) / scale`, then `z / sqrt(1 + (z / 3) ** 2)`, which keeps it within -3 and 3
    (Holzmüller et al. 2024, RealMLP). Where `knots` are given the number is also spread over
    `clip((z - knots[i]) / (knots[i + 1] - knots[i]), 0, 1)` (Gorishniy et al. 2022, piecewise-linear encoding).
    """

    center: tuple[float, ...]
    scale: tuple[float, ...]
    knots: Annotated[
        dict[int, tuple[float, ...]],
        Field(description="Feature index to rising knots of its squashed value; two or more. Features without knots have no ramps."),
    ] = {}

    @property
    def width(self) -> int:
        """Length of the encoded vector: every squashed feature, then every ramp."""
        return len(self.center) + sum(len(knots) - 1 for knots in self.knots.values())


class Standard(Spec):
    """Mean and spread of every channel of a sequence or spectrogram, fixed by the train part: `(x - center) / scale` inside the network."""

    center: tuple[float, ...]
    scale: tuple[float, ...]


class InputSpec(Spec):
    """One input of a network: the shape of ONE example."""

    shape: tuple[int | None, ...]
    dtype: str = "float32"
    role: str = ""
    feature_names: tuple[str, ...] = ()
    feature_columns: Annotated[tuple[str, ...], Field(description="For each feature the column it comes from.")] = ()
    encoding: Encoding | None = None
    standard: Annotated[Standard | None, Field(description="Of a spectrogram's bands.")] = None
    vocabulary: Annotated[int | None, Field(description="Of token ids: how many different ones there are.")] = None
    augmentation: Annotated[Augmentation | None, Field(description="Changes to training pictures or sounds, inside the network. None: as they are.")] = None
    layout: Annotated[SeriesLayout | None, Field(description="What the steps and channels of a series mean.")] = None

    def encoded_outside(self) -> InputSpec:
        """The same input once NumPy has done the encoding, or has standardised the channels of a series."""
        if self.layout is not None:
            return self.model_copy(update={"layout": self.layout.scaled_outside()})
        return self if self.encoding is None else InputSpec(shape=(self.encoding.width,), dtype=self.dtype, role=self.role)

    @property
    def fed(self) -> Literal["float32", "int32"]:
        """Type in which the network itself takes it in: token ids stay whole numbers, all else becomes float32."""
        return "int32" if self.dtype == "int32" else "float32"


class DataSpec(Spec):
    """The inputs of a network by name."""

    kind: DataKind
    inputs: dict[str, InputSpec]

    def of_role(self, role: str) -> DataSpec:
        """The inputs that play a part: `features`, `tokens` or `picture`."""
        return self.model_copy(update={"inputs": {name: spec for name, spec in self.inputs.items() if spec.role == role}})

    def augmented(self, augmentation: Augmentation) -> DataSpec:
        """The same data with its pictures changed otherwise while the network trains."""
        inputs = {name: spec if spec.augmentation is None else spec.model_copy(update={"augmentation": augmentation}) for name, spec in self.inputs.items()}
        return self.model_copy(update={"inputs": inputs})

    def unchanging(self) -> DataSpec:
        """The same data without augmentation: a network that only answers has no use for it."""
        return self.model_copy(update={"inputs": {name: spec.model_copy(update={"augmentation": None}) for name, spec in self.inputs.items()}})

    def encoded_outside(self) -> DataSpec:
        """The same data once NumPy has done the encoding: what an int8 file takes in."""
        return DataSpec(kind=self.kind, inputs={name: spec.encoded_outside() for name, spec in self.inputs.items()})


@dataclass(frozen=True)
class Dataset:
    """Examples of one part (or all) as arrays.

    Attributes:
        x: By input name, each `(n, *shape)`. Pictures stay uint8 here to save memory.
        y: By output name: `(n, 1)` float32 of 0 and 1 (binary), `(n,)` int32 class indices (multiclass),
            `(n, 1)` float32 standardised (regression); one value a unit where a window of a series has several.
        ids: `(n,)` row numbers of the upload (0-based), or picture paths: what "show the sample" looks up.
        data: What `x` looks like.
        task: What `y` means.
        weights: `(n,)` float32 sample weights, or None.
        readings: Other readings of the same examples, each like `x`: training takes for every example one of them or `x` in each epoch.
        along: The steps behind the windows, where a series is watched for anomalies: what is judged are steps, not windows.
    """

    x: dict[str, NDArray[np.generic]]
    y: dict[str, NDArray[np.generic]]
    ids: NDArray[np.generic]
    data: DataSpec
    task: TaskSpec
    weights: NDArray[np.float32] | None = None
    readings: tuple[Mapping[str, NDArray[np.generic]], ...] = ()
    along: Along | None = None

    def __post_init__(self) -> None:
        for name, spec in self.data.inputs.items():
            array = self.x[name]
            fits = array.ndim == len(spec.shape) + 1 and all(want in (None, got) for want, got in zip(spec.shape, array.shape[1:], strict=True))
            if len(array) != len(self.ids) or not fits:
                raise ValueError(f"input {name!r} has shape {array.shape}, expected ({len(self.ids)}, *{spec.shape})")
        for name, array in self.y.items():
            if len(array) != len(self.ids):
                raise ValueError(f"output {name!r} has {len(array)} rows, expected {len(self.ids)}")

    def __len__(self) -> int:
        return len(self.ids)

    def rows(self, index: NDArray[np.int64] | slice) -> Dataset:
        """The examples at these positions, in this order; those of a slice are not copied."""
        return Dataset(
            {name: array[index] for name, array in self.x.items()},
            {name: array[index] for name, array in self.y.items()},
            self.ids[index],
            self.data,
            self.task,
            None if self.weights is None else self.weights[index],
            tuple({name: array[index] for name, array in reading.items()} for reading in self.readings),
            None if self.along is None else self.along.windows(index),
        )


@dataclass(frozen=True)
class Parts:
    """The three parts of one data set; `test` is looked at once, at the end."""

    train: Dataset
    validation: Dataset
    test: Dataset

    def __getitem__(self, part: Part) -> Dataset:
        return {"train": self.train, "validation": self.validation, "test": self.test}[part]

    @property
    def rows(self) -> dict[str, int]:
        """Examples a part."""
        return {part: len(self[part]) for part in PARTS}
