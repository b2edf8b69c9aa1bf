"""The model card of a run, written from what lies in its folder."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from nnapp.files import publish_text
from nnapp.runs.folder import Run
from nnapp.runs.spec import RunSpec

if TYPE_CHECKING:
    from nnapp.data.prepare import Prepared
    from nnapp.runs.stages import Fitted


def write_card(run: Run, spec: RunSpec, prepared: Prepared, fitted: Fitted, result: Mapping[str, Any]) -> None:
    """Leaves `card.md`; `result` is what `result.json` will hold."""
    from nnapp.baselines import load_baselines
    from nnapp.data.store import DataStore
    from nnapp.export import CardFacts, finished_exports, model_card

    facts = CardFacts(
        name=run.name,
        created=time.strftime("%Y-%m-%d", time.gmtime(run.status.created)),
        source=DataStore(run.home).name(spec.data.sha256),
        sha256=spec.data.sha256,
        rows=prepared.parts.rows,
        task=prepared.task,
        data=prepared.data,
        architecture=spec.model,
        training=spec.training.model_dump(mode="json"),
        parameters=fitted.parameters,
        epochs=fitted.epochs,
        seconds=fitted.seconds,
        test=result["test"],
        intervals={name: (low, high) for name, (low, high) in result["intervals"].items()},
        baselines=[rival.result for rival in load_baselines(run.folder)],
        verdict=result["verdict"],
        caveats=[f"{finding.problem} {finding.remedy}" for finding in prepared.findings if finding.severity != "error"],
        exports=tuple(finished_exports(run.folder / "exports").values()),
        versions=spec.versions,
        steering=[each.text for each in fitted.steering],
        interval=result.get("interval", {}),
    )
    run.must_exist()
    publish_text(run.folder / "card.md", model_card(facts))
