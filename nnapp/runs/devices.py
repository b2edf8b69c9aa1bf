"""What there is to train on, as the web process sees it: no TensorFlow, no CUDA context."""

from __future__ import annotations

import os
import platform
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from nnapp.specs import Spec


class Device(Spec):
    """One GPU, or the CPU."""

    kind: Literal["gpu", "cpu"]
    index: int = 0
    name: str
    memory: Annotated[int, Field(description="Bytes in all.")]
    memory_used: Annotated[int, Field(description="Bytes in use, by whomever.")]
    use: Annotated[float | None, Field(description="Share of the time it is busy, 0 to 1.")] = None
    cores: Annotated[int | None, Field(description="Cores of the CPU that this process may use.")] = None

    @property
    def sentence(self) -> str:
        """The device in words, as a page shows it.

        >>> Device(kind="gpu", name="NVIDIA T4", memory=16 * 10**9, memory_used=2 * 10**9, use=0.5).sentence
        'NVIDIA T4, 2.0 of 16.0 GB in use, 50 % busy'
        """
        of = "" if self.cores is None else f", {self.cores} {'core' if self.cores == 1 else 'cores'}"
        busy = "" if self.use is None else f", {self.use:.0%} busy".replace("%", " %")
        return f"{self.name}{of}, {self.memory_used / 1e9:.1f} of {self.memory / 1e9:.1f} GB in use{busy}"


def gpus() -> tuple[Device, ...]:
    """The NVIDIA GPUs that workers may use, with their memory and use now; none without a driver."""
    import pynvml

    try:
        pynvml.nvmlInit()
    except pynvml.NVMLError:
        return ()
    try:
        return tuple(_gpu(index) for index in range(pynvml.nvmlDeviceGetCount()) if _allowed(index))
    except pynvml.NVMLError:  # a driver that answers half is no GPU to rely on
        return ()
    finally:
        pynvml.nvmlShutdown()


def cpu() -> Device:
    """This machine's CPU and memory."""
    import psutil

    memory = psutil.virtual_memory()
    busy = psutil.cpu_percent(interval=None) / 100
    return Device(kind="cpu", name=cpu_name(), memory=memory.total, memory_used=memory.total - memory.available, use=min(1.0, busy), cores=cores())


def devices() -> tuple[Device, ...]:
    """What a run will train on: the GPUs, or else the CPU."""
    return gpus() or (cpu(),)


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def cpu_name() -> str:
    """The CPU's model, as the kernel or the platform gives it."""
    listing = Path("/proc/cpuinfo")
    if listing.exists():
        for line in listing.read_text(encoding="utf-8", errors="replace").splitlines():
            key, _, value = line.partition(":")
            if key.strip() == "model name" and value.strip():
                return value.strip()
    return platform.processor() or platform.machine()


def slots() -> int:
    """Trainings at once: `NNAPP_SLOTS`, else one a GPU, else one."""
    asked = os.environ.get("NNAPP_SLOTS", "")
    return int(asked) if asked.isdigit() and int(asked) > 0 else max(1, len(gpus()))


def least_used(indices: Sequence[int], used: Iterable[int], count: int) -> tuple[int, ...]:
    """The GPUs that a worker is given.

    Args:
        indices: All there are.
        used: Those that workers have, one mention each.
        count: How many it wants; it gets all where there are fewer.

    >>> least_used([0, 1, 2], [1, 1, 0], 2)
    (0, 2)
    """
    work = Counter(used)
    return tuple(sorted(sorted(indices, key=lambda index: (work[index], index))[:count]))


def _allowed(index: int) -> bool:
    """Whether `CUDA_VISIBLE_DEVICES` leaves this GPU to us; ids other than indices are left to CUDA."""
    visible = os.environ.get("CUDA_VISIBLE_DEVICES")
    if visible is None:
        return True
    wanted = [part.strip() for part in visible.split(",")]
    return str(index) in wanted or not all(part.lstrip("-").isdigit() or not part for part in wanted)


def _gpu(index: int) -> Device:
    import pynvml

    handle = pynvml.nvmlDeviceGetHandleByIndex(index)
    memory = pynvml.nvmlDeviceGetMemoryInfo(handle)
    name = pynvml.nvmlDeviceGetName(handle)
    try:
        use = pynvml.nvmlDeviceGetUtilizationRates(handle).gpu / 100
    except pynvml.NVMLError:  # not told under MIG
        use = None
    text = name.decode() if isinstance(name, bytes) else str(name)
    return Device(kind="gpu", index=index, name=text, memory=memory.total, memory_used=memory.used, use=use)
