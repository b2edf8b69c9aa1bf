"""`python -m nnapp.export.child JOB.json …`: converts, and runs what it has made, in a process that may crash."""

from __future__ import annotations

import resource
import signal
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nnapp.errors import ExportError, NnappError
from nnapp.export.base import EXPORTERS, Converted
from nnapp.export.job import REFERENCE, ConversionJob
from nnapp.export.source import Source
from nnapp.files import publish, publish_json
from nnapp.inference.keras_network import KerasPredictor

MOST_BYTES = 8 << 30
"""No file of a conversion may grow beyond this."""


def main(arguments: Sequence[str]) -> int:
    """Do the jobs whose files are named; a result or an error appears for each format as it is done."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (MOST_BYTES, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))
    for argument in arguments:
        job = ConversionJob.from_json(Path(argument).read_bytes())
        with tempfile.TemporaryDirectory(dir=job.results) as scratch:
            _do(job, Path(scratch))
    return 0


def _do(job: ConversionJob, scratch: Path) -> None:
    """The network's own answers first, then every format."""
    results = Path(job.results)
    # The default action of the alarm ends the process even inside C++.
    signal.alarm(job.seconds)
    source = Source(job, scratch)
    try:
        reference = KerasPredictor(source.model).logits(source.test)
    except NnappError as error:
        for name in job.formats:
            publish_json(results / f"{name}.error.json", error.as_dict())
        return
    _keep(results / f"{REFERENCE}.npz", logits=reference)
    for name in job.formats:
        signal.alarm(job.seconds)
        _one(source, name, results)
    signal.alarm(0)


def _one(source: Source, name: str, results: Path) -> None:
    """Make and run one format."""
    exporter = EXPORTERS[name]()
    if not isinstance(exporter, Converted):
        raise TypeError(f"{name} is not made by a conversion")
    output = results / exporter.file
    try:
        begin = time.monotonic()
        exporter.convert(source, output)
        seconds = time.monotonic() - begin
        logits = exporter.predictor(source, output).logits(source.test)
        if not np.isfinite(logits).all():
            raise ExportError(
                f"The {exporter.title} file gives answers that are not numbers.",
                remedy="Export it as TFLite (float32), and look for extreme values in the data.",
            )
        _keep(results / f"{name}.npz", logits=logits, seconds=np.float64(seconds), latency_ms=np.float64(exporter.latency_ms(source, output)))
    except NnappError as error:
        publish_json(results / f"{name}.error.json", error.as_dict())


def _keep(path: Path, **arrays: NDArray[np.generic] | np.generic) -> None:
    with publish(path) as draft, draft.open("wb") as stream:
        np.savez(stream, allow_pickle=False, **arrays)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
