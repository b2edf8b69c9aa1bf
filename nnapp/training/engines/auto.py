"""The loop that chooses itself: it begins where nothing is compiled for long, and moves when that pays."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from nnapp.training.engines.base import ENGINES, Engine, Sitting, Tick
from nnapp.training.engines.chunk import CannotCompileError, ChunkEngine
from nnapp.training.engines.chunk_graph import ChunkGraphEngine
from nnapp.training.engines.chunk_xla import ChunkXlaEngine

if TYPE_CHECKING:
    import keras

WORTH_COMPILING = 8.0
"""Seconds that the graph loop would still take, from which on XLA is tried: compiling costs it 1 to 4, and may gain nothing."""
TRIED = 4
"""Chunks after which the speed of a loop's quickest one is believed; the first of them compiles."""


@ENGINES.register("auto")
class AutoEngine(Engine):
    """Begins with the graph loop, tries XLA where enough is left to do, and stays with the faster of the two.

    Both take true steps of the run while they are tried, so that a trial costs no more than a compilation. In
    deterministic mode, and for networks that XLA takes slower (`is_for_xla`), the graph loop stays.
    """

    sentence = "The fastest loop is looked for."

    def __init__(self, model: keras.Model, sitting: Sitting) -> None:
        super().__init__(model, sitting)
        self._graph = ChunkGraphEngine(model, sitting)
        self._loop: ChunkEngine = self._graph
        self._loops: list[ChunkEngine] = [self._graph]
        self._left = sitting.steps
        self._settled = sitting.deterministic or not is_for_xla(model)

    @property
    def choice(self) -> str:
        """The loop in use now."""
        return self._loop.choice

    @property
    def waited(self) -> float:
        """Seconds in which rows were brought together, whichever loop asked."""
        return sum(loop.waited for loop in self._loops)

    def advance(self, order: NDArray[np.int64], tick: Tick) -> int:
        """The present loop's steps; between two chunks the other may take over."""
        total = -(-len(order) // self.batch_size)
        taken, heard = 0, True
        while heard and taken < total:
            before = taken

            def watch(steps: int, before: int = before) -> bool:
                nonlocal heard
                heard = tick(before + steps)
                return heard and (self._settled or self._loop.chunks < TRIED)

            try:
                taken += self._loop.advance(order[taken * self.batch_size :], watch)
            except CannotCompileError:
                self._loop, self._settled = self._graph, True
            self._left -= taken - before
            self._settle()
        return taken

    def _settle(self) -> None:
        """Once the present loop's speed is known: try the other one, or keep the faster."""
        if self._settled or self._loop.chunks < TRIED:
            return
        if self._loop is self._graph:
            if self._left * self._graph.seconds_per_step > WORTH_COMPILING:
                self._loop = ChunkXlaEngine(self.model, self.sitting, rest=self._graph.loop)
                self._loops.append(self._loop)
                return
        elif self._loop.seconds_per_step > self._graph.seconds_per_step:
            self._loop = self._graph
        self._settled = True


def is_for_xla(model: keras.Model) -> bool:
    """Whether XLA may be faster: not for convolutions on a processor (measured: ten times slower), nor for recurrent layers on a GPU, which cuDNN has."""
    import keras
    import tensorflow as tf

    recurrent = (keras.layers.LSTM, keras.layers.GRU)
    convolutions = tuple(getattr(keras.layers, name) for name in dir(keras.layers) if "Conv" in name)
    slower = recurrent if tf.config.list_physical_devices("GPU") else convolutions
    return all(layer.supports_jit and not isinstance(layer, slower) for layer in _layers(model))


def _layers(model: keras.Model) -> list[keras.Layer]:
    """All layers, those of networks within the network and of wrappers too."""
    found = []
    for layer in getattr(model, "layers", ()):
        found += [layer, *_layers(layer), *_layers(getattr(layer, "layer", None))]
    return found
