"""Board: what waits and what is under way in a home, looked up often and cheaply."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

from nnapp.errors import RunError
from nnapp.runs.folder import Run
from nnapp.runs.jobs import DESK, Job, folders
from nnapp.runs.status import Status
from nnapp.runs.turns import last_starts

SETTLE = 0.1
"""Seconds after a change of a folder in which another could carry the same time stamp."""
W = TypeVar("W", Run, Job)


class Listing:
    """The runs or jobs in a folder, listed again only when the folder has changed.

    Args:
        folder: Where they lie.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._path = str(folder)
        self._stamp: int | None = None
        self._names: list[str] = []
        self._final: dict[str, Status] = {}

    def names(self) -> list[str]:
        """Names of complete folders, oldest first."""
        try:
            stamp = os.stat(self._path).st_mtime_ns  # noqa: PTH116  # thousands of times a second in a large home
        except FileNotFoundError:
            self._stamp = None
            return []
        if stamp != self._stamp:
            self._names = folders(self.folder)
            # What has failed may be let go on; the folder is touched when it is.
            self._final = {name: status for name, status in self._final.items() if status.state != "failed"}
            self._stamp = stamp if time.time() - stamp / 1e9 > SETTLE else None
        return self._names

    def open(self, handle: type[W]) -> list[tuple[W, Status]]:
        """Those that are not final, with their status. What is final is not looked at again, unless it failed and the folder has changed."""
        found = []
        for name in self.names():
            if name in self._final:
                continue
            work = handle(self.folder / name)
            try:
                status = work.status
            except RunError:  # deleted between the listing and the look, or none of ours
                continue
            if status.is_final:
                self._final[name] = status
            else:
                found.append((work, status))
        return found

    def last_starts(self, works: Sequence[tuple[W, Status]]) -> dict[str, float]:
        """When each person's last one began, be it one of these or final."""
        return last_starts([*self._final.values(), *(status for _, status in works)])


class Board:
    """Runs and jobs that are not final.

    Args:
        home: The store's folder.
    """

    def __init__(self, home: Path) -> None:
        self._runs = Listing(home / "runs")
        self._jobs: dict[Path, Listing] = {}
        self._desk = Listing(home / DESK / "jobs")

    def runs(self) -> list[tuple[Run, Status]]:
        """Open runs with their status, oldest first."""
        return _by_age(self._runs.open(Run))

    def last_starts(self, works: Sequence[tuple[Run, Status]]) -> dict[str, float]:
        """When each person's last run began, be it one of these or final."""
        return self._runs.last_starts(works)

    def jobs(self) -> list[tuple[Job, Status]]:
        """Open jobs with their status, oldest first, whatever run they belong to, or none."""
        found = self._desk.open(Job)
        for path in (self._runs.folder / name for name in self._runs.names()):
            listing = self._jobs.get(path)
            if listing is None:
                listing = self._jobs[path] = Listing(path / "jobs")
            found += listing.open(Job)
        return _by_age(found)


def _by_age(works: list[tuple[W, Status]]) -> list[tuple[W, Status]]:
    """Oldest first; names tell seconds only."""
    return sorted(works, key=lambda each: each[1].created)
