"""The chunk loop compiled whole by XLA."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from nnapp.training.engines.base import ENGINES, Sitting
from nnapp.training.engines.chunk import ChunkEngine, Loop

if TYPE_CHECKING:
    import keras

FLAGS = {"xla_cpu_prefer_vector_width": "512", "xla_cpu_copy_insertion_use_region_analysis": "true"}
"""On a processor, what XLA does not do by itself: take the whole vectors of AVX-512 (its 256 bits cost a small network a
tenth of its speed), and see that a loop's weights need no copy before they are overwritten (6 % of a small network)."""


@ENGINES.register("chunk-xla")
class ChunkXlaEngine(ChunkEngine):
    """Compiles in some seconds, and then takes the steps of small networks many times faster."""

    jit = True
    sentence = "Chunks of steps run inside TensorFlow, compiled by XLA (chunk-xla)."

    def __init__(self, model: keras.Model, sitting: Sitting, rest: Loop | None = None) -> None:
        flags = os.environ.get("XLA_FLAGS", "")
        ours = [f"--{name}={value}" for name, value in FLAGS.items() if name not in flags]
        os.environ["XLA_FLAGS"] = " ".join([flags, *ours]).strip()  # XLA reads them when it compiles for the first time in this process
        super().__init__(model, sitting, rest)
