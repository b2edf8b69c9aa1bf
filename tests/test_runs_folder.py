"""Runs as folders: status, requests, lines, names and the store, without any training."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnapp.data.specs import DataConfig
from nnapp.errors import RunError, SpecError
from nnapp.files import FolderLock
from nnapp.runs.board import Board
from nnapp.runs.failures import FailureTold, ended_by, explained
from nnapp.runs.folder import Run
from nnapp.runs.lines import LineWriter, whole_lines
from nnapp.runs.recorder import FolderRecorder
from nnapp.runs.spec import RunSpec, installed, plan
from nnapp.runs.status import Failure, Status
from nnapp.runs.store import RunStore, check_space, drop_ballast
from nnapp.training.records import Metric

DATA = DataConfig(sha256="0" * 64)


@pytest.fixture
def store(tmp_path: Path) -> RunStore:
    return RunStore(tmp_path / "home")


def new_run(store: RunStore, name: str = "") -> Run:
    return store.create(plan(DATA, "tabular", name=name))


def metric(step: int, value: float = 1.0, *, epoch: float = 1.0) -> Metric:
    return Metric(step=step, epoch=epoch, split="train", name="loss", value=value, seconds=0.0)


def test_a_run_survives_the_disk_with_the_class_of_its_network(store: RunStore) -> None:
    spec = plan(DATA, "tabular", architecture="mlp", settings={"training.epochs": "3"})
    run = store.create(spec)
    assert Run(run.folder).spec == spec
    assert type(run.spec.model).__name__ == type(spec.model).__name__
    assert run.status.state == "queued"


def test_explicit_settings_win_over_what_the_plan_began_with() -> None:
    for preset in ("quick", "balanced", "best"):
        spec = plan(DATA, "tabular", preset=preset, settings={"training.epochs": "7", "training.early_stopping": "false", "split.seed": "9"})
        assert (spec.training.epochs, spec.training.early_stopping, spec.split.seed, spec.preset) == (7, False, 9, preset)


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("training.epoch", 3, "Did you mean 'training.epochs'?"),
        ("epochs", 3, "Did you mean 'training.epochs'?"),
        ("trainings.epochs", 3, "Did you mean 'training.epochs'?"),
        ("training.epochs", "many", "training.epochs cannot be 'many'."),
        ("training.epochs", "0", "training.epochs cannot be"),
        ("data.sha256.x", "1", "There is no setting called 'data.sha256.x'."),
    ],
)
def test_a_wrong_setting_is_told_by_its_path_with_a_remedy(path: str, value: object, said: str) -> None:
    with pytest.raises(SpecError, match=r".") as raised:
        plan(DATA, "tabular", settings={path: value})
    assert said in f"{raised.value.problem} {raised.value.remedy}"


def test_text_stays_text_where_a_setting_wants_text_and_columns_may_have_dots() -> None:
    spec = plan(DATA, "tabular", settings={"data.positive": "1", "data.target": "true", "data.types.a.b": "ignored", "data.types": {"c": "date"}})
    assert (spec.data.positive, spec.data.target, spec.data.types) == ("1", "true", {"a.b": "ignored", "c": "date"})


def test_an_unknown_architecture_is_told_with_the_nearest() -> None:
    with pytest.raises(SpecError, match="Did you mean 'linear'"):
        plan(DATA, "tabular", architecture="linaer")


def test_hyperparameters_of_another_network_are_refused() -> None:
    spec = plan(DATA, "tabular", architecture="mlp")
    with pytest.raises(SpecError):
        RunSpec.parse({**spec.model_dump(), "architecture": "linear", "model": spec.model.model_dump()})


def test_versions_are_known_without_importing_anything() -> None:
    assert {"python", "tensorflow", "keras", "numpy"} <= set(installed())


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
    runs = sorted((new_run(store) for _ in range(3)), key=lambda run: run.id)
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


def test_the_reason_is_there_before_the_status_says_failed(store: RunStore) -> None:
    run = new_run(store)
    seen: list[bool] = []

    def look() -> None:
        while run.status.state != "failed":
            pass
        seen.append(run.failure is not None)

    thread = threading.Thread(target=look)
    thread.start()
    run.status_file.fail(Failure(problem="It broke.", remedy="Mend it."), ended=1.0)
    thread.join()
    assert seen == [True]
    run.status_file.fail(Failure(problem="Later.", remedy="No."), ended=2.0)
    assert run.failure == Failure(problem="It broke.", remedy="Mend it.")


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


def test_a_reader_leaves_a_torn_last_line_for_next_time(tmp_path: Path) -> None:
    path = tmp_path / "lines.jsonl"
    path.write_bytes(b'{"a": 1}\n{"a": 2}\n{"a"')
    values, end = whole_lines(path)
    assert ([value["a"] for value in values], end) == ([1, 2], 18)
    assert whole_lines(path, end) == ([], end)
    with path.open("ab") as lines:
        lines.write(b": 3}\n")
    assert whole_lines(path, end)[0] == [{"a": 3}]
    assert whole_lines(tmp_path / "none.jsonl") == ([], 0)


def test_a_writer_cuts_off_the_torn_line_of_a_killed_one(tmp_path: Path) -> None:
    path = tmp_path / "lines.jsonl"
    path.write_bytes(b'{"a": 1}\n{"a": ')
    writer = LineWriter(path)
    writer.write({"a": float("nan")})
    writer.close()
    assert [json.loads(line) for line in path.read_text().splitlines()] == [{"a": 1}, {"a": None}]


@settings(max_examples=30)
@given(st.lists(st.dictionaries(st.text(max_size=5), st.one_of(st.integers(), st.text(max_size=20), st.booleans())), max_size=8), st.data())
def test_reading_in_pieces_gives_every_line_once(tmp_path_factory: pytest.TempPathFactory, values: list[dict[str, object]], data: st.DataObject) -> None:
    path = tmp_path_factory.mktemp("lines") / "lines.jsonl"
    whole = b"".join(json.dumps(value).encode() + b"\n" for value in values)
    found, offset, written = [], 0, 0
    while written < len(whole):
        written = data.draw(st.integers(written + 1, len(whole)))
        path.write_bytes(whole[:written])
        more, offset = whole_lines(path, offset)
        found += more
    assert found == values


def test_metrics_events_and_progress_are_told_in_the_folder(store: RunStore) -> None:
    run = new_run(store)
    with FolderRecorder(run) as recorder:
        recorder.phase("training", epochs=5)
        recorder.metric(metric(10))
        recorder.metric(Metric(step=10, epoch=1.0, split="validation", name="loss", value=2.0, seconds=0.5))
        recorder.event("note", "Half way.", epoch=1)
        recorder.phase("evaluating")
        run.status_file.change(lambda _: {"state": "running"})
        run.request("stop")
        assert recorder.command() == "stop"
    found, end = run.metrics()
    assert [(each.split, each.value) for each in found] == [("train", 1.0), ("validation", 2.0)]
    assert run.metrics(end) == ([], end)
    assert [(event.kind, event.numbers) for event in run.events()[0]] == [("note", {"epoch": 1})]
    status = run.status
    assert (status.epoch, status.epochs, status.step, status.message) == (1, 5, 10, "stopping")


def test_a_run_that_goes_on_forgets_the_metrics_later_than_its_checkpoint(store: RunStore) -> None:
    run = new_run(store)
    with FolderRecorder(run) as first:
        for step in (10, 20, 30):
            first.metric(metric(step))
    with FolderRecorder(run) as second:
        second.event("resumed", "Going on.", epoch=2, step=20)
        second.metric(metric(25))
    assert [each.step for each in run.metrics()[0]] == [10, 20, 25]
    with FolderRecorder(run) as third:
        third.metric(metric(10, 5.0))
    assert [(each.step, each.value) for each in run.metrics()[0]] == [(10, 5.0)]


def test_a_deleted_folder_is_noticed_and_not_brought_back(store: RunStore) -> None:
    run, gone = new_run(store), threading.Event()
    with FolderRecorder(run, on_gone=gone.set) as recorder:
        store.delete(run)
        assert recorder.command() == "stop"
        assert gone.wait(10)
    assert not run.folder.exists()


@pytest.mark.parametrize(
    ("error", "problem", "remedy"),
    [
        (RunError("It is so.", remedy="Do this."), "It is so.", "Do this."),
        (MemoryError(), "The memory did not suffice while training.", "smaller batch"),
        (OSError(28, "No space left on device"), "The disk became full while training.", "Delete old runs"),
        (KeyError("x"), "It failed while training: KeyError: 'x'.", "fault of nnapp's"),
    ],
)
def test_every_failure_has_a_problem_a_remedy_and_a_detail(error: Exception, problem: str, remedy: str) -> None:
    failure = explained(error, "training")
    assert failure.problem == problem
    assert remedy in failure.remedy
    assert type(error).__name__ in failure.detail


def test_signal_9_is_told_as_probably_out_of_memory() -> None:
    assert "out of memory" in ended_by(-9)[0]
    assert "signal 11 (SIGSEGV)" in ended_by(-11)[0]
    assert ended_by(1) == ended_by(None)


def test_an_exception_is_told_in_the_folder_before_it_goes_on(store: RunStore) -> None:
    run = new_run(store)
    run.status_file.change(lambda _: {"state": "running", "message": "preparing"})
    with pytest.raises(KeyError), FailureTold(run, store.home):
        raise KeyError("column")
    assert run.status.state == "failed"
    assert run.failure is not None
    assert run.failure.problem == "It failed while preparing: KeyError: 'column'."


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
