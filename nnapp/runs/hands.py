"""Worker processes as the supervisor holds them, and what is left of them when they are lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import psutil

import nnapp
from nnapp.runs.folder import Run
from nnapp.runs.jobs import Job
from nnapp.runs.worker import WORK_VARIABLE, Order

PROJECT = Path(nnapp.__file__).resolve().parent.parent
"""The folder that holds the package: children must import the same nnapp."""


def child_environment(more: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment of supervisors and workers: the same nnapp, a quiet TensorFlow that shares its GPU."""
    paths = [str(PROJECT), *filter(None, [os.environ.get("PYTHONPATH")])]
    fixed = {"PYTHONPATH": os.pathsep.join(paths), "PYTHONUNBUFFERED": "1", "KERAS_BACKEND": "tensorflow", "TF_FORCE_GPU_ALLOW_GROWTH": "true"}
    return {"TF_CPP_MIN_LOG_LEVEL": "2", **os.environ, **fixed, **(more or {})}


class Hand:
    """One worker process: warm and waiting, or at work.

    Args:
        log: Where it prints before it has work.
        warm: Whether it imports TensorFlow before it is given work.
    """

    def __init__(self, log: Path, *, warm: bool) -> None:
        words = [sys.executable, "-m", "nnapp.runs.worker", *(["--warm"] if warm else [])]
        with log.open("ab") as out:
            self.process = subprocess.Popen(
                words, stdin=subprocess.PIPE, stdout=out, stderr=out, cwd="/", env=child_environment(), start_new_session=True, close_fds=True
            )
        self.work: Run | Job | None = None
        self.gpu: int | None = None
        self.since = time.monotonic()

    def give(self, work: Run | Job, gpu: int | None) -> None:
        """Tell it what to do; a process that has died meanwhile is noticed by its exit code."""
        self.work, self.gpu, self.since = work, gpu, time.monotonic()
        line = Order(folder=str(work.folder), kind=work.kind if isinstance(work, Run) else "job", gpu=gpu).model_dump_json() + "\n"
        try:
            self._write(line.encode())
        except BrokenPipeError:
            return

    def _write(self, line: bytes) -> None:
        if self.process.stdin is None:
            raise ValueError("a worker without an input")
        self.process.stdin.write(line)
        self.process.stdin.close()

    def dismiss(self) -> None:
        """Let a waiting worker go home: its input ends."""
        if self.process.stdin is not None and not self.process.stdin.closed:
            self.process.stdin.close()


def end_orphans(folder: Path) -> None:
    """Kill the children that a lost worker left behind: whoever carries its folder in the environment."""
    for process in psutil.process_iter():
        try:
            if process.environ().get(WORK_VARIABLE) == str(folder):
                process.send_signal(signal.SIGKILL)
        except psutil.Error:  # gone meanwhile, or another user's
            continue
