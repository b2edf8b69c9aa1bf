"""What becomes of work whose worker is lost: it goes on from its checkpoint, up to five times without progress."""

from __future__ import annotations

import time
from typing import Any

from nnapp.runs.failures import ended_by, log_tail, write_failure
from nnapp.runs.folder import Run
from nnapp.runs.hands import end_orphans
from nnapp.runs.jobs import Job
from nnapp.runs.perform import NOTHING_KEPT, home_of
from nnapp.runs.status import Failure, Status

RUN_RETRIES = 5
JOB_RETRIES = 1
"""A job has no checkpoint: what killed it once is likely to do so again."""


def take_back(work: Run | Job, returncode: int | None) -> None:
    """Settle work that no living worker has: back into the queue, or failed with the reason.

    Does nothing for work that has ended or is paused. Call it only when the work's lock is free.

    Args:
        work: The run or job.
        returncode: The exit code of its worker, where that is known.
    """
    before = work.status
    if before.is_final or before.state == "paused":
        return
    end_orphans(work.folder)
    if work.command == "stop" and not work.has_progress:
        work.status_file.change(lambda status: {} if status.is_final else {"state": "stopped", "message": NOTHING_KEPT, "ended": time.time()})
        return
    problem, remedy = ended_by(returncode)
    after = work.status_file.change(_lost)
    limit = RUN_RETRIES if isinstance(work, Run) else JOB_RETRIES
    if after.retries > limit:
        often = f" It happened {after.retries} times without progress."
        detail = log_tail(work.log_path, home_of(work) / "supervisor.log")
        write_failure(work, Failure(problem=problem + often, remedy=remedy, detail=detail), home_of(work))
        return
    work.add_event("lost", f"{problem} It goes on from its last checkpoint.", attempt=after.retries, epoch=before.epoch)
    work.status_file.change(lambda status: {"state": "queued", "message": problem} if status.state == "lost" else {})


def _lost(status: Status) -> dict[str, Any]:
    """One more loss, counted anew when epochs have been completed since the last."""
    if status.is_final or status.state == "paused":
        return {}
    fresh = status.epoch > status.retry_epoch
    return {"state": "lost", "retries": 1 if fresh else status.retries + 1, "retry_epoch": max(status.epoch, status.retry_epoch), "heartbeat": time.time()}
