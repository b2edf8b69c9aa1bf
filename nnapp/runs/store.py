"""RunStore: the runs of a home, by id, newest first."""

from __future__ import annotations

import contextlib
import os
import shutil
import time
from pathlib import Path
from typing import TYPE_CHECKING

from nnapp.errors import RunError
from nnapp.files import FolderLock
from nnapp.registry import did_you_mean
from nnapp.runs.folder import Run
from nnapp.runs.jobs import create_folder, folders
from nnapp.runs.status import Status
from nnapp.runs.turns import this_person, turns
from nnapp.runs.work import Work

if TYPE_CHECKING:
    from nnapp.runs.spec import RunSpec

LEAST_FREE = 10**9
"""Bytes that must be free before a run is admitted."""
QUEUE_LIMIT = 200
"""Runs that may wait at once."""
BALLAST = 4 << 20
"""Bytes kept aside, to be given up when the disk is full, so that the reason can still be written."""
PROBE_PATIENCE = 0.2
"""Seconds to wait for a lock that somebody may only be asking about."""
DRAFT_AGE = 3600.0
"""Seconds after which a folder that was never completed is swept."""


class RunStore:
    """The runs under a home.

    Args:
        home: `models/`, or where `NNAPP_HOME` or `--home` point; made when the first run is.
    """

    def __init__(self, home: Path) -> None:
        self.home = home
        self.folder = home / "runs"

    def create(self, spec: RunSpec, owner: str | None = None) -> Run:
        """Put a run into the queue. A launcher then sees that it starts.

        Args:
            spec: What is asked.
            owner: Whose it is; the system's user when not given.

        Raises:
            RunError: If the disk is too full, or too many runs wait.
        """
        self._admit(spec)
        files = {"spec.json": spec.model_dump(mode="json")}
        return Run(create_folder(self.folder, files, owner=owner or this_person(), places=spec.training.replicas))

    def list(self) -> tuple[Run, ...]:
        """Every run, newest first."""
        return tuple(Run(self.folder / name) for name in reversed(folders(self.folder)))

    def get(self, name: str) -> Run:
        """The run with this id, or with the only id that begins so.

        Raises:
            RunError: If there is none, or more than one.
        """
        known = folders(self.folder)
        matching = [run for run in known if run == name] or [run for run in known if name and run.startswith(name)]
        if not matching:
            remedy = did_you_mean(name[:80], known[::-1][:20]) if known else "Train one first."
            raise RunError(f"There is no run {name[:80]!r}.", remedy=remedy)
        if len(matching) > 1:
            raise RunError(f"{len(matching)} runs begin with {name!r}.", remedy=f"Write more of the id: {', '.join(matching[-5:])}.")
        return Run(self.folder / matching[0])

    def queue(self) -> tuple[Run, ...]:
        """The runs that wait for a slot, in the order in which they begin."""
        known = [(run, status) for run in map(Run, (self.folder / name for name in folders(self.folder))) if (status := _status(run)) is not None]
        return tuple(turns(known))

    def position(self, run: Run) -> int | None:
        """Place in the queue, 1 for the next; None for a run that does not wait."""
        waiting = [other.id for other in self.queue()]
        return waiting.index(run.id) + 1 if run.id in waiting else None

    def delete(self, run: Run) -> None:
        """Remove a run and all that came of it, for good.

        Raises:
            RunError: If a worker has it, or one of its jobs, in hand.
        """
        lock = FolderLock(run.lock_path)
        if any(job.is_locked for job in run.jobs()) or not lock.acquire(PROBE_PATIENCE):
            raise RunError(f"Run {run.id} is being worked on.", remedy="Stop it, and delete it when it has stopped.")
        grave = self.folder / f".draft-deleted-{run.id}"
        try:
            run.folder.rename(grave)
        finally:
            lock.release()
        shutil.rmtree(grave)

    def sweep(self) -> None:
        """Remove folders that were never completed, or whose deletion was cut short."""
        for draft in self.folder.glob(".draft-*"):
            if time.time() - draft.stat().st_mtime > DRAFT_AGE:
                shutil.rmtree(draft, ignore_errors=True)

    def _admit(self, spec: RunSpec) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        check_space(self.home, estimate(self.home, spec.data.sha256))
        keep_ballast(self.home)
        if len(self.queue()) >= QUEUE_LIMIT:
            raise RunError(f"{QUEUE_LIMIT} runs are waiting already.", remedy="Wait until some have finished, or delete some of them.")


def estimate(home: Path, sha256: str) -> int:
    """Bytes a run may write: predictions and explanations grow with the upload, networks and exports hardly do."""
    folder = home / "data" / sha256
    upload = sum(file.stat().st_size for file in folder.iterdir() if file.is_file()) if folder.is_dir() else 0
    return upload + (200 << 20)


def check_space(home: Path, needed: int) -> None:
    """Refuse to begin what the disk cannot hold.

    Args:
        home: Where it would be written.
        needed: Bytes it may write; twice that, and at least `LEAST_FREE`, must be free.

    Raises:
        RunError: If too little is free.
    """
    free, wanted = shutil.disk_usage(home).free, max(LEAST_FREE, 2 * needed)
    if free < wanted:
        raise RunError(
            f"Only {free / 1e9:.1f} GB are free on the disk, and a run may need {wanted / 1e9:.1f} GB.",
            remedy="Delete old runs, or move the home to a larger disk with NNAPP_HOME.",
        )


def keep_ballast(home: Path) -> None:
    """Set some bytes aside for the day the disk is full."""
    ballast = home / "ballast"
    if not ballast.exists():
        with ballast.open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, BALLAST)


def drop_ballast(home: Path) -> None:
    """Give the bytes up."""
    (home / "ballast").unlink(missing_ok=True)


def _status(work: Work) -> Status | None:
    """None for one that has been deleted."""
    with contextlib.suppress(RunError):
        return work.status
    return None
