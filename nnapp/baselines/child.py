"""The process in which one baseline is fitted: `python -m nnapp.baselines.child JOB.json`.

It reads `arrays.npz` and the job beside it, and leaves `<name>.npz` (the answers) and `<name>.json` (seconds and a note).
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
    """Fit the baseline that the job names and leave its answers beside it."""
    job = json.loads(job_path.read_text(encoding="utf-8"))
    # The kernel ends this process even if the one that started it is gone, and even within a long call.
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, job["seconds"] + 5)
    folder, name = job_path.parent, job["name"]
    task = TaskSpec.parse(job["task"])
    started = time.monotonic()
    fitted = BASELINES[name]().fit(Arrays.load(folder / "arrays.npz"), task, job["seconds"])
    stored: dict[str, np.ndarray] = {"prediction": fitted.answers.prediction}
    if fitted.answers.probabilities is not None:
        stored["probabilities"] = fitted.answers.probabilities
    with publish(folder / f"{name}.npz") as draft:
        np.savez_compressed(draft, **stored)  # type: ignore[arg-type]  # the stubs see a flag among the names
    publish_json(folder / f"{name}.json", {"seconds": time.monotonic() - started, "note": fitted.note})


if __name__ == "__main__":
    main(Path(sys.argv[1]))
