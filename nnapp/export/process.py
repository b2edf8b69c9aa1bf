"""The parent's side of a conversion: start children, collect what they made, and say plainly what died."""

from __future__ import annotations

import json
import signal
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from nnapp.children import Program, start
from nnapp.errors import ExportError
from nnapp.export.job import REFERENCE, Conversion, ConversionJob

LOG = "log.txt"
START_SECONDS = 120
"""Allowed for importing TensorFlow and reading the network on a busy machine."""
TRY_INSTEAD = {"tflite-int8": "tflite-dynamic", "tflite-dynamic": "tflite-float16", "tflite-float16": "tflite", "tflite": "saved-model"}


Outcome = Conversion | ExportError


def convert(job: ConversionJob) -> dict[str, Outcome]:
    """Make every format of the job; one that kills its child costs a new child, not the others.

    Returns:
        By format: the conversion, or why there is none.
    """
    outcomes: dict[str, Outcome] = {}
    remaining = job.formats
    while remaining:
        code = run_child([job.model_copy(update={"formats": remaining})])
        for name in remaining:
            if (found := outcome(job, name)) is not None:
                outcomes[name] = found
        missing = tuple(name for name in remaining if name not in outcomes)
        if missing:
            # Formats are made in order, so the first one without a result is the one that ended the child.
            outcomes[missing[0]] = _died(job, missing[0], code)
        remaining = missing[1:]
    return outcomes


def run_child(jobs: Sequence[ConversionJob]) -> int:
    """Run one child to its end, and return its exit code: minus a signal's number where that ended it."""
    paths = [Path(job.results) / "job.json" for job in jobs]
    for path, job in zip(paths, jobs, strict=True):
        path.write_text(job.to_json(), encoding="utf-8")
    # No GPU, which training may be using.
    child = start(
        Program(
            module="nnapp.export.child",
            arguments=tuple(map(str, paths)),
            log=str(Path(jobs[0].results) / LOG),
            environment={"CUDA_VISIBLE_DEVICES": "-1"},
        )
    )
    try:
        # The child has an alarm of its own for every format; this is for one that cannot even start.
        code = child.wait(sum(START_SECONDS + job.seconds * (len(job.formats) + 1) for job in jobs))
    finally:
        child.kill()
    return -signal.SIGALRM if code is None else code


def outcome(job: ConversionJob, name: str) -> Outcome | None:
    """What the child left for this format, or None."""
    results = Path(job.results)
    told = results / f"{name}.error.json"
    if told.exists():
        return ExportError(**json.loads(told.read_bytes()))
    made = results / f"{name}.npz"
    if not made.exists():
        return None
    with np.load(results / f"{REFERENCE}.npz", allow_pickle=False) as stored:
        reference = stored["logits"]
    with np.load(made, allow_pickle=False) as stored:
        return Conversion(stored["logits"], reference, float(stored["seconds"]), float(stored["latency_ms"]))


def _died(job: ConversionJob, name: str, code: int) -> ExportError:
    """Why a child ended without a word, in words."""
    instead = TRY_INSTEAD.get(name)
    remedy = f"Export it as {instead} instead." if instead else "Try again when the machine has more free memory."
    if code == -signal.SIGALRM:
        return ExportError(f"The conversion to {name} took longer than {job.seconds} seconds and was ended.", remedy=remedy)
    if code == -signal.SIGKILL:
        return ExportError(f"The conversion to {name} was killed, most likely for want of memory.", remedy="Close other programs, or train a smaller network.")
    if code < 0:
        return ExportError(f"The converter crashed on the way to {name} ({signal.Signals(-code).name}).", remedy=remedy)
    return ExportError(f"The conversion to {name} failed: {_last_words(Path(job.results) / 'log.txt')}.", remedy=remedy)


def _last_words(log: Path) -> str:
    """The last line that a child printed."""
    lines: Sequence[str] = [line.strip() for line in log.read_text("utf-8", errors="replace").splitlines() if line.strip()]
    return lines[-1][:200].rstrip(".") if lines else "it ended without a reason"
