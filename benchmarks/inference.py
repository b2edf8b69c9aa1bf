"""One row answered by the exported file, against `model.predict`."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from benchmarks.measure import Comparison, compare
from benchmarks.subjects import features, network, table
from nnapp.data.dataset import FEATURES
from nnapp.portable.litert import LiteRT
from nnapp.tasks import OUTPUT

CALLS = 30


def comparisons() -> Iterator[Comparison]:
    import tensorflow as tf

    part = table(1_000)
    model = network(part)
    with tempfile.TemporaryDirectory() as folder:
        model.export(folder, verbose=False)
        path = Path(folder) / "model.tflite"
        path.write_bytes(tf.lite.TFLiteConverter.from_saved_model(folder).convert())
        lite = LiteRT(path)
        row = {FEATURES: features(part)[:1]}
        difference = np.abs(lite.run(row)[OUTPUT] - model.predict(row, verbose=0)).max()

        def ours() -> None:
            for _ in range(CALLS):
                lite.run(row)

        def theirs() -> None:
            for _ in range(CALLS):
                model.predict(row, verbose=0)

        yield compare("one row answered", "model.predict", ours, theirs, f"answers differ by {difference:.0e}")
