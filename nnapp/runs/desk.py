"""The desk: what is asked about settings before there is a run of them.

`desk/settings/` lies beside `runs/<run>/` and looks like a run's folder: its jobs are a run's jobs, in the same queue. What came of them
is kept under the name of what was asked, so that nobody waits twice for the same answer.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import shutil
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from nnapp.anatomy import Anatomy
from nnapp.runs.api import Progress, done, wait
from nnapp.runs.folder import Run
from nnapp.runs.jobs import DESK, Job, JobSpec, create_folder
from nnapp.runs.launch import Launcher, ProcessLauncher
from nnapp.runs.status import Failure
from nnapp.runs.turns import this_person

if TYPE_CHECKING:
    from nnapp.runs.spec import RunSpec
    from nnapp.training.rate_finder import RateCurve

Asked = Literal["describe", "find_rate"]
"""Kinds of jobs that need no run."""
JOBS_KEPT = 20
"""Ended jobs whose folders stay."""
ANSWERS_KEPT = 500
"""Answers of a kind that stay."""
FAILURE_HOLDS = 300.0
"""Seconds for which a failure is believed."""
ALL = {"data", "split", "preprocessing", "augmentation", "architecture", "model", "versions"}
IDLE = {"learning_rate", "epochs", "early_stopping", "patience"}
"""Settings of the training that a search for the rate does not follow."""


class Desk:
    """What is known of settings that nobody has trained with.

    Args:
        home: The store's folder.
    """

    def __init__(self, home: Path) -> None:
        self.run = Run(home / DESK)

    def known(self, kind: Asked, spec: RunSpec) -> dict[str, Any] | None:
        """The answer, where somebody has asked for it before."""
        found = self.run.read_json(f"known/{kind}/{key(kind, spec)}.json")
        return found if isinstance(found, dict) else None

    def keep(self, kind: Asked, spec: RunSpec, answer: Mapping[str, Any]) -> None:
        """Leave an answer for all who ask for the same."""
        self.run.folder.mkdir(parents=True, exist_ok=True)
        self.run.write_json(f"known/{kind}/{key(kind, spec)}.json", dict(answer))
        answers = sorted((self.run.folder / "known" / kind).glob("*.json"), key=lambda path: path.stat().st_mtime)
        for path in answers[:-ANSWERS_KEPT]:
            path.unlink(missing_ok=True)

    def ask(self, kind: Asked, spec: RunSpec, owner: str | None = None) -> Job:
        """Put the question into the queue; an open job that asks the same is taken instead."""
        newest = self.newest(kind, spec)
        if newest is not None and not newest.status.is_final:
            return newest
        self._clear()
        asked = JobSpec(kind=kind, arguments={"key": key(kind, spec), "spec": spec.model_dump(mode="json")})
        return Job(create_folder(self.run.folder / "jobs", {"spec.json": asked.model_dump()}, owner=owner or this_person()))

    def newest(self, kind: Asked, spec: RunSpec) -> Job | None:
        """The job that asked this last, as long as its folder stays."""
        wanted = key(kind, spec)
        return next((job for job in reversed(self.run.jobs()) if job.spec.kind == kind and job.spec.arguments.get("key") == wanted), None)

    def failure(self, kind: Asked, spec: RunSpec) -> Failure | None:
        """Why the newest job that asked this came to nothing; after some minutes it is worth asking again."""
        job = self.newest(kind, spec)
        return None if job is None or time.time() - (job.status.ended or 0.0) > FAILURE_HOLDS else job.failure

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
    return Anatomy.parse(_answer(home, "describe", spec, on_progress, launcher))


def find_rate(home: Path, spec: RunSpec, on_progress: Progress | None = None, launcher: Launcher | None = None) -> RateCurve:
    """Look for the learning rate with which settings would be trained best; no run is made or touched.

    Raises:
        NnappError: If it fails, with its own problem and remedy.
    """
    from nnapp.training.rate_finder import RateCurve

    return RateCurve.parse(_answer(home, "find_rate", spec, on_progress, launcher))


def key(kind: Asked, spec: RunSpec) -> str:
    """A name for all that the answer follows from: an anatomy from nothing of the training, a rate from most of it."""
    values: dict[str, Any] = spec.model_dump(mode="json", include=ALL)
    if kind == "find_rate":
        values["training"] = spec.training.model_dump(mode="json", exclude=IDLE)
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:24]


def _answer(home: Path, kind: Asked, spec: RunSpec, on_progress: Progress | None, launcher: Launcher | None) -> dict[str, Any]:
    """What is known, or what a worker finds out now."""
    desk = Desk(home)
    known = desk.known(kind, spec)
    if known is not None:
        return known
    job, launcher = desk.ask(kind, spec), launcher or ProcessLauncher(home)
    launcher.launch(job)
    return done(wait(job, on_progress, launcher=launcher))
