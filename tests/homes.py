"""Homes with a real supervisor, for tests."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from nnapp.data.specs import DataConfig
from nnapp.files import FolderLock
from nnapp.runs.folder import Run
from nnapp.runs.spec import plan
from nnapp.runs.store import RunStore
from nnapp.runs.supervisor import LOCK

NOWHERE = DataConfig(sha256="0" * 64)
"""An upload that is not there: a run of it fails for a reason that a person can mend, before any TensorFlow."""
LIMIT = 60.0


def until(holds: Callable[[], bool], what: str, limit: float = LIMIT) -> None:
    """Wait for something that other processes do."""
    deadline = time.monotonic() + limit
    while not holds():
        assert time.monotonic() < deadline, f"waited in vain until {what}"
        time.sleep(0.02)


def supervisor_of(home: Path) -> int:
    """Its process id."""
    return int((home / "supervisor.pid").read_text())


@contextmanager
def supervised(home: Path) -> Iterator[RunStore]:
    """A store whose supervisor, if one is started, leaves with the block."""
    yield RunStore(home)
    if FolderLock.is_held(home / LOCK):
        os.kill(supervisor_of(home), signal.SIGTERM)
        until(lambda: not FolderLock.is_held(home / LOCK), "the supervisor has left")


def doomed(store: RunStore, owner: str | None = None, *, replicas: int = 1) -> Run:
    """A run that fails as soon as it begins."""
    return store.create(plan(NOWHERE, "tabular", settings={"training.replicas": replicas}), owner)


class HeldRun:
    """A run that this process works on, as far as anybody can tell: it holds the lock."""

    def __init__(self, store: RunStore, owner: str | None = None) -> None:
        self.run = doomed(store, owner)
        self.lock = FolderLock(self.run.lock_path)
        assert self.lock.acquire()
        self.run.status_file.change(lambda _: {"state": "running", "pid": os.getpid(), "started": time.time()})
