"""The Keras file itself."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from nnapp.export.base import EXPORTERS, Converted
from nnapp.export.cores import one_core
from nnapp.export.source import Source
from nnapp.inference.base import Predictor, median_ms
from nnapp.inference.keras_network import KerasPredictor


@EXPORTERS.register("keras")
class KerasFile(Converted):
    """A `.keras` file of stock layers: loads with Keras alone, without nnapp."""

    title: ClassVar[str] = "Keras"
    sentence: ClassVar[str] = "The network with its layers. Choose it to train on, or to take the network apart in Python."
    file: ClassVar[str] = "model.keras"
    rank: ClassVar[int] = 50

    def convert(self, source: Source, output: Path) -> None:
        """Save the network in float32, without the optimizer."""
        source.model.save(output)

    def predictor(self, source: Source, path: Path) -> Predictor:
        """The file read anew, compiled."""
        return KerasPredictor.load(path)

    def latency_ms(self, source: Source, path: Path) -> float:
        """One row on one core."""
        predictor = KerasPredictor.load(path, batch=1)
        with one_core():
            return median_ms(lambda: predictor.logits(source.one_row()))
