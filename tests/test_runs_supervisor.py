"""The supervisor and its workers as real processes, on work that needs no TensorFlow."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import psutil
import pytest

from nnapp.errors import RunError
from nnapp.files import FolderLock
from nnapp.metrics import Predictions
from nnapp.runs.api import WorkerError, ask_and_wait, done, start_run, wait
from nnapp.runs.folder import Run
from nnapp.runs.jobs import Job
from nnapp.runs.launch import InlineLauncher, ProcessLauncher
from nnapp.runs.losses import RUN_RETRIES, take_back
from nnapp.runs.spec import plan
from nnapp.runs.store import RunStore
from nnapp.runs.supervisor import LOCK
from nnapp.runs.worker import Order
from nnapp.tasks import TaskSpec
from tests.homes import LIMIT, NOWHERE, HeldRun, doomed, supervisor_of, until

pytestmark = pytest.mark.processes


def finished(store: RunStore) -> Run:
    """A run with predictions, as a worker leaves it."""
    run = doomed(store)
    task = TaskSpec.classification("kind", ("a", "b"))
    truth = np.arange(40) % 2
    likely = np.where(truth == 1, 0.8, 0.3)
    found = Predictions(np.arange(40), np.full(40, "test"), truth, (likely > 0.5).astype(np.int64), np.stack([1 - likely, likely], axis=1), task)
    found.to_parquet(run.folder / "predictions.parquet")
    (run.folder / "model.keras").touch()
    run.status_file.change(lambda _: {"state": "finished"})
    return run


def test_a_run_goes_through_the_queue_and_tells_why_it_failed(store: RunStore) -> None:
    seen: list[str] = []
    run = wait(start_run(store, plan(NOWHERE, "tabular")), lambda status: seen.append(status.state), limit=LIMIT)
    assert run.status.state == "failed"
    failure = run.failure
    assert failure is not None
    assert failure.problem == "There is no upload 000000000000 in the data store."
    assert failure.remedy == "Upload the file again."
    assert "Traceback" in failure.detail
    assert set(seen) <= {"queued", "running", "failed"}
    assert run.status.pid not in {None, os.getpid()}
    assert not run.is_locked
    with pytest.raises(RunError, match="There is no upload"):
        done(run)


def test_the_inline_launcher_ends_in_the_same_state_as_the_supervisor(store: RunStore) -> None:
    run = start_run(store, plan(NOWHERE, "tabular"), InlineLauncher())
    assert run.status.state == "failed"
    assert run.failure is not None
    assert "no upload" in run.failure.problem
    assert run.status.pid == os.getpid()
    InlineLauncher().launch(run)
    assert run.status.state == "failed"


def test_many_starters_get_one_supervisor_that_is_detached_and_inherits_nothing(store: RunStore) -> None:
    store.home.mkdir()
    reading, writing = os.pipe()
    os.set_inheritable(writing, True)
    threads = [threading.Thread(target=ProcessLauncher(store.home).ensure) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    pid = supervisor_of(store.home)
    running = [process.pid for process in psutil.process_iter(["cmdline"]) if str(store.home) in (process.info["cmdline"] or [])]
    assert running == [pid]
    assert os.getsid(pid) == pid
    assert psutil.Process(pid).ppid() != os.getpid()
    pipe = Path(f"/proc/self/fd/{writing}").readlink()
    assert pipe not in {link.readlink() for link in Path(f"/proc/{pid}/fd").iterdir()}
    os.close(reading)
    os.close(writing)


def test_an_idle_supervisor_leaves_and_a_new_run_gets_a_new_one(store: RunStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NNAPP_IDLE_SECONDS", "0.3")
    wait(start_run(store, plan(NOWHERE, "tabular")), limit=LIMIT)
    until(lambda: not FolderLock.is_held(store.home / LOCK), "the idle supervisor has left")
    assert wait(start_run(store, plan(NOWHERE, "tabular")), limit=LIMIT).status.state == "failed"


def test_a_supervisor_whose_home_is_gone_leaves_and_does_not_bring_it_back(store: RunStore) -> None:
    store.home.mkdir()
    ProcessLauncher(store.home).ensure()
    pid = supervisor_of(store.home)
    shutil.rmtree(store.home)
    until(lambda: not psutil.pid_exists(pid), "the supervisor has left")
    assert not store.home.exists()


def test_a_killed_supervisor_is_replaced_and_the_new_one_adopts_the_living_worker(store: RunStore) -> None:
    held = HeldRun(store)
    launcher = ProcessLauncher(store.home)
    launcher.ensure()
    first = supervisor_of(store.home)
    os.kill(first, signal.SIGKILL)
    until(lambda: not FolderLock.is_held(store.home / LOCK), "the lock is free")
    waiting = doomed(store)
    launcher.ensure()
    job = finished(store).ask("evaluate")
    wait(job, limit=LIMIT)
    assert supervisor_of(store.home) != first
    # The job shows that the new supervisor has looked: the living worker kept its run and its slot.
    assert job.status.state == "finished"
    assert held.run.status.state == "running"
    assert (waiting.status.state, store.position(waiting)) == ("queued", 1)
    held.lock.release()
    assert wait(held.run, limit=LIMIT).status.state == "failed"
    assert [event.kind for event in held.run.events()[0]] == ["lost"]
    assert wait(waiting, limit=LIMIT).status.state == "failed"


def test_a_job_does_not_wait_behind_a_long_training(store: RunStore) -> None:
    held = HeldRun(store)
    result = ask_and_wait(finished(store), "evaluate")
    assert result["reports"]["scores"]["headline"]["accuracy"] == 1.0
    assert held.run.status.state == "running"
    held.run.request("stop")
    held.run.status_file.change(lambda _: {"state": "stopped"})
    held.lock.release()


def test_evaluate_writes_the_reports_of_the_run_and_an_unknown_job_is_told(store: RunStore) -> None:
    run = finished(store)
    ask_and_wait(run, "evaluate", launcher=InlineLauncher())
    assert "confusion_matrix" in run.read_json("evaluation.json")
    with pytest.raises(RunError, match="no job called 'evaluat'") as raised:
        ask_and_wait(run, "evaluat", launcher=InlineLauncher())
    assert raised.value.remedy == "Did you mean 'evaluate'?"


def test_a_run_without_progress_is_taken_back_five_times_and_then_fails(store: RunStore) -> None:
    run = doomed(store)
    run.log_path.write_text("Killed\n")
    for attempt in range(1, RUN_RETRIES + 1):
        run.status_file.change(lambda _: {"state": "running"})
        take_back(run, -9)
        assert (run.status.state, run.status.retries) == ("queued", attempt)
    run.status_file.change(lambda _: {"state": "running"})
    take_back(run, -9)
    assert run.status.state == "failed"
    assert run.failure is not None
    assert "out of memory" in run.failure.problem
    assert "6 times without progress" in run.failure.problem
    assert run.failure.detail == "Killed"


def test_progress_makes_the_count_of_lost_workers_begin_anew(store: RunStore) -> None:
    run = doomed(store)
    for epoch in range(1, 9):
        run.status_file.change(lambda _, epoch=epoch: {"state": "running", "epoch": epoch})  # type: ignore[misc]
        take_back(run, None)
        assert (run.status.state, run.status.retries) == ("queued", 1)


def test_a_lost_run_that_was_asked_to_stop_and_has_no_checkpoint_is_stopped(store: RunStore) -> None:
    run = doomed(store)
    run.status_file.change(lambda _: {"state": "running"})
    run.request("stop")
    take_back(run, -9)
    assert run.status.state == "stopped"


def test_a_fault_of_ours_is_no_error_of_the_users(store: RunStore) -> None:
    run = finished(store)
    (run.folder / "spec.json").write_text("3")
    with pytest.raises(WorkerError, match="It failed while evaluating"):
        ask_and_wait(run, "evaluate")


def test_a_final_state_is_never_taken_back(store: RunStore) -> None:
    run = finished(store)
    take_back(run, -9)
    assert run.status.state == "finished"


def test_the_children_of_a_lost_worker_are_ended(store: RunStore) -> None:
    run, other = doomed(store), doomed(store)
    script = [sys.executable, "-c", "import time; print('up', flush=True); time.sleep(600)"]
    orphans = [
        subprocess.Popen(script, env={**os.environ, "NNAPP_WORK": str(each.folder)}, start_new_session=True, stdout=subprocess.PIPE) for each in (run, other)
    ]
    for orphan in orphans:
        assert orphan.stdout is not None
        assert orphan.stdout.readline() == b"up\n"
    run.status_file.change(lambda _: {"state": "running"})
    take_back(run, None)
    assert orphans[0].wait(LIMIT) == -9
    assert orphans[1].poll() is None
    orphans[1].kill()
    orphans[1].wait()
    for orphan in orphans:
        assert orphan.stdout is not None
        orphan.stdout.close()


def test_a_worker_whose_work_was_deleted_goes_home(tmp_path: Path) -> None:
    order = Order(folder=str(tmp_path / "gone"), kind="train").model_dump_json()
    worker = subprocess.run([sys.executable, "-m", "nnapp.runs.worker", order], stdin=subprocess.DEVNULL, check=False, timeout=LIMIT)
    assert worker.returncode == 0


def test_a_job_of_a_deleted_run_is_forgotten(store: RunStore) -> None:
    run = finished(store)
    job = run.ask("evaluate")
    store.delete(run)
    InlineLauncher().launch(job)
    assert not run.folder.exists()
    with pytest.raises(RunError, match="no longer there"):
        wait(Job(job.folder), launcher=InlineLauncher())


def test_nothing_that_the_web_process_imports_loads_tensorflow() -> None:
    code = (
        "import sys, pkgutil, importlib, nnapp.runs as room\n"
        "[importlib.import_module(module.name) for module in pkgutil.walk_packages(room.__path__, 'nnapp.runs.')]\n"
        "sys.exit(','.join(sorted({'tensorflow', 'keras', 'shap', 'sklearn'} & set(sys.modules))) or None)"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=LIMIT)
    assert (found.returncode, found.stderr.strip()) == (0, "")
