"""What a training process uses of its machine."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from typing import Any

BETWEEN_READINGS = 1.0
"""Seconds for which a reading of the GPU is good: the driver itself averages over about as long."""


@dataclass(frozen=True)
class Use:
    """What was used between two readings, and is held now.

    Attributes:
        cpu: Cores kept busy by this process: 1.0 is one core all of the time.
        memory: Bytes of main memory that this process holds.
        gpu: Share of the time that the GPU was busy, with whatever; None without one.
        gpu_memory: Bytes of the GPU's memory in use, by whomever.
    """

    cpu: float
    memory: int
    gpu: float | None = None
    gpu_memory: int | None = None


class Meter:
    """Reads what this process uses.

    Args:
        gpu: Whether it trains on a GPU.
    """

    def __init__(self, *, gpu: bool) -> None:
        import psutil

        self._process = psutil.Process()
        self._clock, self._busy = time.monotonic(), self._seconds()
        self._gpu: tuple[float | None, int | None] = (None, None)
        self._read_at = float("-inf") if gpu else float("inf")

    def read(self) -> Use:
        """The use since the last reading."""
        now, busy = time.monotonic(), self._seconds()
        cpu = (busy - self._busy) / max(1e-3, now - self._clock)
        self._clock, self._busy = now, busy
        if now - self._read_at > BETWEEN_READINGS:
            self._read_at, self._gpu = now, _gpu()
        return Use(max(0.0, cpu), int(self._process.memory_info().rss), *self._gpu)

    def _seconds(self) -> float:
        times = self._process.cpu_times()
        return float(times.user + times.system)


def _gpu() -> tuple[float | None, int | None]:
    """Use and memory of the GPU this process was given; None for what the driver does not tell (use, under MIG)."""
    import pynvml

    try:
        pynvml.nvmlInit()
        handle = _handle(pynvml)
        memory = int(pynvml.nvmlDeviceGetMemoryInfo(handle).used)
    except pynvml.NVMLError:
        return None, None
    try:
        return pynvml.nvmlDeviceGetUtilizationRates(handle).gpu / 100, memory
    except pynvml.NVMLError:
        return None, memory


def _handle(pynvml: Any) -> Any:
    """The first GPU that `CUDA_VISIBLE_DEVICES` leaves, by index or by id, else the first of all."""
    first = os.environ.get("CUDA_VISIBLE_DEVICES", "0").split(",")[0].strip()
    return pynvml.nvmlDeviceGetHandleByUUID(first) if first.startswith(("GPU-", "MIG-")) else pynvml.nvmlDeviceGetHandleByIndex(int(first or 0))
