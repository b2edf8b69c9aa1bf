"""Worker processes as the supervisor holds them, and what is left of them when they are lost."""

from __future__ import annotations

import signal
from dataclasses import dataclass
from pathlib import Path

import psutil

from nnapp.children import Child, Program
from nnapp.runs.folder import Run
from nnapp.runs.jobs import Job
from nnapp.runs.worker import WORK_VARIABLE, Order

WARM_MODULES = (
    "tensorflow",
    "tensorflow.lite.python.lite",
    "keras",
    "pandas",
    "pyarrow",
    "PIL.Image",
    "ai_edge_litert.interpreter",
    "nnapp.baselines",
    "nnapp.data.prepare",
    "nnapp.data.store",
    "nnapp.export.child",
    "nnapp.anatomy.measure",
    "nnapp.runs.kinds.describe",
    "nnapp.runs.kinds.explain",
    "nnapp.runs.kinds.export",
    "nnapp.runs.kinds.train",
    "nnapp.runs.worker",
    "nnapp.training.train",
)
"""What workers and their children need, imported by the nursery. None of them uses TensorFlow when it is imported."""


@dataclass(frozen=True)
class Hand:
    """A worker at work."""

    child: Child
    work: Run | Job
    gpus: tuple[int, ...]


def program_of(work: Run | Job, gpus: tuple[int, ...]) -> Program:
    """What a worker does; it goes on when its supervisor ends."""
    order = Order(folder=str(work.folder), kind=work.kind if isinstance(work, Run) else "job", gpu=next(iter(gpus), None), gpus=gpus)
    return Program(module="nnapp.runs.worker", arguments=(order.model_dump_json(),), log=str(work.log_path), tied=False)


def end_orphans(folder: Path) -> None:
    """Kill the children that a lost worker left behind: whoever carries its folder in the environment.

    Forked children show the nursery's environment instead; the kernel has ended them with the worker.
    """
    for process in psutil.process_iter():
        try:
            if process.environ().get(WORK_VARIABLE) == str(folder):
                process.send_signal(signal.SIGKILL)
        except psutil.Error:  # gone meanwhile, or another user's
            continue
