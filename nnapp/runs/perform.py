"""Do one thing: claim it, do it, and leave a final state, whatever happens."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from nnapp.errors import NnappError
from nnapp.files import FolderLock, sweep_drafts
from nnapp.registry import Registry
from nnapp.runs.failures import FailureTold
from nnapp.runs.folder import Run
from nnapp.runs.jobs import Job
from nnapp.runs.recorder import FolderRecorder, Interrupted
from nnapp.runs.status import Command, Status
from nnapp.runs.work import CLAIM_PATIENCE, Work

Kind = Callable[[Run, dict[str, Any], FolderRecorder], "Outcome"]
KINDS: Registry[Kind] = Registry("job", "nnapp.runs.kinds")
"""What a worker can do, one file each: `(run, arguments, recorder) -> Outcome`."""

NOTHING_KEPT = "Stopped before there was anything to keep."


@dataclass(frozen=True)
class Outcome:
    """How it ended, and what came of it."""

    result: dict[str, Any]
    state: Literal["finished", "stopped"] = "finished"


def perform(work: Run | Job, *, gpus: tuple[int, ...] = (), on_gone: Callable[[], None] | None = None) -> bool:
    """Do what a folder asks for, if it waits and nobody else has it.

    Args:
        work: A run (which is trained) or a job.
        gpus: Indices of the GPUs it was given, for the page.
        on_gone: Called when the folder is deleted meanwhile.

    Returns:
        Whether it was ours to do. How it ended is in the folder: an `NnappError` ends here, and
        any other exception is told there too before it goes on.
    """
    if not work.status_file.exists():
        return False
    lock = FolderLock(work.lock_path)
    if not lock.acquire(CLAIM_PATIENCE):
        return False
    try:
        if not _claim(work, gpus):
            return False
        sweep_drafts(work.folder)
        with FolderRecorder(work, on_gone, _stopper(work, on_gone)) as recorder:
            _do(work, recorder)
        return True
    except NnappError:
        return True
    finally:
        lock.release()


def _stopper(work: Run | Job, end: Callable[[], None] | None) -> Callable[[], None] | None:
    """Training looks for a stop by itself and keeps its best; a job in a process of its own is simply ended."""
    if end is None or isinstance(work, Run):
        return None

    def stop() -> None:
        interrupted(work, "stop")
        end()

    return stop


def home_of(work: Run | Job) -> Path:
    """The store's folder."""
    return run_of(work).home


def run_of(work: Run | Job) -> Run:
    """The run itself, or the one a job belongs to."""
    return Run(work.run_folder) if isinstance(work, Job) else work


def _claim(work: Work, gpus: tuple[int, ...]) -> bool:
    """Only what waits may begin: one that another worker has ended meanwhile does not wait."""
    claimed = False

    def decide(status: Status) -> dict[str, Any]:
        nonlocal claimed
        claimed = status.state == "queued"
        if not claimed:
            return {}
        now = time.time()
        state = "stopping" if work.command == "stop" else "running"
        devices = {"gpu": next(iter(gpus), None), "gpus": gpus}
        return {"state": state, "message": "starting", "pid": os.getpid(), "heartbeat": now, "started": status.started or now, **devices}

    work.status_file.change(decide)
    return claimed


def _do(work: Run | Job, recorder: FolderRecorder) -> None:
    run = run_of(work)
    with FailureTold(work, run.home):
        try:
            arguments = work.spec.arguments if isinstance(work, Job) else {}
            outcome = KINDS[work.kind](run, arguments, recorder)
        except Interrupted as interruption:
            interrupted(work, interruption.command)
            return
        work.write_json("result.json", outcome.result)
        message = "Stopped; the best epoch is kept." if outcome.state == "stopped" else ""
        work.status_file.change(lambda _: {"state": outcome.state, "message": message, "ended": time.time(), "heartbeat": time.time()})
        work.clear_commands()


def interrupted(work: Work, command: Command) -> None:
    """End as asked; a pause that was taken back, or became a stop, meanwhile goes into the queue again."""

    def decide(status: Status) -> dict[str, Any]:
        if status.is_final:
            return {}
        if command == "stop":
            return {"state": "stopped", "message": NOTHING_KEPT, "ended": time.time()}
        asked = work.command
        (work.folder / "pause").unlink(missing_ok=True)
        return {"state": "paused", "message": "Paused."} if asked == "pause" else {"state": "queued", "message": ""}

    if work.status_file.change(decide).is_final:
        work.clear_commands()
