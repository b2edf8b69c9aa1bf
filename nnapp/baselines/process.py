"""One baseline in a process of its own, which is ended when its time is up."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

import nnapp
from nnapp.baselines.base import BASELINES
from nnapp.files import publish_json
from nnapp.tasks import Answers, TaskSpec

LOOK_SECONDS = 0.2


@dataclass(frozen=True)
class Attempt:
    """What came of one fit: answers, or the reason why there are none."""

    answers: Answers | None
    seconds: float
    note: str = ""
    left_out: str = ""


def attempt(name: str, task: TaskSpec, folder: Path, seconds: float, given_up: Callable[[], bool]) -> Attempt:
    """Fit a baseline on `arrays.npz` in `folder`, within `seconds`, import of its library included."""
    title = BASELINES[name].title
    job = folder / f"{name}.job.json"
    publish_json(job, {"name": name, "task": task.model_dump(mode="json"), "seconds": seconds})
    started = time.monotonic()
    ended = _wait(job, folder / f"{name}.log", started + seconds, given_up)
    took = time.monotonic() - started
    if ended is None:
        why = "the run was stopped" if given_up() else f"it did not finish within {seconds:.0f} seconds"
        return Attempt(None, took, left_out=f"{title} was left out: {why}.")
    if ended != 0 or not (folder / f"{name}.json").exists():
        return Attempt(None, took, left_out=f"{title} was left out: its process failed ({_last_words(folder / f'{name}.log', ended)}).")
    told = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    return Attempt(_answers(folder / f"{name}.npz"), told["seconds"], told["note"])


def _wait(job: Path, log: Path, deadline: float, given_up: Callable[[], bool]) -> int | None:
    """Exit status of the child, or None when it was ended before its time."""
    root = str(Path(nnapp.__file__).parent.parent)
    # Threads that wait must sleep: spinning takes the cores from the network that trains beside.
    environment = {**os.environ, "OMP_WAIT_POLICY": "passive", "PYTHONPATH": os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH", "")]))}
    with log.open("wb") as heard:
        child = subprocess.Popen(
            [sys.executable, "-m", "nnapp.baselines.child", str(job)], stdin=subprocess.DEVNULL, stdout=heard, stderr=heard, env=environment
        )
        try:
            while time.monotonic() < deadline and not given_up():
                try:
                    return child.wait(timeout=min(LOOK_SECONDS, max(0.01, deadline - time.monotonic())))
                except subprocess.TimeoutExpired:
                    continue
            return child.poll()
        finally:
            if child.poll() is None:
                child.kill()
                child.wait()


def _answers(path: Path) -> Answers:
    with np.load(path, allow_pickle=False) as stored:
        return Answers(stored["prediction"], stored["probabilities"] if "probabilities" in stored.files else None)


def _last_words(log: Path, status: int) -> str:
    """The last line of the log, or the signal that ended it."""
    lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return lines[-1][:200].rstrip(".") if lines else f"signal {-status}" if status < 0 else f"status {status}"
