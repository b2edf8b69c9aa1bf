"""Loops that stay inside TensorFlow for many steps: only numbers for a chart come back to Python.

`model.fit` goes back to Python after every step, which costs a small network far more than its arithmetic. Here one
compiled function takes a whole chunk of steps: `tf.while_loop` around the model's own `train_step`. The rows of a
chunk are brought together by NumPy before it begins, in the run's own order, so that the data may lie in memory or
in a file that is mapped into it, and so that two chunks are all that is held of it a second time.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from nnapp.errors import NnappError
from nnapp.training.engines.base import Engine, Sitting, Tick
from nnapp.training.engines.biases import quick_biases
from nnapp.training.engines.recurrent import whole_sequences

if TYPE_CHECKING:
    import keras

CHUNK_SECONDS = 0.2
"""How long a chunk should take: long enough to hide what a call costs, short enough for a command to be heard."""
FIRST_STEPS = 4
"""Steps of the first chunk, before it is known how long one takes."""
GROWTH = 8
"""A chunk is at most so many times longer than the one before it."""
MOST_STEPS, MOST_BYTES = 1024, 64 << 20
"""Bounds of a chunk, in steps and in bytes of rows."""

Loop = Callable[[Any, int], object]
"""Takes the rows of a chunk and the number of its steps."""


class CannotCompileError(NnappError):
    """XLA does not take this network."""


class ChunkEngine(Engine):
    """Many steps a call, as a TensorFlow graph or compiled whole by XLA.

    How many steps a chunk has changes nothing in the result, so that it may follow the clock even in deterministic mode.

    Args:
        model: Compiled.
        sitting: The rows, and how many at a time.
        rest: The graph's loop where there is one already, for batches that XLA's loop does not take.

    Attributes:
        loop: Takes the rows of a chunk and the number of its steps.
        chunks: How many have been taken.
        seconds_per_step: Of the quickest chunk so far; the first, which compiles, does not count.
    """

    jit: ClassVar[bool]
    """Whether XLA compiles the loop. It then needs rows of one shape, and a last, smaller batch goes another way."""

    def __init__(self, model: keras.Model, sitting: Sitting, rest: Loop | None = None) -> None:
        super().__init__(model, sitting)
        self._rows = Rows(sitting, one_shape=self.jit)
        self.loop = _loop(model, sitting.batch_size, self._rows.signature(), jit=self.jit)
        self._rest = rest or (_loop(model, sitting.batch_size, self._rows.signature(exactly=True), jit=False) if self.jit else self.loop)
        self._steps = FIRST_STEPS
        self.chunks = 0
        self.seconds_per_step = float("inf")
        self._waited = 0.0

    @property
    def waited(self) -> float:
        """Seconds in which rows were brought together."""
        return self._waited

    def advance(self, order: NDArray[np.int64], tick: Tick) -> int:
        """One call a chunk; a tick after each."""
        size = self.batch_size
        total, whole = -(-len(order) // size), len(order) // size
        taken = 0
        while taken < total:
            steps = min(self._steps, self._rows.steps, whole - taken)
            if steps:
                self._take(order[taken * size : (taken + steps) * size], steps)
            else:
                self._rest(self._rows(order[taken * size :], exactly=True), 1)
            taken += steps or 1
            if not tick(taken):
                break
        return taken

    def _take(self, rows: NDArray[np.int64], steps: int) -> None:
        """One chunk of whole batches; the first one compiles, and says nothing about the length of the next."""
        begun = time.perf_counter()
        gathered = self._rows(rows)
        self._waited += time.perf_counter() - begun
        with _compiling(self.jit and self.chunks == 0):
            self.loop(gathered, steps)
        self.chunks += 1
        if self.chunks > 1:
            seconds = (time.perf_counter() - begun) / steps
            self.seconds_per_step = min(self.seconds_per_step, seconds)
            self._steps = max(1, min(round(CHUNK_SECONDS / seconds), GROWTH * steps))


@contextlib.contextmanager
def _compiling(first: bool) -> Iterator[None]:
    """Say plainly that XLA does not know an operation of the network; it fails before it has taken a step."""
    import tensorflow as tf

    try:
        yield
    except (tf.errors.InvalidArgumentError, tf.errors.UnimplementedError) as error:
        if not first:
            raise
        raise CannotCompileError(
            f"XLA cannot compile this network: {str(error).splitlines()[0]}", remedy="Set training.engine to auto or chunk-graph."
        ) from error


class Rows:
    """Brings the rows of a chunk together.

    Args:
        sitting: Where they come from.
        one_shape: Whether a chunk always has the same shape; behind its last row lies what an earlier one left.
    """

    def __init__(self, sitting: Sitting, *, one_shape: bool) -> None:
        train, size = sitting.train, sitting.batch_size
        self._names = tuple(train.x)
        self._arrays = [*train.x.values(), train.y, *([] if train.weights is None else [train.weights])]
        each = sum(array[:1].nbytes for array in self._arrays)
        self.steps = max(1, min(MOST_STEPS, MOST_BYTES // max(1, each * size), len(train) // size))
        self._one_shape = one_shape
        self._room = [np.zeros((self.steps * size, *array.shape[1:]), array.dtype) for array in self._arrays]

    def __call__(self, rows: NDArray[np.int64], *, exactly: bool = False) -> Any:
        """The rows as `(x, y)` or `(x, y, weights)` of tensors.

        Args:
            rows: Positions.
            exactly: These and no others, even where chunks have one shape.
        """
        import tensorflow as tf

        for array, room in zip(self._arrays, self._room, strict=True):
            np.take(array, rows, axis=0, out=room[: len(rows)], mode="clip")  # "clip" spares NumPy a copy of its own
        end = None if self._one_shape and not exactly else len(rows)
        return self._named([tf.convert_to_tensor(room[:end]) for room in self._room])

    def signature(self, *, exactly: bool = False) -> Any:
        """Shapes and types of what a call gives, its number of rows open where it is not always the same."""
        import tensorflow as tf

        rows = len(self._room[0]) if self._one_shape and not exactly else None
        return self._named([tf.TensorSpec((rows, *array.shape[1:]), array.dtype) for array in self._arrays])

    def _named(self, found: list[Any]) -> Any:
        return (dict(zip(self._names, found, strict=False)), *found[len(self._names) :])


def _loop(model: keras.Model, batch_size: int, rows: Any, *, jit: bool) -> Loop:
    """The compiled function; one trace serves every number of steps, and of rows where their signature leaves it open."""
    import tensorflow as tf

    @tf.function(jit_compile=jit, autograph=False, input_signature=(rows, tf.TensorSpec((), tf.int32)))  # type: ignore[untyped-decorator]  # TensorFlow is not typed
    def loop(rows: Any, steps: tf.Tensor) -> None:
        def step(index: tf.Tensor) -> tuple[tf.Tensor]:
            start = index * batch_size
            batch = tf.nest.map_structure(lambda array: _batch(array, start, batch_size, jit=jit), rows)
            model.train_step(batch)
            return (index + 1,)

        with contextlib.ExitStack() as stack:
            for quicker in () if jit else (whole_sequences, quick_biases):
                stack.enter_context(quicker(model))
            tf.while_loop(lambda index: index < steps, step, (tf.constant(0),))

    return lambda rows, steps: loop(rows, tf.constant(steps))


def _batch(array: Any, start: Any, size: int, *, jit: bool) -> Any:
    """The rows of one step, which are fewer at the end of a graph loop's rows. XLA wants their number beforehand."""
    import tensorflow as tf

    if jit:
        return tf.slice(array, [start, *[0] * (len(array.shape) - 1)], [size, *array.shape[1:]])
    return array[start : start + size]
