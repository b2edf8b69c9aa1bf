"""Conversions in a child, as a worker makes them: what each came to, by format."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from nnapp.errors import ExportError
from nnapp.export.job import ConversionJob
from nnapp.export.process import convert


def main(arguments: Sequence[str]) -> int:
    """Convert what `JOB.json` asks for; leaves `made.json` beside it: the problem of each format, or null."""
    path = Path(arguments[0])
    made = convert(ConversionJob.from_json(path.read_bytes()))
    told = {name: outcome.problem if isinstance(outcome, ExportError) else None for name, outcome in made.items()}
    (path.parent / "made.json").write_text(json.dumps(told))
    return 0
