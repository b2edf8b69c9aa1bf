"""Look for the learning rate of settings that nobody has trained yet."""

from __future__ import annotations

from typing import Any

from nnapp.runs.desk import Desk
from nnapp.runs.folder import Run
from nnapp.runs.perform import KINDS, Outcome
from nnapp.runs.recorder import FolderRecorder
from nnapp.runs.spec import RunSpec
from nnapp.runs.stages import read_data


@KINDS.register("find_rate")
def find_rate(run: Run, arguments: dict[str, Any], recorder: FolderRecorder) -> Outcome:
    """Train a network of its own for some steps with a rising rate; leave the curve on the desk."""
    from nnapp.training.rate_finder import find_rate as find

    spec = RunSpec.parse(arguments["spec"])
    prepared = read_data(run, spec, recorder)
    recorder.phase("trying rates")
    curve = find(
        lambda: spec.model.build(prepared.data, prepared.task),
        prepared.parts.train,
        prepared.task,
        spec.training,
        progress=lambda share: recorder.progress(f"trying rates: {round(100 * share)} %"),
    )
    found = curve.model_dump(mode="json")
    Desk(run.home).keep("find_rate", spec, found)
    return Outcome(found)
