"""Train a network, judge it on the test part, and make it ready for use."""

from __future__ import annotations

from typing import Any

from nnapp.runs.card import write_card
from nnapp.runs.folder import Run
from nnapp.runs.perform import KINDS, Outcome
from nnapp.runs.recorder import FolderRecorder
from nnapp.runs.rivals import Rivals
from nnapp.runs.settling import settle
from nnapp.runs.stages import answers, export_for_use, fit, keep_data, read_data
from nnapp.runs.verdicts import judge, summary


@KINDS.register("train")
def train(run: Run, arguments: dict[str, Any], recorder: FolderRecorder) -> Outcome:
    """Do the whole of a run; what an earlier worker has finished is not done again."""
    del arguments
    spec = run.spec
    prepared = read_data(run, spec, recorder)
    keep_data(run, prepared)
    recorder.check()
    with Rivals(run, prepared.parts, recorder) as rivals:
        model, fitted = fit(run, spec, prepared, recorder)
        recorder.phase("evaluating")
        prepared = settle(run, model, prepared)
        predictions = answers(run, model, prepared)
        baselines = rivals.results()
    recorder.phase("evaluating")
    reports = judge(run, spec, predictions, baselines)
    result = summary(run, spec, fitted, reports, baselines)
    recorder.phase("exporting")
    export_for_use(run, spec, prepared, recorder)
    write_card(run, spec, prepared, fitted, result)
    return Outcome(result, fitted.ended)
