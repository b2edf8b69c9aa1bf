"""`python -m nnapp.runs.worker`: does exactly one thing, told by one JSON line on its standard input.

With `--warm` it imports TensorFlow first and then waits, so that a run starts at once. It ends when its
input ends without a line, which is also what happens when its supervisor dies.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

import psutil

from nnapp.runs.folder import Run
from nnapp.runs.jobs import Job
from nnapp.runs.perform import perform
from nnapp.specs import Spec

WARM_MODULES = ("tensorflow", "keras", "pandas", "nnapp.runs.kinds.train")
WORK_VARIABLE = "NNAPP_WORK"
"""In the environment of every child of a worker: the folder it works on, by which orphans are known."""


class Order(Spec):
    """The one line."""

    folder: str
    kind: str
    gpu: int | None = None


def main(argv: Sequence[str]) -> int:
    """Wait for the line and do what it says.

    Returns:
        0, also where there was nothing to do or it failed for a reason that is told in the folder.
    """
    if "--warm" in argv:
        for module in WARM_MODULES:
            importlib.import_module(module)
    line = sys.stdin.readline()
    if not line.endswith("\n"):
        return 0
    order = Order.from_json(line)
    folder = Path(order.folder)
    if not folder.is_dir():
        return 0
    os.environ[WORK_VARIABLE] = str(folder)
    if order.gpu is not None:
        os.environ["CUDA_VISIBLE_DEVICES"] = str(order.gpu)
    work: Run | Job = Run(folder) if order.kind == "train" else Job(folder)
    _print_into(work.log_path)
    try:
        perform(work, gpu=order.gpu, on_gone=_vanish)
    finally:
        _end_children()
    return 0


def _print_into(log: Path) -> None:
    """Send everything that this process, its libraries and its children print into the log."""
    handle = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    os.dup2(handle, sys.stdout.fileno())
    os.dup2(handle, sys.stderr.fileno())
    os.close(handle)


def _end_children() -> None:
    """Leave nobody behind: a baseline may still be at work when its run has failed."""
    for child in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            child.kill()


def _vanish() -> None:
    """End at once, with every child: the folder has been deleted, or nobody wants the result."""
    _end_children()
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
