"""Board: what waits and what is under way in a home, looked up often and cheaply."""

from __future__ import annotations

import time
from pathlib import Path

from nnapp.errors import RunError
from nnapp.runs.folder import Run
from nnapp.runs.jobs import Job, folders
from nnapp.runs.status import Status

SETTLE = 0.1
"""Seconds after a change of a folder in which another could carry the same time stamp."""


class Listing:
    """The names in a folder, listed again only when it has changed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._stamp: int | None = None
        self._names: list[str] = []

    def names(self) -> list[str]:
        """Names of complete folders, oldest first."""
        try:
            stamp = self._folder.stat().st_mtime_ns
        except FileNotFoundError:
            return []
        if stamp != self._stamp:
            self._names = folders(self._folder)
            self._stamp = stamp if time.time() - stamp / 1e9 > SETTLE else None
        return self._names


class Board:
    """Runs and jobs that are not final. What is final stays so and is not looked at again.

    Args:
        home: The store's folder.
    """

    def __init__(self, home: Path) -> None:
        self._folder = home / "runs"
        self._runs = Listing(self._folder)
        self._jobs: dict[str, Listing] = {}
        self._final: set[Path] = set()

    def runs(self) -> list[tuple[Run, Status]]:
        """Open runs with their status, oldest first."""
        handles = [Run(self._folder / name) for name in self._runs.names()]
        return [(run, status) for run in handles if (status := self._open(run)) is not None]

    def jobs(self) -> list[tuple[Job, Status]]:
        """Open jobs with their status, oldest first, whatever run they belong to."""
        found = []
        for run in self._runs.names():
            folder = self._folder / run / "jobs"
            listing = self._jobs.setdefault(run, Listing(folder))
            handles = [Job(folder / name) for name in listing.names()]
            found += [(job, status) for job in handles if (status := self._open(job)) is not None]
        return sorted(found, key=lambda each: each[0].id)

    def _open(self, work: Run | Job) -> Status | None:
        if work.folder in self._final:
            return None
        try:
            status = work.status
        except RunError:  # deleted between the listing and the look
            return None
        if status.is_final:
            self._final.add(work.folder)
            return None
        return status
