"""How much memory the data may take (a share of what the machine, its container and the process' own limits leave), and where they lie if they take more."""

from __future__ import annotations

import math
import os
import resource
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import psutil
from numpy.typing import DTypeLike, NDArray

from nnapp.errors import DataError

VARIABLE = "NNAPP_MEMORY"
"""Bytes that data may take in memory, where a person says so."""
SHARE = 0.5
"""Of what is free: TensorFlow, the baselines beside it and the pages of mapped files want the rest."""

_CONTAINERS = Path("/sys/fs/cgroup")


def budget() -> int:
    """Bytes that the data of one run may take: `NNAPP_MEMORY`, else half of what is free."""
    asked = os.environ.get(VARIABLE, "")
    return int(asked) if asked.isdigit() else int(SHARE * free())


def free() -> int:
    """Bytes that this process may still take before the machine swaps or somebody ends it."""
    left: list[int] = [psutil.virtual_memory().available, *_left_to_process(), *_left_to_container(Path("/proc/self/cgroup"), _CONTAINERS)]
    return max(0, min(left))


def in_words(size: float) -> str:
    """A number of bytes as people say it.

    >>> in_words(3_140_000_000), in_words(25_000_000), in_words(800_000)
    ('3.1 GB', '25 MB', '0.8 MB')
    """
    if size >= 1e9:
        return f"{size / 1e9:,.1f} GB"
    return f"{size / 1e6:.0f} MB" if size >= 1e6 else f"{max(size, 1e5) / 1e6:.1f} MB"


def room(shape: tuple[int, ...], folder: Path | None, dtype: DTypeLike = np.uint8) -> NDArray[Any]:
    """An empty array for what a network is fed with.

    Args:
        shape: `(n, ...)`.
        folder: Where a file without a name holds them: it is gone with the last process that has it, however that ends. None for memory.
        dtype: Of a number.

    Raises:
        DataError: If the disk has no room for them.
    """
    size = math.prod(shape) * np.dtype(dtype).itemsize
    if folder is None or size == 0:
        return np.empty(shape, dtype)
    with tempfile.TemporaryFile(dir=folder) as file:
        try:
            # Taken at once: a disk that is full later would end the process without a word.
            os.posix_fallocate(file.fileno(), 0, size)
        except OSError as error:
            raise no_room(f"What the network is fed with takes {in_words(size)}", error) from error
        return np.asarray(np.memmap(file, dtype, "r+", shape=shape))


def no_room(problem: str, error: OSError) -> DataError:
    """What is told where a disk is full.

    Args:
        problem: What takes how much, a sentence up to its comma.
        error: Of the system.
    """
    return DataError(
        f"{problem}, for which there is no room on the disk ({error.strerror or error}).",
        remedy="Delete old runs or other files, or bring fewer rows, a smaller image_size or sound_seconds.",
    )


def _left_to_process() -> list[int]:
    """What `ulimit -d` and `ulimit -v` leave."""
    used = psutil.Process().memory_info()
    limits = ((resource.RLIMIT_DATA, used.data), (resource.RLIMIT_AS, used.vms))
    return [limit - taken for kind, taken in limits if (limit := resource.getrlimit(kind)[0]) != resource.RLIM_INFINITY]


def _left_to_container(membership: Path, root: Path) -> list[int]:
    """What each control group around this process leaves; the pages of files do not count, they are given up under pressure."""
    try:
        own = root / membership.read_text("utf-8").rsplit("::", 1)[-1].strip().lstrip("/")
    except OSError:
        return []
    found: list[int] = []
    for group in (own, *own.parents):
        if not group.is_relative_to(root):
            break
        try:
            limit = (group / "memory.max").read_text("utf-8").strip()
            taken = int((group / "memory.current").read_text("utf-8"))
            kept = dict(line.split() for line in (group / "memory.stat").read_text("utf-8").splitlines())
        except (OSError, ValueError):
            continue
        if limit.isdigit():
            found.append(int(limit) - taken + int(kept.get("file", 0)))
    return found
