"""One core at a time, where a library's threads cannot be told."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def one_core() -> Iterator[None]:
    """Keep every thread of this process on one core: TensorFlow's pool cannot be resized once it runs. Linux only."""
    threads = Path("/proc/self/task")
    if not threads.is_dir():
        yield
        return
    before = {int(entry.name): os.sched_getaffinity(int(entry.name)) for entry in threads.iterdir()}
    try:
        for thread, cores in before.items():
            _pin(thread, {min(cores)})
        yield
    finally:
        for thread, cores in before.items():
            _pin(thread, cores)


def _pin(thread: int, cores: set[int]) -> None:
    """Let a thread run on these cores; one that has ended meanwhile needs none."""
    with contextlib.suppress(ProcessLookupError):
        os.sched_setaffinity(thread, cores)
