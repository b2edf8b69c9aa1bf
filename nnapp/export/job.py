"""What a conversion child is told, one JSON file and a folder of arrays, and what it gives back."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from nnapp.data.dataset import DataSpec
from nnapp.inference.base import Logits
from nnapp.specs import Spec
from nnapp.tasks import TaskSpec

REFERENCE = "reference"
"""Name under which the network's own logits are kept."""


class ConversionJob(Spec):
    """Formats to make of one network, and where everything lies."""

    model: str
    architecture: str
    hyperparameters: dict[str, Any]
    data: DataSpec
    task: TaskSpec
    arrays: Annotated[str, Field(description="Folder with `test/<input>.npy` and `examples/<input>.npy`, raw.")]
    formats: tuple[str, ...]
    results: Annotated[str, Field(description="Folder for the files, and for each format `<format>.npz` or `<format>.error.json`.")]
    seconds: Annotated[int, Field(ge=1, description="Time limit of one format; the child ends itself when it is over.")] = 300


@dataclass(frozen=True)
class Conversion:
    """A file that a child made and ran.

    Attributes:
        logits: Its answers to the test part, shape `(n, units)`.
        reference: The network's own, computed in the same child.
        seconds: Wall time of the conversion.
        latency_ms: Median for one row on one thread.
    """

    logits: Logits
    reference: Logits
    seconds: float
    latency_ms: float


def save_arrays(folder: Path, **groups: dict[str, NDArray[np.generic]]) -> None:
    """Write groups of arrays as `<group>/<name>.npy` (nothing pickled)."""
    for group, arrays in groups.items():
        (folder / group).mkdir(parents=True)
        for name, array in arrays.items():
            np.save(folder / group / f"{name}.npy", array, allow_pickle=False)


def load_arrays(folder: Path, group: str) -> dict[str, NDArray[np.generic]]:
    """One group that `save_arrays` wrote, mapped: pictures may be more than memory holds."""
    return {path.stem: np.load(path, mmap_mode="r", allow_pickle=False) for path in sorted((folder / group).glob("*.npy"))}
