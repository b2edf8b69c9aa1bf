"""Make a file of a trained network, and run it on the whole test part."""

from __future__ import annotations

from typing import Any

from nnapp.runs.answering import lay_out
from nnapp.runs.folder import Run
from nnapp.runs.perform import KINDS, Outcome
from nnapp.runs.recorder import FolderRecorder
from nnapp.runs.stages import FORMAT_IN_USE, exporting_of, read_data


@KINDS.register("export")
def export(run: Run, arguments: dict[str, Any], recorder: FolderRecorder) -> Outcome:
    """Make `arguments["format"]` (and, for a packed format, what `inside` names); gives its passport."""
    from nnapp.export import export as make

    spec = run.spec
    prepared = read_data(run, spec, recorder)
    recorder.phase("exporting")
    exporting = exporting_of(run, spec, prepared)
    made = make(exporting, arguments["format"], inside=arguments.get("inside"))
    if made.format == FORMAT_IN_USE:
        lay_out(run, exporting, made)
    return Outcome(made.model_dump(mode="json"))
