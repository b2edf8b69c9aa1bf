"""Runs as folders: status, requests, names, jobs and the store, without any training."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from nnapp.data.specs import DataConfig
from nnapp.errors import RunError
from nnapp.files import FolderLock
from nnapp.runs.board import Board
from nnapp.runs.folder import Run
from nnapp.runs.spec import plan
from nnapp.runs.status import Status
from nnapp.runs.store import RunStore, check_space, drop_ballast

DATA = DataConfig(sha256="0" * 64)


@pytest.fixture
def store(tmp_path: Path) -> RunStore:
    return RunStore(tmp_path / "home")


def new_run(store: RunStore, name: str = "") -> Run:
    return store.create(plan(DATA, "tabular", name=name))


def test_ids_sort_by_time_and_are_found_by_an_unambiguous_beginning(store: RunStore) -> None:
    runs = [new_run(store) for _ in range(3)]
    assert [run.id for run in store.list()] == sorted((run.id for run in runs), reverse=True)
    assert store.get(runs[0].id).id == runs[0].id
    unique = next(runs[0].id[:length] for length in range(1, 21) if sum(run.id.startswith(runs[0].id[:length]) for run in runs) == 1)
    assert store.get(unique).id == runs[0].id
    with pytest.raises(RunError, match="3 runs begin with '2'"):
        store.get("2")


@pytest.mark.parametrize("name", ["", "..", "../..", "/etc", "%2e%2e/x", "nothing"])
def test_a_name_that_is_no_run_is_told_plainly_and_never_becomes_a_path(store: RunStore, name: str) -> None:
    new_run(store)
    with pytest.raises(RunError, match="There is no run"):
        store.get(name)


def test_half_made_and_deleted_folders_are_no_runs(store: RunStore) -> None:
    run = new_run(store)
    (store.folder / ".draft-20260101-000000-abcd").mkdir()
    (store.folder / "notes").mkdir()
    assert [found.id for found in store.list()] == [run.id]


def test_the_queue_gives_every_waiting_run_its_position(store: RunStore) -> None:
    runs = [new_run(store) for _ in range(3)]
    assert [store.position(run) for run in runs] == [1, 2, 3]
    runs[0].request("stop")
    assert [store.position(run) for run in runs] == [None, 1, 2]


def test_a_waiting_run_stops_at_once_and_a_running_one_when_its_worker_sees_it(store: RunStore) -> None:
    waiting, running = new_run(store), new_run(store)
    assert waiting.request("stop").state == "stopped"
    running.status_file.change(lambda _: {"state": "running"})
    assert running.request("stop").state == "stopping"
    assert running.command == "stop"
    with pytest.raises(RunError, match="already stopped"):
        waiting.request("stop")


def test_a_paused_run_goes_back_into_the_queue_and_a_stop_of_it_keeps_its_checkpoint(store: RunStore) -> None:
    run = new_run(store)
    assert run.request("pause").state == "paused"
    assert run.request("resume").state == "queued"
    run.status_file.change(lambda _: {"state": "running"})
    assert run.request("pause").state == "running"
    assert run.command == "pause"
    run.request("resume")
    assert run.command is None
    with pytest.raises(RunError, match="not paused"):
        run.request("resume")
    (run.folder / "checkpoint").mkdir()
    run.status_file.change(lambda _: {"state": "paused"})
    assert run.request("stop").state == "queued"
    assert run.command == "stop"


def test_a_run_in_a_workers_hands_cannot_be_deleted(store: RunStore) -> None:
    run = new_run(store)
    lock = FolderLock(run.lock_path)
    assert lock.acquire()
    with pytest.raises(RunError, match="being worked on"):
        store.delete(run)
    lock.release()
    store.delete(run)
    assert store.list() == ()
    assert list(store.folder.iterdir()) == []
    with pytest.raises(RunError, match="no longer there"):
        _ = run.status
    with pytest.raises(RunError, match="no longer there"):
        run.write_json("result.json", {})
    assert not run.folder.exists()


def test_a_job_needs_a_trained_network(store: RunStore) -> None:
    run = new_run(store)
    with pytest.raises(RunError, match="no trained network"):
        run.ask("export", format="tflite")
    run.status_file.change(lambda _: {"state": "finished"})
    (run.folder / "model.keras").touch()
    job = run.ask("export", format="tflite")
    assert [(found.id, found.kind, found.spec.arguments) for found in run.jobs()] == [(job.id, "export", {"format": "tflite"})]
    assert run.job(job.id).status.state == "queued"
    with pytest.raises(RunError, match="no job"):
        run.job("20200101-000000-aaaa")


def test_a_run_can_be_called_otherwise_while_its_spec_stays(store: RunStore) -> None:
    run = new_run(store, "first")
    assert (run.name, new_run(store).name != "") == ("first", True)
    run.rename("  second ")
    assert (run.name, run.spec.name) == ("second", "first")
    with pytest.raises(RunError, match="between 1 and 200"):
        run.rename(" ")


def test_changes_of_the_status_from_many_threads_are_all_kept(store: RunStore) -> None:
    run = new_run(store)

    def add() -> None:
        for _ in range(20):
            run.status_file.change(lambda status: {"step": status.step + 1})

    threads = [threading.Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert run.status.step == 80


def test_a_status_that_is_none_of_ours_is_told_and_left_alone_by_the_board(store: RunStore) -> None:
    good, bad = new_run(store), new_run(store)
    (bad.folder / "status.json").write_text('{"state": "dancing"}')
    with pytest.raises(RunError, match="cannot be read"):
        _ = bad.status
    assert [run.id for run, _ in Board(store.home).runs()] == [good.id]
    (bad.folder / "status.json").write_text("{")
    assert [run.id for run, _ in Board(store.home).runs()] == [good.id]
    assert store.queue()[0].id == good.id


def test_the_board_sees_new_runs_and_jobs_and_forgets_what_is_final(store: RunStore) -> None:
    board = Board(store.home)
    assert (board.runs(), board.jobs()) == ([], [])
    run = new_run(store)
    assert [found.id for found, _ in board.runs()] == [run.id]
    (run.folder / "model.keras").touch()
    run.status_file.change(lambda _: {"state": "finished"})
    assert board.runs() == []
    jobs = [run.ask("evaluate") for _ in range(2)]
    assert {found.id for found, _ in board.jobs()} == {job.id for job in jobs}
    jobs[0].request("stop")
    assert [found.id for found, _ in board.jobs()] == [jobs[1].id]


def test_a_run_is_refused_when_the_disk_is_too_full(store: RunStore) -> None:
    new_run(store)
    with pytest.raises(RunError, match="GB are free"):
        check_space(store.home, 10**18)
    assert (store.home / "ballast").stat().st_size > 0
    drop_ballast(store.home)
    assert not (store.home / "ballast").exists()


def test_a_status_survives_json() -> None:
    status = Status(state="running", pid=3, epoch=2, epochs=5, message="training")
    assert Status.from_json(status.to_json()) == status
    assert status.is_under_way
    assert not status.is_final
