"""The process in which baselines are fitted: `python -m nnapp.baselines.child JOB.json`.

It reads `arrays.npz` beside the job, and leaves `<name>.npz` (the answers) and then `<name>.json` (seconds and a note) for each.
"""

from __future__ import annotations

import json
import signal
import sys
import time
from pathlib import Path

import numpy as np

from nnapp.baselines.base import BASELINES, Arrays
from nnapp.files import publish, publish_json
from nnapp.tasks import TaskSpec


def main(job_path: Path) -> None:
    """Fit the baselines that the job names, one after the other."""
    job = json.loads(job_path.read_text(encoding="utf-8"))
    # The kernel ends this process even if the one that started it is gone, and even within a long call.
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, job["seconds"] + 5)
    deadline = time.monotonic() + job["seconds"]
    task = TaskSpec.parse(job["task"])
    arrays = Arrays.load(job_path.parent / "arrays.npz")
    for name in job["names"]:
        fit(name, arrays, task, job_path.parent, deadline)


def fit(name: str, arrays: Arrays, task: TaskSpec, folder: Path, deadline: float) -> None:
    """Fit one baseline and leave its answers."""
    started = time.monotonic()
    fitted = BASELINES[name]().fit(arrays, task, deadline - started)
    stored: dict[str, np.ndarray] = {"prediction": fitted.answers.prediction}
    if fitted.answers.probabilities is not None:
        stored["probabilities"] = fitted.answers.probabilities
    with publish(folder / f"{name}.npz") as draft:
        np.savez_compressed(draft, **stored)  # type: ignore[arg-type]  # the stubs see a flag among the names
    publish_json(folder / f"{name}.json", {"seconds": time.monotonic() - started, "note": fitted.note})


if __name__ == "__main__":
    main(Path(sys.argv[1]))
