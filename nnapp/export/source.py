"""The trained network as the conversion child sees it: loaded once, traced once, for all formats. Needs Keras."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from nnapp.architectures import ARCHITECTURES
from nnapp.export.job import ConversionJob, load_arrays
from nnapp.inference.keras_network import KerasPredictor
from nnapp.inference.lite import encoded_inputs
from nnapp.tasks import OUTPUT

if TYPE_CHECKING:
    import keras

STRETCH = 2.0
"""Room that an int8 file has for rows beyond those it was calibrated on; what lies outside is cut off (docs/decisions/0004)."""


class Source:
    """What formats are made of.

    Args:
        job: What is to be made.
        scratch: Folder for what is only needed on the way.
    """

    def __init__(self, job: ConversionJob, scratch: Path) -> None:
        self.job = job
        self.scratch = scratch
        self.test = load_arrays(Path(job.arrays), "test")
        self.examples = load_arrays(Path(job.arrays), "examples")

    @cached_property
    def model(self) -> keras.Model:
        """The trained network in float32."""
        trained = KerasPredictor.load(Path(self.job.model)).model
        reduced = any(layer.compute_dtype != "float32" for layer in trained.layers)
        # The masks of sounds and swaps of words are operations, which a file would go on computing though they hide nothing.
        changes = self.job.data.kind == "sounds" or any(spec.augmentation is not None and spec.augmentation.swap for spec in self.job.data.inputs.values())
        otherwise = changes or ARCHITECTURES[self.job.architecture].unrolls
        return self._rebuilt(trained, encoded_outside=False) if reduced or otherwise else trained

    @cached_property
    def core(self) -> keras.Model:
        """The same network without the encoding, which then has to be done outside; itself where it has none."""
        outside = self.job.data.encoded_outside() != self.job.data
        return self._rebuilt(self.model, encoded_outside=True) if outside else self.model

    def _rebuilt(self, trained: keras.Model, *, encoded_outside: bool) -> keras.Model:
        architecture = ARCHITECTURES[self.job.architecture].parse(self.job.hyperparameters)
        data = self.job.data.encoded_outside() if encoded_outside else self.job.data.unchanging()
        model = architecture.build_for_export(data, self.job.task)
        model.set_weights(trained.get_weights())
        return model

    def saved_model(self, *, encoded_outside: bool = False) -> Path:
        """Folder of the network traced for inference, with named inputs and output; made once."""
        folder = self.scratch / ("core" if encoded_outside else "network")
        if not folder.exists():
            write_saved_model(self.core if encoded_outside else self.model, folder)
        return folder

    def core_examples(self) -> dict[str, NDArray[Any]]:
        """The representative rows as `core` takes them, each `(n, *shape)`; a table's twice, as they are and stretched, and so those of a watch for anomalies."""
        centers = {name: self._center(name) for name in self.job.data.inputs}
        twice = any(center is not None for center in centers.values())
        stretched = {name: _stretched(array, centers[name], twice=twice) for name, array in self.examples.items()}
        return encoded_inputs(stretched, self.job.data)

    def _center(self, name: str) -> tuple[float, ...] | None:
        """What an input is stretched from; None where it has no centre, or where nothing unusual is expected of it."""
        spec = self.job.data.inputs[name]
        if spec.layout is not None and self.job.task.kind == "anomaly":
            return spec.layout.center
        return None if spec.encoding is None else spec.encoding.center

    def one_row(self) -> dict[str, NDArray[np.generic]]:
        """One raw example to take the time with; zeros where the test part is empty."""
        return {name: array[:1] if len(array) else np.zeros((1, *array.shape[1:]), array.dtype) for name, array in self.test.items()}


def _stretched(array: NDArray[np.generic], center: tuple[float, ...] | None, *, twice: bool) -> NDArray[Any]:
    """The rows, then the same rows `STRETCH` times as far from the centre; what has no centre (pixels, ids) stays, beside such rows as often."""
    if center is None:
        return np.concatenate([array, array]) if twice else array
    raw = np.asarray(array, np.float32)
    middle = np.asarray(center, np.float32)
    return np.concatenate([raw, middle + STRETCH * (raw - middle)])


def write_saved_model(model: keras.Model, folder: Path) -> None:
    """Trace a network with `training=False` and write it with the signature `serving_default`.

    Neither `model.export`, which keeps random layers alive, nor a bare concrete function, which converts to NaN, will do.
    """
    import keras
    import tensorflow as tf

    shapes = {tensor.name: tf.TensorSpec((None, *tensor.shape[1:]), tensor.dtype, name=tensor.name) for tensor in model.inputs}

    def serve(inputs: dict[str, Any]) -> dict[str, Any]:
        return {OUTPUT: model(inputs, training=False)}

    archive = keras.export.ExportArchive()
    archive.track(model)
    archive.add_endpoint("serve", serve, input_signature=[shapes])
    archive.write_out(str(folder), verbose=False)
