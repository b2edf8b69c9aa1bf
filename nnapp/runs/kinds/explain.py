"""Say which columns, pixels, moments or words moved a trained network's answers."""

from __future__ import annotations

from typing import Any

from nnapp.errors import SpecError
from nnapp.files import safe_join
from nnapp.runs.folder import Run
from nnapp.runs.perform import KINDS, Outcome
from nnapp.runs.recorder import FolderRecorder
from nnapp.runs.stages import load_model, raw_cells, read_data


@KINDS.register("explain")
def explain(run: Run, arguments: dict[str, Any], recorder: FolderRecorder) -> Outcome:
    """Explain rows of one part; leaves `explanations/<explainer>/`.

    Args:
        run: A trained run.
        arguments: `explainer` (a name; the usual one of the kind of data unless given), `settings` (its fields), `part` (`test` unless given).
        recorder: Told the share that is done.
    """
    from nnapp.explanation import EXPLAINERS, explainers_for, save
    from nnapp.explanation import explain as explained
    from nnapp.explanation.overview import reports

    part = arguments.get("part", "test")
    if part not in {"train", "validation", "test"}:
        raise SpecError(f"There is no part called {part!r}.", remedy="Choose train, validation or test.")
    preprocessing, spec = run.preprocessing or {}, run.spec
    if run.task is not None and run.task.kind == "anomaly":
        raise SpecError(
            "A flagged step is explained by what came beside what was expected.", remedy="Both stand on the Results page, and in evaluate's report watch."
        )
    fitting = explainers_for(preprocessing["kind"])
    if not fitting:
        raise SpecError(f"There is no explainer for {preprocessing['kind']} data.", remedy="Look at the worst answers on the Results page instead.")
    name = arguments.get("explainer") or fitting[0]
    explainer = EXPLAINERS[name].parse(arguments.get("settings", {}))
    prepared = read_data(run, spec, recorder)
    recorder.phase("explaining")
    found = explained(
        explainer,
        load_model(run),
        prepared.parts.train,
        prepared.parts[part],
        cells=raw_cells(run, spec, prepared, part),
        preprocessing=preprocessing,
        progress=lambda share: recorder.progress(f"explaining: {share:.0%}".replace("%", " %")),
    )
    run.must_exist()
    folder = safe_join(run.folder / "explanations", name)
    save(found, folder)
    return Outcome(
        {"explainer": name, "path": str(folder.resolve()), "rows": len(found), "reports": {key: each.to_dict() for key, each in reports(found).items()}}
    )
