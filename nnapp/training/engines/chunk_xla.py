"""The chunk loop compiled whole by XLA."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from nnapp.training.engines.base import ENGINES, Sitting
from nnapp.training.engines.chunk import ChunkEngine, Loop

if TYPE_CHECKING:
    import keras

WIDTH = "xla_cpu_prefer_vector_width"
"""XLA's own 256 bits cost a small network a tenth of its speed on a processor with AVX-512; another takes what it has."""


@ENGINES.register("chunk-xla")
class ChunkXlaEngine(ChunkEngine):
    """Compiles in some seconds, and then takes the steps of small networks many times faster."""

    jit = True
    sentence = "Chunks of steps run inside TensorFlow, compiled by XLA (chunk-xla)."

    def __init__(self, model: keras.Model, sitting: Sitting, rest: Loop | None = None) -> None:
        flags = os.environ.get("XLA_FLAGS", "")
        if WIDTH not in flags:  # XLA reads them when it compiles for the first time in this process
            os.environ["XLA_FLAGS"] = f"{flags} --{WIDTH}=512".strip()
        super().__init__(model, sitting, rest)
