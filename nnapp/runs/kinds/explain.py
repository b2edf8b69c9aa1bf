"""Say which columns or pixels moved a trained network's answers."""

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
        arguments: `explainer` (a name), `settings` (its fields), `part` (`test` unless given).
        recorder: Told the share that is done.
    """
    from nnapp.explanation import EXPLAINERS, save
    from nnapp.explanation import explain as explained
    from nnapp.explanation.views import reports

    name, part = arguments.get("explainer", "expected_gradients"), arguments.get("part", "test")
    if part not in {"train", "validation", "test"}:
        raise SpecError(f"There is no part called {part!r}.", remedy="Choose train, validation or test.")
    explainer = EXPLAINERS[name].parse(arguments.get("settings", {}))
    spec = run.spec
    prepared = read_data(run, spec, recorder)
    recorder.phase("explaining")
    found = explained(
        explainer,
        load_model(run),
        prepared.parts.train,
        prepared.parts[part],
        cells=raw_cells(run, spec, prepared, part),
        progress=lambda share: recorder.progress(f"explaining: {share:.0%}".replace("%", " %")),
    )
    run.must_exist()
    folder = safe_join(run.folder / "explanations", name)
    save(found, folder)
    return Outcome(
        {"explainer": name, "path": str(folder.resolve()), "rows": len(found), "reports": {key: each.to_dict() for key, each in reports(found).items()}}
    )
