"""Build a network that nobody has trained, and measure its layers."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from nnapp.data.dataset import DataSpec
from nnapp.runs.desk import Desk
from nnapp.runs.folder import Run
from nnapp.runs.perform import KINDS, Outcome
from nnapp.runs.recorder import FolderRecorder
from nnapp.runs.spec import RunSpec
from nnapp.tasks import TaskSpec


@KINDS.register("describe")
def describe(run: Run, arguments: dict[str, Any], recorder: FolderRecorder) -> Outcome:
    """Leave the anatomy of the network of `arguments["spec"]` on the desk."""
    from nnapp.anatomy.measure import anatomy_of

    spec = RunSpec.parse(arguments["spec"])
    recorder.phase("reading")
    data, task, rows = _outline(run, spec)
    recorder.phase("describing")
    spec.model.check(data, task)
    anatomy = anatomy_of(spec.model.build(data, task), rows=rows)
    found = anatomy.model_dump(mode="json")
    Desk(run.home).keep("describe", spec, found)
    return Outcome(found)


def _outline(run: Run, spec: RunSpec) -> tuple[DataSpec, TaskSpec, int]:
    """What the network takes and gives, and the training rows. Kept, since all networks for the same data share it."""
    from nnapp.data.prepare import outline
    from nnapp.data.store import DataStore

    bins, rebuilds = type(spec.model).encodes_bins, type(spec.model).rebuilds
    values = spec.model_dump(mode="json", include={"data", "split", "preprocessing", "augmentation", "versions"}) | {"bins": bins, "rebuilds": rebuilds}
    name = f"outlines/{hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:24]}.json"
    if (known := run.read_json(name)) is not None:
        return DataSpec.parse(known["data"]), TaskSpec.parse(known["task"]), int(known["rows"])
    data, task, rows = outline(DataStore(run.home), spec.data, spec.split, spec.preprocessing, bins=bins, augmentation=spec.augmentation, rebuilds=rebuilds)
    run.write_json(name, {"data": data.model_dump(mode="json"), "task": task.model_dump(mode="json"), "rows": rows})
    return data, task, rows
