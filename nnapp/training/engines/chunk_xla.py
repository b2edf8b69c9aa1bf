"""The chunk loop compiled whole by XLA."""

from __future__ import annotations

from nnapp.training.engines.base import ENGINES
from nnapp.training.engines.chunk import ChunkEngine


@ENGINES.register("chunk-xla")
class ChunkXlaEngine(ChunkEngine):
    """Compiles in some seconds, and then takes the steps of small networks many times faster."""

    jit = True
    sentence = "Chunks of steps run inside TensorFlow, compiled by XLA (chunk-xla)."
