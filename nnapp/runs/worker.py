"""`python -m nnapp.runs.worker ORDER`: does exactly one thing, told by one JSON object.

A supervisor with a nursery forks it instead, with TensorFlow imported, so that a run starts at once.
"""

from __future__ import annotations

import contextlib
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

WORK_VARIABLE = "NNAPP_WORK"
"""In the environment of every child of a worker: the folder it works on, by which orphans are known."""


class Order(Spec):
    """What a worker is told."""

    folder: str
    kind: str
    gpu: int | None = None
    gpus: tuple[int, ...] = ()

    @property
    def given(self) -> tuple[int, ...]:
        """Indices of the GPUs it may use; none where nobody gave it any."""
        return self.gpus or (() if self.gpu is None else (self.gpu,))


def main(arguments: Sequence[str]) -> int:
    """Do what the order says.

    Returns:
        0, also where there was nothing to do or it failed for a reason that is told in the folder.
    """
    order = Order.from_json(arguments[0])
    folder = Path(order.folder)
    if not folder.is_dir():
        return 0
    os.environ[WORK_VARIABLE] = str(folder)
    if order.given:
        os.environ["CUDA_VISIBLE_DEVICES"] = ",".join(map(str, order.given))
    work: Run | Job = Run(folder) if order.kind == "train" else Job(folder)
    try:
        perform(work, gpus=order.given, on_gone=_vanish)
    finally:
        _end_children()
    return 0


def _end_children() -> None:
    """Leave nobody behind: a baseline may still be at work when its run has failed. Forked children end by themselves."""
    for child in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            child.kill()


def _vanish() -> None:
    """End at once, with every child: the folder has been deleted, or nobody wants the result."""
    _end_children()
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
