"""What every predictor is, and how rows are cut into batches of one size."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from nnapp.tasks import Answers, TaskSpec

Arrays = Mapping[str, NDArray[np.generic]]
"""Raw inputs by name, each `(n, *shape)`, as a `Dataset` has them: pictures may be uint8."""
Logits = NDArray[np.float32]
"""Shape `(n, units)`."""
BATCH_CELLS = 1 << 21
"""Numbers in one batch at most (8 MB of float32)."""
BATCH_ROWS = 1024


class Predictor(Protocol):
    """Something that answers: a Keras network, a TFLite file, a baseline."""

    def logits(self, x: Arrays) -> Logits:
        """Logits `(n, units)` of the raw inputs, each `(n, *shape)`; `n` may be 0."""
        ...


def answers(predictor: Predictor, task: TaskSpec, x: Arrays) -> Answers:
    """The predictor's decoded answers to `n` examples."""
    return task.decode(predictor.logits(x))


def rows_in(x: Arrays) -> int:
    """Examples in the arrays.

    Raises:
        ValueError: When the inputs disagree, or there is none.
    """
    counts = {len(array) for array in x.values()}
    if len(counts) != 1:
        raise ValueError(f"inputs of {sorted(counts)} rows")
    return counts.pop()


def batch_rows(cells: int) -> int:
    """Rows of one batch for examples of so many numbers: a power of two up to 1,024.

    >>> batch_rows(30), batch_rows(64 * 64 * 3)
    (1024, 128)
    """
    return int(min(BATCH_ROWS, max(1, 2 ** int(math.log2(max(1, BATCH_CELLS // max(cells, 1)))))))


def padded_batches(x: Arrays, size: int, types: Mapping[str, Any] | None = None) -> Iterator[tuple[int, dict[str, NDArray[np.generic]]]]:
    """Batches of exactly `size` rows, the last one filled up with zeros, each with the count of its real rows.

    Args:
        x: The inputs.
        size: Rows a batch.
        types: NumPy type of each input in the batches; float32 where it is not said.
    """
    rows = rows_in(x)
    for start in range(0, rows, size):
        real = min(size, rows - start)
        batch: dict[str, NDArray[np.generic]] = {}
        for name, array in x.items():
            batch[name] = np.zeros((size, *array.shape[1:]), (types or {}).get(name, np.float32))
            batch[name][:real] = array[start : start + real]
        yield real, batch


def median_ms(call: Callable[[], object], *, seconds: float = 0.5, least: int = 5, most: int = 200) -> float:
    """Median wall time of a call in milliseconds, after one call that does not count."""
    call()
    times: list[float] = []
    deadline = time.perf_counter() + seconds
    while len(times) < least or (len(times) < most and time.perf_counter() < deadline):
        begin = time.perf_counter()
        call()
        times.append(time.perf_counter() - begin)
    return float(np.median(times)) * 1000
