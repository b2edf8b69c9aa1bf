"""The desk: what is asked before there is a run. It describes a network that a person is still choosing.

`desk/networks/` lies beside `runs/` and looks like a run's folder: its jobs are a run's jobs, in the same queue. What came of them
is kept under the name of what was asked, so that nobody waits twice for the same network.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import shutil
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nnapp.anatomy import Anatomy
from nnapp.runs.api import Progress, done, wait
from nnapp.runs.folder import Run
from nnapp.runs.jobs import Job, JobSpec, create_folder
from nnapp.runs.launch import Launcher, ProcessLauncher
from nnapp.runs.status import Failure

if TYPE_CHECKING:
    from nnapp.runs.spec import RunSpec

JOBS_KEPT = 20
"""Ended jobs whose folders stay."""
ANSWERS_KEPT = 500
"""Networks whose description stays."""
FAILURE_HOLDS = 300.0
"""Seconds for which a failure is believed."""
MATTERS = {"data", "split", "preprocessing", "augmentation", "architecture", "model", "versions"}
"""What a network's anatomy follows from: nothing of the training."""


class Desk:
    """What is known of networks that nobody has trained.

    Args:
        home: The store's folder.
    """

    def __init__(self, home: Path) -> None:
        self.run = Run(home / "desk" / "networks")

    def known(self, spec: RunSpec) -> Anatomy | None:
        """The network's anatomy, where somebody has asked for it before."""
        found = self.run.read_json(f"known/{key(spec)}.json")
        return None if found is None else Anatomy.parse(found)

    def keep(self, spec: RunSpec, anatomy: Anatomy) -> None:
        """Leave an answer for all who ask for the same."""
        self.run.folder.mkdir(parents=True, exist_ok=True)
        self.run.write_json(f"known/{key(spec)}.json", anatomy.model_dump(mode="json"))
        answers = sorted((self.run.folder / "known").glob("*.json"), key=lambda path: path.stat().st_mtime)
        for path in answers[:-ANSWERS_KEPT]:
            path.unlink(missing_ok=True)

    def ask(self, spec: RunSpec) -> Job:
        """Put the question into the queue; an open job that asks the same is taken instead."""
        wanted = key(spec)
        for job in self.run.jobs():
            if not job.status.is_final and job.spec.arguments.get("key") == wanted:
                return job
        self._clear()
        asked = JobSpec(kind="describe", arguments={"key": wanted, "spec": spec.model_dump(mode="json")})
        return Job(create_folder(self.run.folder / "jobs", {"spec.json": asked.model_dump()}))

    def failure(self, spec: RunSpec) -> Failure | None:
        """Why the newest job that asked for this network came to nothing; after some minutes it is worth asking again."""
        wanted = key(spec)
        for job in reversed(self.run.jobs()):
            if job.spec.arguments.get("key") == wanted:
                return job.failure if time.time() - (job.status.ended or 0.0) < FAILURE_HOLDS else None
        return None

    def _clear(self) -> None:
        """Forget old jobs."""
        ended = [job for job in self.run.jobs() if job.status.is_final]
        for job in ended[:-JOBS_KEPT]:
            with contextlib.suppress(OSError):
                shutil.rmtree(job.folder)


def describe(home: Path, spec: RunSpec, on_progress: Progress | None = None, launcher: Launcher | None = None) -> Anatomy:
    """The anatomy of the network that a spec asks for; waits for a worker where nobody has asked before.

    Args:
        home: The store's folder.
        spec: A run that is not started.
        on_progress: Called with the job's status whenever it has changed.
        launcher: Who does it; the home's supervisor when not given.

    Raises:
        NnappError: If there is no such network for these data.
    """
    desk = Desk(home)
    if (known := desk.known(spec)) is not None:
        return known
    job = desk.ask(spec)
    launcher = launcher or ProcessLauncher(home)
    launcher.launch(job)
    return Anatomy.parse(done(wait(job, on_progress, launcher=launcher))["anatomy"])


def key(spec: RunSpec) -> str:
    """A name for all that a network's anatomy follows from."""
    values: dict[str, Any] = spec.model_dump(mode="json", include=MATTERS)
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:24]
