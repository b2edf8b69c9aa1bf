"""Killed at any instant, or stopped by a full disk: a run ends as if nothing had happened, or says why not."""

from __future__ import annotations

import contextlib
import json
import os
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from nnapp.metrics import Predictions
from nnapp.runs.api import wait
from nnapp.runs.failures import explained
from nnapp.runs.folder import Run
from nnapp.runs.launch import InlineLauncher, ProcessLauncher
from nnapp.runs.spec import RunSpec
from nnapp.training.checkpoint import progress_in
from tests.conftest import PROJECT
from tests.homes import until
from tests.test_runs_training import LIMIT, QUICK, Place, no_drafts

pytestmark = pytest.mark.tensorflow

SPEC = {**QUICK, "training.epochs": 120, "training.early_stopping": False, "training.deterministic": True}
STARTER = "import sys, time; from pathlib import Path; from nnapp.runs.api import start_run; from nnapp.runs.spec import RunSpec; \
from nnapp.runs.store import RunStore; print(start_run(RunStore(Path(sys.argv[1])), RunSpec.from_json(sys.argv[2])).id, flush=True); time.sleep(600)"
"""What the web server does, and then it waits to be killed."""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    found = Place(tmp_path_factory.mktemp("killed"))
    yield found
    found.close()


@pytest.fixture(scope="module")
def whole(place: Place) -> Run:
    """The run that nobody disturbs."""
    run = wait(place.start(SPEC), limit=LIMIT)
    assert run.status.state == "finished", run.failure
    return run


def assert_same(run: Run, whole: Run) -> None:
    """The same answers to the last bit, the same curve, and no step told twice."""
    assert run.status.state == "finished", run.failure
    ours, theirs = (Predictions.from_parquet(each.folder / "predictions.parquet") for each in (run, whole))
    np.testing.assert_array_equal(ours.probabilities, theirs.probabilities)
    curves = [[(m.step, m.split, m.name, m.value) for m in each.metrics()[0] if m.split == "validation"] for each in (run, whole)]
    assert curves[0] == curves[1]
    told = [(m.step, m.split, m.name) for m in run.metrics()[0]]
    assert len(told) == len(set(told))
    assert no_drafts(run.folder)


def assert_no_half_file(folder: Path) -> None:
    """What is published can be read, whoever was killed meanwhile."""
    for path in folder.rglob("[!.]*.json"):
        if not any(part.startswith(".") for part in path.relative_to(folder).parts):
            json.loads(path.read_bytes())
    progress_in(folder / "checkpoint")


def started_by_a_server_that_is_killed(place: Place, spec: RunSpec) -> Run:
    words = [sys.executable, "-c", STARTER, str(place.store.home), spec.to_json()]
    environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True, start_new_session=True, env=environment) as server:
        assert server.stdout is not None
        name = server.stdout.readline().strip()
        os.killpg(server.pid, signal.SIGKILL)
    return place.store.get(name)


def disturb(place: Place, run: Run, random: np.random.Generator) -> bool:
    """Kill the worker, the supervisor or both at some instant of a sitting; whether there was one to kill."""

    def is_taken() -> bool:
        ProcessLauncher(place.store.home).ensure()  # as a page does at every look: a supervisor takes a moment to die
        return run.is_locked or run.status.is_final

    until(is_taken, "a worker has it", LIMIT)
    time.sleep(float(random.uniform(0, 4)))
    worker, victim = run.status.pid, random.choice(["worker", "worker", "supervisor", "both"])
    if not run.is_locked or worker is None:
        return False
    pids = {"worker": [worker], "supervisor": [place.supervisor()], "both": [worker, place.supervisor()]}
    for pid in pids[str(victim)]:
        with contextlib.suppress(ProcessLookupError):  # it has ended meanwhile, or was killed the last time
            os.kill(pid, signal.SIGKILL)
    assert_no_half_file(run.folder)
    return True


def survive(place: Place, whole: Run, kills: int, seed: int) -> None:
    """Train runs like `whole` and kill so often; every one of them must end the same."""
    random, done = np.random.default_rng(seed), 0
    while done < kills:
        run = started_by_a_server_that_is_killed(place, whole.spec)
        while not run.status.is_final or run.status.state == "failed":
            if run.status.state == "failed":
                assert run.failure is not None
                assert "times without progress" in run.failure.problem
                run.request("resume")
            if done >= kills:
                wait(run, limit=LIMIT)
                continue
            done += disturb(place, run, random)
        assert_same(run, whole)


def test_five_kills_at_random_instants_change_nothing(place: Place, whole: Run) -> None:
    survive(place, whole, 5, seed=20)


@pytest.mark.accept
def test_a_hundred_kills_at_random_instants_change_nothing(place: Place, whole: Run) -> None:
    survive(place, whole, int(os.environ.get("NNAPP_KILLS", "100")), seed=21)


def test_a_full_disk_keeps_the_earlier_checkpoint_and_the_run_goes_on_when_there_is_room(whole: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit on the size of files stands for the full disk: the kernel refuses a write half-way, as it would there."""
    monkeypatch.setattr("nnapp.training.hand.BETWEEN_CHECKPOINTS", 0.0)
    place = Place(tmp_path)
    run = place.store.create(whole.spec)
    state = run.folder / "checkpoint" / "state.npz"
    usual = resource.getrlimit(resource.RLIMIT_FSIZE)

    def fill() -> None:
        until(lambda: state.exists() and run.status.epoch >= 3, "there is a checkpoint", LIMIT)
        resource.setrlimit(resource.RLIMIT_FSIZE, (state.stat().st_size // 2, usual[1]))

    filling = threading.Thread(target=fill)
    filling.start()
    try:
        with pytest.raises(OSError, match="File too large"):
            InlineLauncher().launch(run)
    finally:
        filling.join()
        resource.setrlimit(resource.RLIMIT_FSIZE, usual)
    assert run.failure is not None
    assert (run.status.state, run.failure.problem) == ("failed", "The disk is full: it could not go on training.")
    assert "resume it" in run.failure.remedy
    assert no_drafts(run.folder)
    assert 0 < progress_in(run.folder / "checkpoint").epoch < 120
    run.request("resume")
    ProcessLauncher(place.store.home).ensure()
    assert_same(wait(run, limit=LIMIT), whole)
    assert [event.kind for event in run.events()[0]].count("retried") == 1
    place.close()


def test_memory_that_does_not_suffice_is_told_with_a_smaller_batch_as_the_remedy() -> None:
    import tensorflow as tf

    with pytest.raises(tf.errors.ResourceExhaustedError) as caught:
        tf.zeros([1 << 46])
    failure = explained(caught.value, "training")
    assert failure.problem == "The memory did not suffice while training."
    assert "smaller batch" in failure.remedy
    assert not failure.fault
