"""A TFLite file as a predictor, with LiteRT: no TensorFlow."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnapp.data.dataset import DataSpec
from nnapp.errors import ExportError
from nnapp.inference.base import Arrays, Logits
from nnapp.portable.encoding import encode, standardized
from nnapp.portable.errors import PortableError
from nnapp.portable.litert import LiteRT


class LiteRTPredictor:
    """Runs a `.tflite` file.

    Args:
        path: The file.
        data: The raw inputs.
        encoded_outside: Whether the file wants its inputs encoded (an int8 file of a table).
        threads: Threads of the interpreter.

    Raises:
        ExportError: When LiteRT cannot run the file.
    """

    def __init__(self, path: Path, data: DataSpec, *, encoded_outside: bool = False, threads: int = 1) -> None:
        try:
            self._lite = LiteRT(path, threads=threads)
        except PortableError as error:
            raise ExportError(error.problem, remedy=error.remedy) from error
        self._data = data
        self._encoded_outside = encoded_outside

    def inputs(self, x: Arrays) -> dict[str, NDArray[Any]]:
        """What the file is fed with: raw, or encoded where the file wants that."""
        return encoded_inputs(x, self._data) if self._encoded_outside else {name: np.asarray(array, self._data.inputs[name].fed) for name, array in x.items()}

    def logits(self, x: Arrays) -> Logits:
        """Logits `(n, units)`."""
        (logits,) = self._lite.run(self.inputs(x)).values()
        return np.asarray(logits, np.float32).reshape(len(logits), np.shape(logits)[-1])

    def latency_ms(self, x: Arrays) -> float:
        """Median time for one row, encoding excluded."""
        return float(self._lite.latency_ms(self.inputs(x)))


def encoded_inputs(x: Arrays, data: DataSpec) -> dict[str, NDArray[Any]]:
    """Raw inputs as a network built for `data.encoded_outside()` takes them."""
    encoded: dict[str, NDArray[Any]] = {}
    for name, array in x.items():
        spec = data.inputs[name]
        raw = np.asarray(array, spec.fed)
        if spec.layout is not None:
            raw = standardized(raw, spec.layout.center, spec.layout.scale)
        encoded[name] = raw if spec.encoding is None else encode(raw, spec.encoding.model_dump(mode="json"))
    return encoded
