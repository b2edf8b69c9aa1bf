"""The chunk loop as a TensorFlow graph."""

from __future__ import annotations

from nnapp.training.engines.base import ENGINES
from nnapp.training.engines.chunk import ChunkEngine


@ENGINES.register("chunk-graph")
class ChunkGraphEngine(ChunkEngine):
    """Compiles in a second and takes every network, convolutions best of all."""

    jit = False
    sentence = "Chunks of steps run inside TensorFlow (chunk-graph)."
