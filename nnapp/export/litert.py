"""What the TFLite formats share: the converter, and the file run by LiteRT. Needs TensorFlow, but to import."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from nnapp.errors import ExportError
from nnapp.export.base import Converted
from nnapp.export.source import Source
from nnapp.inference.base import Predictor
from nnapp.inference.lite import LiteRTPredictor

Weights = Literal["float32", "dynamic", "int8"]


def converted(saved_model: Path, weights: Weights, examples: dict[str, NDArray[np.float32]] | None = None) -> bytes:
    """Convert a SavedModel with builtin operators only: a file that needs more runs in no interpreter here.

    Args:
        saved_model: Its folder.
        weights: How numbers are stored.
        examples: For int8: representative inputs by name, each `(n, *shape)`.

    Raises:
        ExportError: When the converter refuses the network.
    """
    import tensorflow as tf
    from tensorflow.lite.python.convert_phase import ConverterError

    converter = tf.lite.TFLiteConverter.from_saved_model(str(saved_model))
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS]
    if weights != "float32":
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
    if weights == "int8":
        converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
        converter.inference_input_type = converter.inference_output_type = tf.int8
        converter.representative_dataset = single_rows(examples or {})
    try:
        return bytes(converter.convert())
    except (ConverterError, RuntimeError, ValueError) as error:
        reason = next((line for line in str(error).splitlines() if "error:" in line), str(error).splitlines()[0] if str(error) else "no reason given")
        raise ExportError(
            f"The network has layers that TFLite has no builtin operator for: {reason.strip()[:200]}.",
            remedy="Export it as Keras or SavedModel, or choose another architecture.",
        ) from error


def float32(source: Source) -> bytes:
    """The unchanged network as TFLite; converted once for all formats that start from it."""
    kept = source.scratch / "float32.tflite"
    if not kept.exists():
        kept.write_bytes(converted(source.saved_model(), "float32"))
    return kept.read_bytes()


def single_rows(examples: dict[str, NDArray[np.float32]]) -> Callable[[], Iterator[dict[str, NDArray[np.float32]]]]:
    """The representative set as the converter wants it: one example at a time."""

    def rows() -> Iterator[dict[str, NDArray[np.float32]]]:
        count = min(len(array) for array in examples.values())
        for index in range(count):
            yield {name: array[index : index + 1] for name, array in examples.items()}

    return rows


class TFLiteFormat(Converted):
    """A `.tflite` file: how it is converted differs; how it is run is the same for all."""

    def _run(self, source: Source, path: Path, threads: int) -> LiteRTPredictor:
        return LiteRTPredictor(path, source.job.data, encoded_outside=self.encoded_outside, threads=threads)

    def predictor(self, source: Source, path: Path) -> Predictor:
        """The file in LiteRT."""
        return self._run(source, path, threads=os.cpu_count() or 1)

    def latency_ms(self, source: Source, path: Path) -> float:
        """One row on one thread."""
        one: dict[str, Any] = source.one_row()
        return self._run(source, path, threads=1).latency_ms(one)
