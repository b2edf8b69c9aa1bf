"""Fitting all baselines within a budget, while the network trains."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from nnapp.baselines.arrays import arrays_of
from nnapp.baselines.base import BASELINES, Arrays, Baseline, in_order
from nnapp.baselines.process import Attempt, attempts
from nnapp.data.dataset import Parts
from nnapp.errors import RunError
from nnapp.files import publish, publish_json
from nnapp.metrics import BaselineResult, Rival, bootstrap, score, true_answers
from nnapp.tasks import Answers, TaskSpec

BUDGET_SECONDS = 60.0
RESULTS, ANSWERS, SCRATCH = "baselines.json", "baselines.npz", "baselines-scratch"


def run_baselines(
    parts: Parts, folder: Path, budget_seconds: float = BUDGET_SECONDS, *, given_up: Callable[[], bool] = lambda: False, seed: int = 42
) -> tuple[Rival, ...]:
    """Fit every baseline of the task, one after the other, in a process that is ended when their time is up.

    It blocks; call it from a thread to run beside the training.

    Args:
        parts: The network's own data.
        folder: Where `baselines.json` and `baselines.npz` are published.
        budget_seconds: For all of them together; the intervals come on top.
        given_up: Asked several times a second; when it says True the rest is left out.
        seed: Of the intervals.

    Returns:
        A result for each baseline, from the simplest to the strongest, with its answers to the test part or the reason why it was left out.
    """
    task = parts.train.task
    scratch = folder / SCRATCH
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    try:
        arrays = arrays_of(parts)
        arrays.save(scratch / "arrays.npz")
        names = [name for name in in_order() if BASELINES[name].is_for(parts.train.data.kind, task.kind)]
        made = {name: Attempt(None, 0.0, left_out=why) for name in names if (why := _reason(BASELINES[name](), arrays, task))}
        made |= attempts([name for name in names if name not in made], task, scratch, budget_seconds, given_up)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    truth = true_answers(parts.test)
    rivals = tuple(_rival(name, task, truth, made[name], seed) for name in names)
    save_baselines(folder, rivals)
    return rivals


def _reason(baseline: Baseline, arrays: Arrays, task: TaskSpec) -> str:
    """Why a baseline is not even begun, as a sentence; empty when it is."""
    if reason := baseline.left_out(arrays, task):
        return reason
    return "" if len(arrays.test) else f"{baseline.title} was left out: the test part has no examples."


def _rival(name: str, task: TaskSpec, truth: np.ndarray, made: Attempt, seed: int) -> Rival:
    baseline, answers = BASELINES[name], made.answers
    result = BaselineResult(
        name=name,
        title=baseline.title,
        sentence=baseline.sentence,
        metrics={} if answers is None else score(task, truth, answers),
        intervals={} if answers is None else bootstrap(task, truth, answers, seed=seed),
        seconds=made.seconds,
        left_out=made.left_out,
        note=made.note,
    )
    return Rival(result, answers)


def save_baselines(folder: Path, rivals: Sequence[Rival]) -> None:
    """Publish answers as `.npz`, then results as JSON."""
    arrays: dict[str, np.ndarray] = {}
    for rival in rivals:
        if rival.answers is not None:
            arrays[f"{rival.result.name}.prediction"] = rival.answers.prediction
            if rival.answers.probabilities is not None:
                arrays[f"{rival.result.name}.probabilities"] = rival.answers.probabilities
    with publish(folder / ANSWERS) as draft:
        np.savez_compressed(draft, **arrays)  # type: ignore[arg-type]  # the stubs see a flag among the names
    publish_json(folder / RESULTS, [rival.result.model_dump(mode="json") for rival in rivals])


def load_baselines(folder: Path) -> tuple[Rival, ...]:
    """Read what `run_baselines` left in a run's folder; nothing where it has not come to it.

    Raises:
        RunError: When the files cannot be read.
    """
    if not (folder / RESULTS).exists():
        return ()
    try:
        results = [BaselineResult.parse(each) for each in json.loads((folder / RESULTS).read_text(encoding="utf-8"))]
        with np.load(folder / ANSWERS, allow_pickle=False) as stored:
            arrays = {name: stored[name] for name in stored.files}
    except (OSError, ValueError) as error:
        raise RunError(f"The baselines of this run cannot be read: {error}.", remedy="Train the run again.") from error
    return tuple(Rival(result, _answers(arrays, result.name)) for result in results)


def _answers(arrays: dict[str, np.ndarray], name: str) -> Answers | None:
    if f"{name}.prediction" not in arrays:
        return None
    return Answers(arrays[f"{name}.prediction"], arrays.get(f"{name}.probabilities"))
