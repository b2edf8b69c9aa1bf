"""Baselines in a process of their own, which is ended when their time is up."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

import nnapp
from nnapp.baselines.base import BASELINES
from nnapp.files import publish_json
from nnapp.tasks import Answers, TaskSpec

LEAST_SECONDS = 3.0
"""Less is not worth starting a process for."""
_LOOK_SECONDS = 0.2


@dataclass(frozen=True)
class Attempt:
    """What came of one fit: answers, or the reason why there are none."""

    answers: Answers | None
    seconds: float
    note: str = ""
    left_out: str = ""


def attempts(names: Sequence[str], task: TaskSpec, folder: Path, seconds: float, given_up: Callable[[], bool]) -> dict[str, Attempt]:
    """Fit baselines on `arrays.npz` in `folder`, one after the other, all within `seconds`.

    They share a process, since importing their library costs seconds; after one that kills it the rest get another.

    Args:
        names: Of the baselines, in this order.
        task: What is asked.
        folder: Where the process works.
        seconds: For all of them, imports included.
        given_up: Asked several times a second; ends the process when it says True.
    """
    deadline = time.monotonic() + seconds
    found: dict[str, Attempt] = {}
    while left := [name for name in names if name not in found]:
        remaining = deadline - time.monotonic()
        if remaining < LEAST_SECONDS or given_up():
            why = "the run was stopped" if given_up() else "the time for baselines was used up"
            return found | {name: _none(name, 0.0, why) for name in left}
        job = folder / "job.json"
        publish_json(job, {"names": left, "task": task.model_dump(mode="json"), "seconds": remaining})
        started = time.monotonic()
        status = _wait(job, folder / "log.txt", deadline, given_up)
        done = {name: _collected(folder, name) for name in left if (folder / f"{name}.json").exists()}
        found |= done
        broken = next((name for name in left if name not in done), None)
        if broken is not None:
            took = time.monotonic() - started - sum(each.seconds for each in done.values())
            found[broken] = _none(broken, max(0.0, took), _reason(status, folder / "log.txt", seconds, given_up))
    return found


def _none(name: str, seconds: float, why: str) -> Attempt:
    return Attempt(None, seconds, left_out=f"{BASELINES[name].title} was left out: {why}.")


def _reason(status: int | None, log: Path, seconds: float, given_up: Callable[[], bool]) -> str:
    if status is not None:
        return f"its process failed ({_last_words(log, status)})"
    return "the run was stopped" if given_up() else f"it did not finish within the {seconds:.0f} seconds for baselines"


def _wait(job: Path, log: Path, deadline: float, given_up: Callable[[], bool]) -> int | None:
    """Exit status of the child, or None when it was ended before its time."""
    root = str(Path(nnapp.__file__).parent.parent)
    path = os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH", "")]))
    # Half of the cores are the network's, which trains beside; and threads that wait must sleep instead of spinning.
    threads = str(max(1, (os.cpu_count() or 1) // 2))
    environment = {**os.environ, "OMP_NUM_THREADS": threads, "OMP_WAIT_POLICY": "passive", "PYTHONPATH": path}
    command = [sys.executable, "-m", "nnapp.baselines.child", str(job)]
    with log.open("wb") as heard:
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=heard, stderr=heard, env=environment)
        try:
            while time.monotonic() < deadline and not given_up():
                try:
                    return child.wait(timeout=min(_LOOK_SECONDS, max(0.01, deadline - time.monotonic())))
                except subprocess.TimeoutExpired:
                    continue
            return child.poll()
        finally:
            if child.poll() is None:
                child.kill()
                child.wait()


def _collected(folder: Path, name: str) -> Attempt:
    told = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    with np.load(folder / f"{name}.npz", allow_pickle=False) as stored:
        answers = Answers(stored["prediction"], stored["probabilities"] if "probabilities" in stored.files else None)
    return Attempt(answers, told["seconds"], told["note"])


def _last_words(log: Path, status: int) -> str:
    """The last line of the log, or the signal that ended it."""
    lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return lines[-1][:200].rstrip(".") if lines else f"signal {-status}" if status < 0 else f"status {status}"
