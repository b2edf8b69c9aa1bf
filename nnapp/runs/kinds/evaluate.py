"""Judge a trained run's predictions again. No Keras."""

from __future__ import annotations

from typing import Any

from nnapp.runs.folder import Run
from nnapp.runs.perform import KINDS, Outcome
from nnapp.runs.recorder import FolderRecorder
from nnapp.runs.verdicts import judge


@KINDS.register("evaluate")
def evaluate(run: Run, arguments: dict[str, Any], recorder: FolderRecorder) -> Outcome:
    """Write `evaluation.json` anew from the kept predictions and baselines; gives the reports by name."""
    from nnapp.baselines import load_baselines
    from nnapp.metrics import Predictions

    del arguments
    recorder.phase("evaluating")
    predictions = Predictions.from_parquet(run.folder / "predictions.parquet")
    return Outcome({"reports": judge(run, run.spec, predictions, load_baselines(run.folder))})
