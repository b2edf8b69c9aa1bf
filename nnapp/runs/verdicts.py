"""From a run's predictions to its reports, and to the numbers that sum it up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from nnapp.runs.folder import Run
from nnapp.runs.spec import RunSpec

if TYPE_CHECKING:
    from nnapp.metrics import Predictions, Rival
    from nnapp.runs.stages import Fitted

Scores = dict[str, float | None]


def judge(run: Run, spec: RunSpec, predictions: Predictions, rivals: Sequence[Rival]) -> dict[str, Any]:
    """Every report on the test part, as JSON by name. Leaves `evaluation.json`."""
    from nnapp.evaluation import evaluate

    reports = {name: report.to_dict() for name, report in evaluate(predictions, rivals, seed=spec.training.seed).items()}
    run.write_json("evaluation.json", reports)
    return reports


def summary(run: Run, spec: RunSpec, fitted: Fitted, reports: Mapping[str, Any], rivals: Sequence[Rival]) -> dict[str, Any]:
    """What `result.json` holds and `train --json` prints: the keys that other programs rely on, and a few more."""
    test, intervals = _network_scores(reports)
    task = run.task
    return {
        "run": run.id,
        "status": fitted.ended,
        "folder": str(run.folder.resolve()),
        "task": None if task is None else task.kind,
        "architecture": spec.architecture,
        "rows": run.read_json("rows.json"),
        "epochs": fitted.epochs,
        "seconds": fitted.seconds,
        "test": test,
        "intervals": intervals,
        "baselines": {rival.result.name: dict(rival.result.metrics) for rival in rivals if rival.answers is not None},
        "best_epoch": fitted.best_epoch,
        "stopped_early": fitted.stopped_early,
        "batch_size": fitted.batch_size,
        "device": fitted.device,
        "target": None if task is None else task.target,
        "verdict": reports["verdict"]["headline"]["sentence"],
        **_interval(reports),
    }


def _interval(reports: Mapping[str, Any]) -> dict[str, Any]:
    """Of a forecast: the share of truths that its interval was asked to hold, the share that it held, and its mean width."""
    headline = reports.get("interval", {}).get("headline", {})
    return {} if headline.get("asked") is None else {"interval": {name: headline[name] for name in ("asked", "inside", "width")}}


def _network_scores(reports: Mapping[str, Any]) -> tuple[Scores, dict[str, list[float]]]:
    """The network's metrics on the test part and their 95 % intervals, out of the report `scores`."""
    rows = [row for row in reports["scores"]["table"] if row["model"] == "network"]
    return {row["metric"]: row["value"] for row in rows}, {row["metric"]: [row["low"], row["high"]] for row in rows if row["low"] is not None}
