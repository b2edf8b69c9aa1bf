"""An explanation on disk: one `.npz` file of plain arrays, its words as JSON inside; never a pickle.

One file, because it appears whole or not at all.
"""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from nnapp.errors import DataError
from nnapp.explanation.result import Explanation
from nnapp.files import publish
from nnapp.tasks import TaskSpec

FILE = "explanation.npz"
ARRAYS = ("values", "base", "output", "prediction", "truth", "numbers", "pictures", "series")
WORDS = "words"


def save(explanation: Explanation, folder: Path) -> Path:
    """Publish `folder/explanation.npz`; `load` reads it back without TensorFlow, Keras or shap."""
    words = {name: value for name, value in vars(explanation).items() if name not in ARRAYS}
    words["task"] = explanation.task.model_dump(mode="json")
    arrays: dict[str, Any] = {name: getattr(explanation, name) for name in ARRAYS if getattr(explanation, name) is not None}
    text = json.dumps(words, ensure_ascii=False, allow_nan=False).encode()
    path = folder / FILE
    with publish(path) as draft, draft.open("wb") as stream:
        arrays[WORDS] = np.frombuffer(text, dtype=np.uint8)
        np.savez_compressed(stream, **arrays)
    return path


def load(folder: Path) -> Explanation:
    """Read what `save` wrote.

    Raises:
        DataError: If there is none, or if the file is not one of ours.
    """
    path = folder / FILE
    if not path.exists():
        raise DataError(f"There is no explanation called {folder.name!r} yet.", remedy="Explain the run first.")
    try:
        with np.load(path, allow_pickle=False) as stored:
            words = json.loads(stored[WORDS].tobytes())
            arrays: dict[str, Any] = {name: stored.get(name) for name in ARRAYS}
        return Explanation(**_typed(words), **arrays)
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, EOFError) as error:
        raise DataError(f"The explanation {folder.name!r} cannot be read ({error}).", remedy="Explain the run again.") from error


def _typed(words: dict[str, Any]) -> dict[str, Any]:
    """JSON has no tuples."""
    return {
        **words,
        "task": TaskSpec.parse(words["task"]),
        "columns": tuple(words["columns"]),
        "outputs": tuple(words["outputs"]),
        "ids": tuple(words["ids"]),
        "cells": tuple(tuple(row) for row in words["cells"]),
        "notes": tuple(words["notes"]),
    }
