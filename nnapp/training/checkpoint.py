"""All that a run needs to go on where it was: one file, whole or not there."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from nnapp.errors import RunError
from nnapp.files import publish
from nnapp.specs import Spec
from nnapp.training.steering import Steered

if TYPE_CHECKING:
    import keras

FILE = "state.npz"
_PROGRESS = "progress"


class Progress(Spec):
    """How far a run is: everything about it that is not a weight."""

    epoch: Annotated[int, Field(ge=0, description="Whole epochs done.")] = 0
    steps_in_epoch: Annotated[int, Field(ge=0, description="Steps taken of the epoch that was begun.")] = 0
    steps: Annotated[int, Field(ge=0, description="Steps taken in all.")] = 0
    partial: Annotated[dict[str, float], Field(description="Means of the begun epoch's training metrics over its steps so far.")] = {}
    best: Annotated[float | None, Field(description="Lowest validation loss so far.")] = None
    best_epoch: Annotated[int, Field(ge=0, description="Epoch (from 1) that reached it; 0 for none.")] = 0
    waited: Annotated[int, Field(ge=0, description="Epochs since then.")] = 0
    lowered: Annotated[tuple[int, ...], Field(description="Epochs after which the rate fell because validation no longer improved.")] = ()
    too_large: Annotated[tuple[int, ...], Field(description="Batch sizes that memory did not hold, in their order; half the last one is in use.")] = ()
    seconds: Annotated[float, Field(ge=0, description="Wall time of fitting so far.")] = 0.0
    steering: Annotated[tuple[Steered, ...], Field(description="What has been changed on the way, in its order.")] = ()
    ended: Annotated[bool, Field(description="Whether nothing is left to do.")] = False


Snapshot = dict[str, NDArray[np.generic]]
"""All arrays of a checkpoint by name, free of the network they were taken from."""


def snapshot(progress: Progress, model: keras.Model, best: list[NDArray[np.generic]]) -> Snapshot:
    """Copy what a checkpoint holds: weights, chance, optimizer, the best weights and the progress.

    Args:
        progress: How far the run is.
        model: Compiled, its optimizer built.
        best: Weights of the best epoch, in the order of `model.weights`; empty before the first epoch ends.
    """
    arrays: Snapshot = {f"now{index}": np.asarray(variable).copy() for index, variable in enumerate(_variables(model))}
    arrays |= {f"best{index}": weight for index, weight in enumerate(best)}
    arrays[_PROGRESS] = np.frombuffer(progress.model_dump_json().encode(), np.uint8)
    return arrays


def save(folder: Path, arrays: Snapshot) -> None:
    """Put `state.npz` in place at once."""
    with publish(folder / FILE) as draft, draft.open("wb") as stream:
        np.savez(stream, **arrays)  # type: ignore[arg-type]  # none of the names is allow_pickle


def progress_in(folder: Path) -> Progress:
    """How far the checkpoint is; nothing done where there is none."""
    path = folder / FILE
    if not path.exists():
        return Progress()
    with np.load(path, allow_pickle=False) as stored:
        return _progress(stored)


def restore(folder: Path, model: keras.Model) -> tuple[Progress, list[NDArray[np.generic]]] | None:
    """Put a compiled model back where a checkpoint was written.

    Returns:
        The progress and the best weights, or None where there is no checkpoint.

    Raises:
        RunError: If the checkpoint belongs to another network.
    """
    path = folder / FILE
    if not path.exists():
        return None
    variables = _variables(model)
    with np.load(path, allow_pickle=False) as stored:
        progress = _progress(stored)
        now = [stored[f"now{index}"] for index in range(sum(name.startswith("now") for name in stored.files))]
        best = [stored[f"best{index}"] for index in range(sum(name.startswith("best") for name in stored.files))]
    if [array.shape for array in now] != [tuple(variable.shape) for variable in variables]:
        raise RunError("The checkpoint belongs to a network of another shape.", remedy="Start a new run instead of going on with this one.")
    for variable, array in zip(variables, now, strict=True):
        variable.assign(array)
    return progress, best


def _progress(stored: Mapping[str, NDArray[np.generic]]) -> Progress:
    return Progress.parse(json.loads(stored[_PROGRESS].tobytes()))


def _variables(model: keras.Model) -> list[keras.Variable]:
    """Weights and the states of dropout's chance, then the optimizer's, each in a fixed order."""
    return [*model.variables, *model.optimizer.variables]
