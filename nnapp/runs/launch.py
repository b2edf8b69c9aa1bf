"""Who sees that something in the queue is done: a supervisor in the background, or this very process."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Protocol

from nnapp.children import child_environment
from nnapp.errors import RunError
from nnapp.files import FolderLock
from nnapp.runs.failures import log_tail
from nnapp.runs.folder import Run
from nnapp.runs.jobs import Job
from nnapp.runs.perform import perform
from nnapp.runs.supervisor import LOCK, LOG, LOG_LIMIT

START_LIMIT = 60
"""Seconds in which a supervisor must have taken its lock."""


class Launcher(Protocol):
    """Sees that a run or a job that waits is done."""

    def launch(self, work: Run | Job) -> None:
        """Begin it, or see that it will be begun."""

    def ensure(self) -> None:
        """See that somebody looks after the home; cheap, so that a page may call it at every look."""


class ProcessLauncher:
    """The supervisor of the home does it, in a process of its own that outlives this one.

    Args:
        home: The store's folder.
    """

    def __init__(self, home: Path) -> None:
        self.home = home.resolve()

    def launch(self, work: Run | Job) -> None:
        """The supervisor finds it in the queue."""
        self.ensure()

    def ensure(self) -> None:
        """Start a supervisor if none holds the home's lock.

        Raises:
            RunError: If it cannot be started.
        """
        if FolderLock.is_held(self.home / LOCK):
            return
        self.home.mkdir(parents=True, exist_ok=True)
        log = self.home / LOG
        if log.exists() and log.stat().st_size > LOG_LIMIT:
            log.replace(log.with_suffix(".old.log"))
        words = [sys.executable, "-m", "nnapp.runs.supervisor", str(self.home), "--detach"]
        with log.open("ab") as out:
            started = subprocess.run(
                words, stdin=subprocess.DEVNULL, stdout=out, stderr=out, cwd="/", env=child_environment(), timeout=START_LIMIT, check=False, close_fds=True
            )
        if started.returncode != 0:
            raise RunError(f"The supervisor of {self.home} could not be started.", remedy=f"See {log}: {log_tail(log)[-300:]}")


class InlineLauncher:
    """Does it here and now, in this process: for tests and notebooks. It loads TensorFlow."""

    def launch(self, work: Run | Job) -> None:
        """Do it; how it ended is in the folder."""
        perform(work)

    def ensure(self) -> None:
        """Nothing to see to."""
