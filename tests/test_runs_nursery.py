"""Real trainings by workers that were forked with TensorFlow imported, and what is killed beside them."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import psutil
import pytest

from nnapp.data.samples import SAMPLES
from nnapp.data.specs import DataConfig
from nnapp.data.store import DataStore
from nnapp.files import FolderLock
from nnapp.runs.api import done, start_run, wait
from nnapp.runs.folder import Run
from nnapp.runs.launch import ProcessLauncher
from nnapp.runs.spec import plan
from nnapp.runs.store import RunStore
from nnapp.runs.supervisor import LOCK
from tests.homes import supervised, supervisor_of, until

pytestmark = pytest.mark.tensorflow

LIMIT = 200.0
QUICK = {"training.epochs": 2, "model.units": 8}
ENDLESS = {"training.epochs": 10_000, "model.units": 8, "training.early_stopping": False}


class Place:
    """A home with a sample in it, and its supervisor's nursery."""

    def __init__(self, store: RunStore) -> None:
        self.store = store
        (store.home / "samples").mkdir(parents=True)
        self.sha = DataStore(store.home).add(SAMPLES["iris"].write(store.home / "samples"))

    def begin(self, settings: dict[str, object]) -> Run:
        return start_run(self.store, plan(DataConfig(sha256=self.sha), "tabular", architecture="mlp", settings=settings))

    def nursery(self) -> psutil.Process:
        servers = [child for child in psutil.Process(supervisor_of(self.store.home)).children() if "forkserver" in " ".join(child.cmdline())]
        assert len(servers) == 1
        return servers[0]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with pytest.MonkeyPatch.context() as patch, supervised(tmp_path_factory.mktemp("forked") / "home") as store:
        patch.setenv("NNAPP_WARM", "1")
        patch.setenv("NNAPP_SLOTS", "1")
        patch.setenv("NNAPP_IDLE_SECONDS", "600")
        yield Place(store)


@pytest.fixture(scope="module")
def trained(place: Place) -> Run:
    run = wait(place.begin(QUICK), limit=LIMIT)
    assert run.status.state == "finished", run.failure
    return run


def test_the_nursery_has_imported_tensorflow_and_never_used_it(place: Place, trained: Run) -> None:
    server = place.nursery()
    assert server.memory_info().rss > 200 << 20, "TensorFlow is in it"
    # One of its own and one of pyarrow's allocator. TensorFlow starts one a core and more as soon as it is used.
    assert server.num_threads() <= 2
    assert trained.status.pid is not None


def test_a_worker_outlives_its_supervisor_is_adopted_and_ends_as_it_would_have(place: Place, trained: Run) -> None:
    run = place.begin(ENDLESS)
    until(lambda: run.status.epoch >= 2, "two epochs are done", LIMIT)
    worker, server, first = run.status.pid, place.nursery(), supervisor_of(place.store.home)
    assert worker is not None
    assert psutil.Process(worker).ppid() == server.pid
    os.kill(first, signal.SIGKILL)
    until(lambda: not FolderLock.is_held(place.store.home / LOCK), "the lock is free")
    ProcessLauncher(place.store.home).ensure()
    epoch = run.status.epoch
    until(lambda: run.status.epoch > epoch + 2, "it has gone on", LIMIT)
    run.request("stop")
    wait(run, limit=LIMIT)
    assert run.status.state == "stopped", run.failure
    assert run.status.pid == worker
    assert "lost" not in [event.kind for event in run.events()[0]]
    # Its conversion was forked from the nursery of the killed supervisor, which lives as long as its children.
    assert "tflite" in run.exports
    assert supervisor_of(place.store.home) != first
    until(lambda: not server.is_running() or server.status() == psutil.STATUS_ZOMBIE, "the old nursery has ended")


def test_a_conversion_ends_with_its_worker_and_the_job_is_done_again(place: Place, trained: Run) -> None:
    job = trained.ask("export", format="tflite-int8")
    ProcessLauncher(place.store.home).launch(job)
    until(lambda: job.status.message == "exporting", "the job is under way", LIMIT)
    worker, server = job.status.pid, place.nursery()
    assert worker is not None
    found: list[psutil.Process] = []
    until(lambda: bool(found.extend(child for child in server.children() if child.pid != worker) or found), "the conversion has begun")
    os.kill(worker, signal.SIGKILL)
    until(lambda: not any(child.is_running() for child in found), "the conversion has ended", 2.0)
    wait(job, limit=LIMIT)
    assert job.status.state == "finished", job.failure
    assert job.status.pid != worker


def test_a_killed_nursery_costs_time_and_no_run(place: Place, trained: Run) -> None:
    server = place.nursery()
    server.kill()
    run = wait(place.begin(QUICK), limit=LIMIT)
    assert run.status.state == "finished", run.failure
    assert "lost" not in [event.kind for event in run.events()[0]]
    assert done(run)["epochs"] == 2
