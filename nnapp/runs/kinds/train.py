"""Train a network, judge it on the test part, and make it ready for use."""

from __future__ import annotations

from typing import Any

from nnapp.runs.folder import Run
from nnapp.runs.perform import KINDS, Outcome
from nnapp.runs.recorder import FolderRecorder
from nnapp.runs.stages import Rivals, answers, card, describe, export_for_use, fit, judge, prepare_data


@KINDS.register("train")
def train(run: Run, arguments: dict[str, Any], recorder: FolderRecorder) -> Outcome:
    """Do the whole of a run; what has been done by an earlier worker is not done again."""
    spec = run.spec
    prepared = prepare_data(run, recorder, spec)
    recorder.check()
    with Rivals(run, prepared.parts) as rivals:
        model, fitted = fit(run, spec, prepared, recorder)
        recorder.phase("evaluating")
        predictions = answers(run, model, prepared)
        recorder.phase("baselines")
        baselines = rivals.results(hurry=fitted.ended == "stopped")
    recorder.phase("evaluating")
    reports = judge(run, predictions, baselines)
    recorder.phase("exporting")
    export_for_use(run, prepared, spec, recorder)
    card(run, prepared, spec, baselines, reports)
    state = "stopped" if fitted.ended == "stopped" else "finished"
    return Outcome(describe(run, spec, prepared, fitted, predictions, baselines, state), state)
