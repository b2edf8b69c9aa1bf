"""What the pages and the command line both do with runs: thin functions over the folder and the queue."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from nnapp.errors import RunError
from nnapp.runs.answering import predict
from nnapp.runs.folder import Run
from nnapp.runs.jobs import Job
from nnapp.runs.launch import Launcher, ProcessLauncher
from nnapp.runs.spec import RunSpec
from nnapp.runs.status import Status
from nnapp.runs.store import RunStore

if TYPE_CHECKING:
    from nnapp.reports import Report

__all__ = ["WorkerError", "ask_and_wait", "done", "evaluation", "explain", "export", "predict", "start_run", "summary", "wait", "wait_or_stop"]

W = TypeVar("W", Run, Job)
Progress = Callable[[Status], None]
POLL = 0.2
"""Seconds between two looks at a status."""
ENSURE = 5.0
"""Seconds between two looks whether somebody still looks after the home."""


class WorkerError(RuntimeError):
    """A worker failed by a mistake of nnapp's own, which a user cannot mend."""


def start_run(store: RunStore, spec: RunSpec, launcher: Launcher | None = None, *, owner: str | None = None) -> Run:
    """Put a run into the queue and see that it will be begun.

    Args:
        store: The home's runs.
        spec: What is asked.
        launcher: Who does it; the home's supervisor when not given.
        owner: Whose it is; the system's user when not given.

    Raises:
        RunError: If the disk is too full, too many runs wait, or no supervisor can be started.
    """
    run = store.create(spec, owner)
    (launcher or ProcessLauncher(store.home)).launch(run)
    return run


def wait(work: W, on_progress: Progress | None = None, *, launcher: Launcher | None = None, limit: float | None = None) -> W:
    """Wait until a run or a job has ended, or is paused.

    Args:
        work: What to wait for.
        on_progress: Called with the status whenever it has changed.
        launcher: Who sees that it goes on; the home's supervisor when it is not given.
        limit: Seconds to wait at most.

    Raises:
        RunError: If it is deleted meanwhile, or the limit is passed.
    """
    home = work.run_folder.parent.parent if isinstance(work, Job) else work.home
    launcher = launcher or ProcessLauncher(home)
    begun = ensured = time.monotonic()
    told: Status | None = None
    while True:
        status = work.status
        if on_progress is not None and status != told:
            on_progress(status)
            told = status
        if status.is_final or status.state == "paused":
            return work
        now = time.monotonic()
        if limit is not None and now - begun > limit:
            raise RunError(f"{work.id} is still {status.state} after {limit:.0f} seconds.", remedy="Wait longer, or stop it.")
        if now - ensured > ENSURE:
            launcher.ensure()
            ensured = now
        time.sleep(POLL)


def wait_or_stop(run: Run, on_progress: Progress | None = None) -> bool:
    """Wait for a run; Ctrl-C asks it to stop, and its best epoch is waited for. A second Ctrl-C leaves.

    Returns:
        Whether it was stopped by Ctrl-C.
    """
    try:
        wait(run, on_progress)
    except KeyboardInterrupt:
        if not run.status.is_final:
            run.request("stop")
        wait(run, on_progress)
        return True
    return False


def done(work: W) -> dict[str, Any]:
    """The result of what has ended.

    Raises:
        RunError: With the failure's own problem and remedy, or because there is no result.
        WorkerError: If it failed by a mistake of nnapp's own.
    """
    if (failure := work.failure) is not None:
        if failure.fault:
            raise WorkerError(f"{failure.problem}\n{failure.detail}")
        raise RunError(failure.problem, remedy=failure.remedy)
    result = work.result
    if result is None:
        raise RunError(f"{work.id} is {work.status.state} and has no result.", remedy="Wait until it has finished, or start it again.")
    return result


def ask_and_wait(run: Run, kind: str, on_progress: Progress | None = None, launcher: Launcher | None = None, **arguments: Any) -> dict[str, Any]:
    """Ask a job of a run and wait for its result.

    Raises:
        RunError: If it fails, with its own problem and remedy.
    """
    job = run.ask(kind, **arguments)
    launcher = launcher or ProcessLauncher(run.home)
    launcher.launch(job)
    return done(wait(job, on_progress, launcher=launcher))


def export(run: Run, format_name: str, on_progress: Progress | None = None, launcher: Launcher | None = None) -> dict[str, Any]:
    """Make a file of a run's network; its passport (`nnapp.export.Export` as JSON).

    Raises:
        RunError: If the network has no such form, or there is none yet.
    """
    return ask_and_wait(run, "export", on_progress, launcher, format=format_name)


def explain(
    run: Run, rows: int | None = None, explainer: str | None = None, on_progress: Progress | None = None, launcher: Launcher | None = None
) -> dict[str, Report]:
    """Say which columns, pixels, moments or words moved a run's answers to its test part.

    Args:
        run: A trained run.
        rows: How many rows to explain; the explainer's own number when not given.
        explainer: Its name; the usual one of the run's kind of data when not given.
        on_progress: Called with the job's status whenever it has changed.
        launcher: Who does it.

    Returns:
        The reports by name; the attributions themselves lie in `explanations/<explainer>/`.
    """
    from nnapp.reports import Report

    settings = {} if rows is None else {"rows": rows}
    result = ask_and_wait(run, "explain", on_progress, launcher, explainer=explainer, settings=settings)
    return {name: Report.from_dict(values) for name, values in result["reports"].items()}


def evaluation(run: Run) -> dict[str, Report]:
    """The reports on a run's test part by name.

    Raises:
        RunError: If the run has none yet.
    """
    from nnapp.reports import Report

    found = run.read_json("evaluation.json")
    if found is None:
        done(run)
        raise RunError(f"Run {run.id} has not been judged.", remedy="Ask for the job `evaluate` of it.")
    return {name: Report.from_dict(values) for name, values in found.items()}


def summary(run: Run) -> dict[str, Any]:
    """One line about a run; what is not known yet is None."""
    status, result, task, spec = run.status, run.result or {}, run.read_json("task.json") or {}, run.read_json("spec.json") or {}
    return {
        "run": run.id,
        "name": run.name,
        "status": run.state,
        "pid": status.pid,
        "folder": str(run.folder),
        "task": task.get("kind"),
        "architecture": spec.get("architecture"),
        "epoch": status.epoch,
        "test": result.get("test"),
    }
