"""The speed table: nnapp's loop against the plain script and against a hand-written PyTorch loop, on one core.

All sides begin with the same weights and see the same rows in the same order; a round is an epoch, and the sides take
turns. PyTorch lives in an environment of its own, whose interpreter `NNAPP_TORCH` names (`make torch` makes one).
"""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.measure import Comparison, compared, rounds_in_turn
from benchmarks.workloads import WORKLOADS, Workload

TORCH = os.environ.get("NNAPP_TORCH", str(Path(__file__).with_name(".torch") / "bin" / "python"))
WARM = 6
"""Epochs before the clock is looked at: the loop chooses itself in the first of them."""

Side = Callable[[NDArray[np.int64]], tuple[float, float]]
"""Trains an epoch in an order of rows; gives CPU seconds and the mean loss."""


def comparisons() -> Iterator[Comparison]:
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    for workload in WORKLOADS:
        yield from measured(workload)


def measured(workload: Workload) -> Iterator[Comparison]:
    """Both comparisons of one row of the table."""
    with tempfile.TemporaryDirectory() as folder:
        sides: dict[str, Side] = {"ours": _ours(workload), "model.fit": _fit(workload)}
        if Path(TORCH).exists():
            sides["PyTorch"] = _torch(workload, Path(folder))
        random = np.random.default_rng(1)
        orders = [random.permutation(workload.rows) for _ in range(WARM + 1)]
        losses = {name: [side(order)[1] for order in orders] for name, side in sides.items()}
        seconds = rounds_in_turn({name: lambda side=side: side(orders[-1])[0] for name, side in sides.items()})
    for other in list(sides)[1:]:
        apart = abs(losses[other][0] / losses["ours"][0] - 1)
        yield compared(workload.name, other, seconds["ours"], seconds[other], f"first epoch's loss equal to {apart:.0e}")


def _loss(workload: Workload) -> Any:
    import keras

    return keras.losses.SparseCategoricalCrossentropy(from_logits=True) if workload.network == "cnn" else keras.losses.BinaryCrossentropy(from_logits=True)


def _ours(workload: Workload) -> Side:
    import keras

    from nnapp.training.engines import ENGINES, Arrays, Sitting
    from nnapp.training.optimizers.fused import with_fused_step

    x, y = workload.data()
    model = workload.build()
    model.compile(with_fused_step(keras.optimizers.Adam)(1e-3), _loss(workload), metrics=["accuracy"])
    model.optimizer.build(model.trainable_variables)
    engine = ENGINES["auto"](model, Sitting(Arrays({"x": x}, y, None), workload.batch, steps=10**6))

    def epoch(order: NDArray[np.int64]) -> tuple[float, float]:
        begun = time.process_time()
        engine.run(order, lambda taken: True)
        return time.process_time() - begun, float(model.get_metrics_result()["loss"])

    return epoch


def _fit(workload: Workload) -> Side:
    import keras

    x, y = workload.data()
    model = workload.build()
    model.compile(keras.optimizers.Adam(1e-3), _loss(workload), metrics=["accuracy"])

    def epoch(order: NDArray[np.int64]) -> tuple[float, float]:
        begun = time.process_time()
        history = model.fit(x[order], y[order], batch_size=workload.batch, shuffle=False, verbose=0)
        return time.process_time() - begun, history.history["loss"][0]

    return epoch


def _torch(workload: Workload, folder: Path) -> Side:
    x, y = workload.data()
    weights = {f"w{index}": weight for index, weight in enumerate(workload.build().get_weights())}
    np.savez(folder / "data.npz", x=x, y=y, **weights)
    twin = subprocess.Popen([TORCH, str(Path(__file__).with_name("torch_twin.py"))], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def tell(**words: object) -> None:
        twin.stdin.write(json.dumps(words) + "\n")
        twin.stdin.flush()

    tell(network=workload.network, data=str(folder / "data.npz"), batch=workload.batch)

    def epoch(order: NDArray[np.int64]) -> tuple[float, float]:
        np.save(folder / "order.npy", order)
        tell(order=str(folder / "order.npy"))
        answer = json.loads(twin.stdout.readline())
        return answer["seconds"], answer["loss"]

    return epoch
