"""What the loop takes of a processor and of memory: share of the core's peak, growth with the rows, and the process's size."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import psutil

from benchmarks.engines import WARM, _ours
from benchmarks.measure import ROUNDS, Taking, cpu_seconds
from benchmarks.workloads import WORKLOADS, Workload

PRODUCTS = {
    "mlp": ((30, 128, 1), (128, 64, 1), (64, 1, 1)),
    "cnn": ((9, 32, 26 * 26), (288, 64, 11 * 11), (1600, 128, 1), (128, 10, 1)),
    "lstm": ((8, 256, 100), (64, 256, 100), (64, 1, 1)),
    "transformer": 2 * ((128, 128, 4 * 128), (128, 128, 2 * 128), (128, 256, 2 * 128)),
}
"""Multiplications of one row, forward: inputs, outputs, times; a transformer's third are the products of attention."""
SIDE = 2048
"""Of the square matrices whose product is the core's peak."""
ROWS = (10_000, 100_000, 1_000_000)
HEAVY = 1_000_000, 200
"""Rows and columns of the table whose process is measured: 0.8 GB."""


def takings() -> Iterator[Taking]:
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    peak = _peak()
    for workload in WORKLOADS:
        done = _operations(workload) / _seconds(workload)
        yield Taking(f"{workload.name}: share of the core's peak", f"{done / peak:.0%} ({done / 1e9:.0f} of {peak / 1e9:.0f} GFLOP/s)", "none")
    seconds = [_seconds(Workload("growth", "mlp", 128, rows)) / rows for rows in ROWS]
    told = ", ".join(f"{each / seconds[0]:.2f}" for each in seconds)
    yield Taking("seconds a row with 10,000, 100,000 and 1,000,000 rows, MLP, batch 128", f"{told} of the first", "1: linear")
    told = subprocess.run([sys.executable, "-m", "benchmarks.takings"], capture_output=True, text=True, check=True).stdout.strip()
    yield Taking("memory of a training process above its imports, over data set and model, 1,000,000 rows of 200 numbers", told, "at most 1.5")


def _peak() -> float:
    """Operations a second in a large product of matrices."""
    import tensorflow as tf

    matrix = tf.random.normal((SIDE, SIDE))
    return 2 * SIDE**3 / min(cpu_seconds(lambda: tf.matmul(matrix, matrix).numpy()) for _ in range(ROUNDS))


def _operations(workload: Workload) -> float:
    """Of the products of an epoch: forward, the weights' gradients, and the inputs' where there are weights before."""
    each = [2.0 * inputs * outputs * times for inputs, outputs, times in PRODUCTS[workload.network]]
    first = 0.0 if workload.network == "transformer" else each[0]
    return workload.rows * (3 * sum(each) - first)


def _seconds(workload: Workload) -> float:
    """CPU seconds of an epoch, at best."""
    train, order = _ours(workload), np.random.default_rng(1).permutation(workload.rows)
    return min([train(order)[0] for _ in range(WARM + ROUNDS)][WARM:])


def _memory() -> str:
    """Peak of this process above what it was after its imports, over the bytes of the data set and the model with its optimizer."""
    from benchmarks.subjects import network, table
    from benchmarks.training import config
    from nnapp.training import Silence, train

    part = table(64, width=HEAVY[1])
    with tempfile.TemporaryDirectory() as folder:  # TensorFlow's own start is no part of a run
        train(lambda: network(part), part, part, part.task, config(32, 1), recorder=Silence(), checkpoint=Path(folder))
    before = psutil.Process().memory_info().rss
    part = table(HEAVY[0], width=HEAVY[1])
    held_out = table(1000, seed=1, width=HEAVY[1])
    with tempfile.TemporaryDirectory() as folder:
        model = train(lambda: network(part), part, held_out, part.task, config(1024, 2), recorder=Silence(), checkpoint=Path(folder)).model
    whole = sum(array.nbytes for array in (*part.x.values(), *part.y.values())) + 3 * sum(weight.nbytes for weight in model.get_weights())
    return f"{(_highest() - before) / whole:.2f}"


def _highest() -> int:
    """Bytes of this process at its largest. What `getrusage` says begins with the size of whoever started it."""
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) * 1024


if __name__ == "__main__":
    print(_memory())
